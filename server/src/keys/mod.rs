//! Provider keys of the workspaces: brought, checked live, sealed, watched, rotated, deleted.
//!
//! Owns every change to a key and the check of it. Refuses to give one back: what leaves here is
//! at most its last four characters. A key is opened for one check and dropped with it.

mod add_key;
mod change_key;
mod check_key;
mod ends_in;
mod live_checks;
mod open_key;
mod own_key;
mod read_keys;
mod rights;
mod run_check;
mod seal_key;
pub mod secret;
mod terms;
mod validate;
mod watch_keys;

pub use add_key::{add_key, rotate_key};
pub use ends_in::ends_in;
pub use live_checks::{CheckFollower, LiveChecks};
pub use open_key::KeysInUse;
pub use terms::Terms;
pub use validate::{key_name, key_place};

use crate::fault;
use crate::identity::People;
use crate::kms::Custody;
use crate::mail::Notices;
use crate::vault::Vault;
use async_trait::async_trait;
use contract::keys::{CheckSubject, KeyChange, KeyDraft, KeyRights, KeysView, Proof};
use contract::{AppError, AppResult, Caller, ErrorCode, KeyId, KeysPort, TenantId};
use engine::Egress;
use rights::{may_bring, may_manage, may_see};
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
    notices: Notices,
}

impl Keys {
    /// Over its parts.
    #[must_use]
    pub fn new(
        store: Store,
        (vault, custody): (Vault, Custody),
        people: People,
        egress: Egress,
        (terms, notices): (Terms, Notices),
    ) -> Self {
        Self {
            store,
            vault,
            custody,
            people,
            egress,
            live: LiveChecks::default(),
            terms,
            notices,
        }
    }

    /// Follows a check of the caller's workspace from its beginning.
    pub async fn follow(&self, caller: &Caller, id: KeyId) -> AppResult<CheckFollower> {
        self.with_rights(caller, id, KeyRights::See).await?;
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

/// Names what was being done when storage failed.
fn failed(doing: &'static str) -> impl Fn(StoreError) -> AppError {
    move |error| fault::internal(doing, error)
}

#[async_trait]
impl KeysPort for Keys {
    async fn keys(&self, caller: &Caller) -> AppResult<KeysView> {
        may_see(caller)?;
        self.read(caller, None).await
    }

    async fn own_keys(&self, caller: &Caller) -> AppResult<KeysView> {
        self.read(caller, Some(caller.member())).await
    }

    async fn allow_member_keys(&self, caller: &Caller, allowed: bool) -> AppResult<()> {
        may_manage(caller)?;
        self.allow_members(caller, allowed).await
    }

    async fn accept_terms(&self, caller: &Caller, version: String) -> AppResult<()> {
        may_manage(caller)?;
        self.accept(caller, &version).await
    }

    async fn check(&self, caller: &Caller, draft: KeyDraft) -> AppResult<KeyId> {
        match draft.replaces {
            Some(id) => {
                self.with_rights(caller, id, KeyRights::Change).await?;
            }
            None => may_bring(caller, draft.scope)?,
        }
        self.check_draft(caller, draft).await
    }

    async fn subject(&self, caller: &Caller, id: KeyId) -> AppResult<CheckSubject> {
        let found = self.with_rights(caller, id, KeyRights::See).await?;
        self.read_subject(caller, found).await
    }

    async fn check_again(&self, caller: &Caller, id: KeyId) -> AppResult<()> {
        self.with_rights(caller, id, KeyRights::Change).await?;
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
        self.with_rights(caller, id, KeyRights::Change)
            .await
            .map_err(seal_key::or_forgotten)?;
        self.people.prove(caller, proof).await?;
        self.seal_draft(caller, id, anyway, keep_hours).await
    }

    async fn discard(&self, caller: &Caller, id: KeyId) -> AppResult<()> {
        match self.with_rights(caller, id, KeyRights::Stop).await {
            Ok(_) => self.discard_draft(caller, id).await,
            // One that is gone already is no error.
            Err(error) if error.code == ErrorCode::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn change(&self, caller: &Caller, id: KeyId, change: KeyChange) -> AppResult<()> {
        let needed = match change {
            KeyChange::Disable => KeyRights::Stop,
            KeyChange::Enable | KeyChange::Remind { .. } => KeyRights::Change,
        };
        self.with_rights(caller, id, needed).await?;
        self.change_key(caller, id, change).await
    }

    async fn take_back(&self, caller: &Caller, id: KeyId, proof: Proof) -> AppResult<()> {
        self.with_rights(caller, id, KeyRights::Change).await?;
        self.people.prove(caller, proof).await?;
        self.take_back_key(caller, id).await
    }

    async fn delete(&self, caller: &Caller, id: KeyId, proof: Proof) -> AppResult<()> {
        self.with_rights(caller, id, KeyRights::Stop).await?;
        self.people.prove(caller, proof).await?;
        self.delete_key(caller, id).await
    }
}
