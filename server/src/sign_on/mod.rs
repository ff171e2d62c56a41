//! Sign-on through the workspace's own identity providers.
//!
//! Owns who is trusted, and the step from what a provider vouched for to a member ([`settle_identity`]),
//! which every protocol shares. Refuses to find anybody by their address, to make anybody an owner, and to
//! take in whoever comes from a domain that this workspace has not proven.

mod arrive;
mod begin;
mod change;
pub mod fault;
mod finish;
mod home;
mod log_out;
mod mail_domains;
pub mod oidc;
mod read;
pub mod role_map;
mod secret;
mod settle;
mod typed;

pub use begin::{Begun, Purpose};
pub use finish::{Finished, NotFinished, Returned};
pub use home::Home;
pub use settle::{
    LONGEST_SUBJECT, Refusal, Settled, Vouched, is_subject, newcomer, readable_address,
    settle_identity,
};
pub use typed::{Typed, TypedAdmission};

use crate::domains::dns::Dns;
use crate::domains::rules::Rules;
use crate::identity::People;
use crate::vault::Vault;
use contract::{AppError, AppResult, Caller, ErrorCode, TenantId};
use engine::Egress;
use oidc::Providers;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use store::{Store, StoreError, TenantTx};

/// Identity providers of all workspaces. Cheap to clone.
#[derive(Clone)]
pub struct SignOn {
    store: Store,
    vault: Vault,
    people: People,
    providers: Providers,
    rules: Arc<Rules>,
    dns: Dns,
}

impl SignOn {
    /// Over its parts.
    #[must_use]
    pub fn new(
        (store, vault): (Store, Vault),
        people: People,
        egress: Egress,
        (rules, dns): (Rules, Dns),
    ) -> Self {
        Self {
            store,
            vault,
            people,
            providers: Providers::new(egress),
            rules: Arc::new(rules),
            dns,
        }
    }

    /// Does it for somebody who may, in one transaction, or does nothing.
    async fn alter<T>(
        &self,
        tenant: TenantId,
        work: impl AsyncFnOnce(&mut TenantTx) -> Result<AppResult<T>, StoreError>,
    ) -> AppResult<T> {
        let altered = async {
            let mut tx = self.store.enter(tenant).await?;
            let done = work(&mut tx).await?;
            if done.is_ok() {
                tx.commit().await?;
            }
            Ok::<_, StoreError>(done)
        };
        altered.await.map_err(failed)?
    }
}

/// Refuses everybody who may not say whom the workspace trusts.
pub(crate) fn require_rights(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_sign_on() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Sign-on is for owners and admins of this workspace.",
    ))
}

pub(crate) fn failed(error: StoreError) -> AppError {
    crate::fault::internal("signing on", error)
}

/// Seconds since 1970-01-01 UTC.
pub(crate) fn now_s() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.ok()
        .and_then(|now| i64::try_from(now.as_secs()).ok())
        .unwrap_or(i64::MAX)
}
