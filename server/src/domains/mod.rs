//! Names of clients: claimed, proven by a record of the claim's own, looked at again and again, removed
//! with a tombstone.
//!
//! Owns what becomes a host of a workspace by its people's wish. Refuses to take anything for a proof but
//! the record of this very claim: where a name leads is told, and binds nothing.

mod change;
mod claim;
pub mod dns;
mod due;
pub mod judge;
mod look;
pub mod name;
mod pace;
pub mod probe;
mod read;
pub mod records;
pub mod rules;
#[cfg(test)]
pub(crate) mod test_pieces;

use crate::mail::Notices;
use async_trait::async_trait;
use contract::domains::{DomainPage, DomainsView};
use contract::{AppError, AppResult, Caller, DomainsPort, ErrorCode, MemberId};
use dns::Dns;
use probe::Prober;
use rules::Rules;
use std::sync::Arc;
use store::{Store, StoreError};

pub use claim::refused_base;

/// Who does something: the member, where it is one, and their name.
pub type Who<'a> = (Option<MemberId>, &'a str);

/// Names of all workspaces. Cheap to clone.
#[derive(Clone)]
pub struct Domains {
    store: Store,
    rules: Arc<Rules>,
    dns: Dns,
    prober: Prober,
    notices: Notices,
}

impl Domains {
    /// Over its parts.
    #[must_use]
    pub fn new(store: Store, rules: Rules, (dns, prober): (Dns, Prober), notices: Notices) -> Self {
        Self {
            store,
            rules: Arc::new(rules),
            dns,
            prober,
            notices,
        }
    }

    /// What is asked of names.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What shows a looker that this installation answers.
    #[must_use]
    pub const fn prober(&self) -> &Prober {
        &self.prober
    }
}

#[async_trait]
impl DomainsPort for Domains {
    async fn domains(&self, caller: &Caller) -> AppResult<DomainsView> {
        may_manage(caller)?;
        self.read_all(caller.tenant()).await
    }

    async fn domain(&self, caller: &Caller, host: &str) -> AppResult<DomainPage> {
        may_manage(caller)?;
        self.read_one(caller.tenant(), host).await
    }

    async fn claim(&self, caller: &Caller, typed: &str) -> AppResult<String> {
        may_manage(caller)?;
        let who = (Some(caller.member()), caller.name());
        Ok(self.claim_for(caller.tenant(), who, typed).await?.host)
    }

    async fn look(&self, caller: &Caller, host: &str) -> AppResult<()> {
        may_manage(caller)?;
        self.look_now(caller.tenant(), host).await
    }

    async fn make_primary(&self, caller: &Caller, host: &str) -> AppResult<()> {
        may_manage(caller)?;
        let who = (Some(caller.member()), caller.name());
        self.make_primary_for(caller.tenant(), who, host).await
    }

    async fn redirect(&self, caller: &Caller, on: bool) -> AppResult<()> {
        may_manage(caller)?;
        let who = (Some(caller.member()), caller.name());
        self.redirect_for(caller.tenant(), who, on).await
    }

    async fn remove(&self, caller: &Caller, host: &str, typed: &str) -> AppResult<()> {
        may_manage(caller)?;
        let who = (Some(caller.member()), caller.name());
        self.remove_for(caller.tenant(), who, host, typed).await
    }
}

/// Refuses everybody who may not manage names, and says who may.
fn may_manage(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_domains() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Domains are for owners and admins of this workspace.",
    ))
}

fn failed(error: StoreError) -> AppError {
    crate::fault::internal("managing a domain", error)
}
