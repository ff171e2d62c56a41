//! Provider keys of the workspaces: brought, checked live, sealed, watched, rotated, deleted.
//!
//! Owns every change to a key and the check of it. Refuses to give one back: what leaves here is
//! at most its last four characters. A key is opened for one check and dropped with it.

mod change_key;
mod check_key;
mod ends_in;
mod live_checks;
mod open_key;
mod own_key;
mod read_keys;
mod run_check;
mod seal_key;
pub mod secret;
mod terms;
mod validate;
mod watch_keys;

pub use ends_in::ends_in;
pub use live_checks::{CheckFollower, LiveChecks};
pub use terms::Terms;

use crate::fault;
use crate::identity::People;
use crate::kms::Custody;
use crate::vault::Vault;
use async_trait::async_trait;
use contract::keys::{CheckSubject, KeyChange, KeyDraft, KeysView, Proof};
use contract::{AppError, AppResult, Caller, ErrorCode, KeyId, KeysPort, TenantId};
use engine::Egress;
use store::{Store, StoreError};

/// Provider keys of all workspaces on this process.
#[derive(Clone)]
pub struct Keys {
    store: Store,
    vault: Vault,
    custody: Custody,
    people: People,
    egress: Egress,
    live: LiveChecks,
    terms: Terms,
}

impl Keys {
    /// Over its parts.
    #[must_use]
    pub fn new(
        store: Store,
        (vault, custody): (Vault, Custody),
        people: People,
        egress: Egress,
        terms: Terms,
    ) -> Self {
        Self {
            store,
            vault,
            custody,
            people,
            egress,
            live: LiveChecks::default(),
            terms,
        }
    }

    /// Follows a check of the caller's workspace from its beginning.
    pub async fn follow(&self, caller: &Caller, id: KeyId) -> AppResult<CheckFollower> {
        may_see(caller)?;
        if let Some(follower) = self.live.follow(caller.tenant(), id) {
            return Ok(follower);
        }
        self.stored_check(caller.tenant(), id).await
    }

    /// Tells every process that the workspace's keys are not what they were.
    async fn announce(&self, tenant: TenantId) -> AppResult<()> {
        self.store
            .announce_change(tenant)
            .await
            .map_err(failed("telling of a changed key"))
    }
}

fn may_see(caller: &Caller) -> AppResult<()> {
    if caller.role().may_see_keys() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Provider keys are for owners, admins and auditors of this workspace.",
    ))
}

fn may_manage(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_keys() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Only an owner or an admin of this workspace may change provider keys.",
    ))
}

/// Names what was being done when storage failed.
fn failed(doing: &'static str) -> impl Fn(StoreError) -> AppError {
    move |error| fault::internal(doing, error)
}

#[async_trait]
impl KeysPort for Keys {
    async fn keys(&self, caller: &Caller) -> AppResult<KeysView> {
        may_see(caller)?;
        self.read(caller).await
    }

    async fn accept_terms(&self, caller: &Caller, version: String) -> AppResult<()> {
        may_manage(caller)?;
        self.accept(caller, &version).await
    }

    async fn check(&self, caller: &Caller, draft: KeyDraft) -> AppResult<KeyId> {
        may_manage(caller)?;
        self.check_draft(caller, draft).await
    }

    async fn subject(&self, caller: &Caller, id: KeyId) -> AppResult<CheckSubject> {
        may_see(caller)?;
        self.read_subject(caller, id).await
    }

    async fn check_again(&self, caller: &Caller, id: KeyId) -> AppResult<()> {
        may_manage(caller)?;
        self.check_sealed(caller, id).await
    }

    async fn seal(
        &self,
        caller: &Caller,
        id: KeyId,
        anyway: bool,
        keep_hours: u32,
        proof: Proof,
    ) -> AppResult<()> {
        may_manage(caller)?;
        self.people.prove(caller, proof).await?;
        self.seal_draft(caller, id, anyway, keep_hours).await
    }

    async fn discard(&self, caller: &Caller, id: KeyId) -> AppResult<()> {
        may_manage(caller)?;
        self.discard_draft(caller, id).await
    }

    async fn change(&self, caller: &Caller, id: KeyId, change: KeyChange) -> AppResult<()> {
        may_manage(caller)?;
        self.change_key(caller, id, change).await
    }

    async fn take_back(&self, caller: &Caller, id: KeyId, proof: Proof) -> AppResult<()> {
        may_manage(caller)?;
        self.people.prove(caller, proof).await?;
        self.take_back_key(caller, id).await
    }

    async fn delete(&self, caller: &Caller, id: KeyId, proof: Proof) -> AppResult<()> {
        may_manage(caller)?;
        self.people.prove(caller, proof).await?;
        self.delete_key(caller, id).await
    }
}
