//! Beginning a check: of a draft that was just typed, or of a key in the vault.

use super::live_checks::CheckFollower;
use super::validate::validate;
use super::{Keys, ends_in, failed};
use crate::fault;
use contract::keys::{CheckOutcome, CheckReport, HealthPoint, KeyDraft, KeyScope};
use contract::{AppError, AppResult, Caller, ErrorCode, KeyId, MemberId, Said, TenantId, said};
use engine::key_check;
use store::TenantTx;
use store::provider_keys::{KeyState, NewProviderKey, ProviderKeyRow};
use uuid::Uuid;

/// Drafts that a workspace, and each member with keys of their own, may have at once: a check is not
/// a tool to try stolen keys with.
const MOST_DRAFTS: usize = 5;

impl Keys {
    /// Seals what was typed and begins to check it.
    pub(super) async fn check_draft(&self, caller: &Caller, draft: KeyDraft) -> AppResult<KeyId> {
        let draft = validate(draft)?;
        let scope = self.scope_of(caller, &draft).await?;
        let base_url = key_check::base_url(draft.provider, &draft.place)
            .map_err(|problem| AppError::new(ErrorCode::Invalid, Said::read(problem)))?;
        let (id, secret_id) = (KeyId::from_uuid(Uuid::now_v7()), Uuid::now_v7());
        let secret = draft.secret.expose();
        let key = NewProviderKey {
            id,
            secret_id,
            state: KeyState::Checking,
            name: draft.name,
            environment: draft.environment.as_str().to_owned(),
            provider: draft.provider.as_str().to_owned(),
            base_url: Some(base_url),
            place: serde_json::to_value(&draft.place)
                .map_err(|error| fault::internal("writing a key down", error))?,
            sealed_secret: self.seal_secret(caller.tenant(), secret_id, secret).await?,
            ends_in: ends_in(secret),
            scope,
            added_by: Some(caller.member()),
            added_by_name: caller.name().to_owned(),
            replaces: draft.replaces,
        };
        let row = self.insert_draft(caller, &key).await?;
        self.spawn_check(caller.tenant(), row, true).await?;
        Ok(id)
    }

    async fn insert_draft(
        &self,
        caller: &Caller,
        key: &NewProviderKey,
    ) -> AppResult<ProviderKeyRow> {
        let doing = failed("storing a key to be checked");
        let mut tx = self.store.tenant(caller).await.map_err(&doing)?;
        self.refuse_draft(&mut tx, key).await?;
        store::provider_keys::insert(&mut tx, key)
            .await
            .map_err(&doing)?;
        let row = store::provider_keys::get_draft(&mut tx, key.id)
            .await
            .map_err(&doing)?
            .ok_or_else(AppError::not_found)?;
        tx.commit().await.map_err(&doing)?;
        Ok(row)
    }

    /// Says why this draft cannot become a key, before anybody waits for its check.
    async fn refuse_draft(&self, tx: &mut TenantTx, key: &NewProviderKey) -> AppResult<()> {
        let doing = failed("looking at the keys there are");
        if self.acceptance(tx).await.map_err(&doing)?.is_none() {
            return Err(AppError::new(
                ErrorCode::Conflict,
                match key.scope {
                    KeyScope::Member(_) => {
                        "An owner or an admin of this workspace accepts the terms for keys first, \
                         on the page of the provider keys. What you typed is still here."
                    }
                    _ => "Accept the terms on this page first. What you typed is still here.",
                },
            ));
        }
        let drafts = store::provider_keys::list_drafts(tx)
            .await
            .map_err(&doing)?;
        let own = member_of(key.scope);
        let waiting = drafts
            .iter()
            .filter(|draft| member_of(draft.scope) == own)
            .count();
        if waiting >= MOST_DRAFTS {
            return Err(AppError::new(
                ErrorCode::Throttled,
                "Several keys are being checked already. Seal or discard one, or wait fifteen \
                 minutes.",
            )
            .retry_after(15 * 60));
        }
        match key.replaces {
            Some(replaced) => store::provider_keys::get(tx, replaced)
                .await
                .map_err(&doing)?
                .map(|_| ())
                .ok_or_else(AppError::not_found),
            None => store::provider_keys::find_by_name(tx, &key.environment, &key.name, own)
                .await
                .map_err(&doing)?
                .map_or(Ok(()), |_| Err(name_taken(&key.name, &key.environment))),
        }
    }

    /// For whom the key will be. One that replaces another is for whom the other is.
    async fn scope_of(&self, caller: &Caller, draft: &KeyDraft) -> AppResult<KeyScope> {
        if let Some(replaced) = draft.replaces {
            return Ok(self.sealed_row(caller.tenant(), replaced).await?.scope);
        }
        let invalid = |words: Said| Err(AppError::new(ErrorCode::Invalid, words));
        match draft.scope {
            KeyScope::Workspace => {}
            KeyScope::Team(team) => {
                let teams = self.teams(caller).await?;
                if !teams.iter().any(|known| known.id == team) {
                    return invalid(said!("Who may use it: there is no such team any more."));
                }
            }
            KeyScope::Member(_) => {
                let workspace = self.workspace(caller).await?;
                if !workspace.member_keys {
                    return invalid(said!("This workspace does not use members' own keys."));
                }
                if workspace.environment != draft.environment.as_str() {
                    return invalid(said!(
                        "Environment: a key of your own is for this workspace's chat."
                    ));
                }
            }
        }
        Ok(draft.scope)
    }

    /// Checks a key of the vault again.
    pub(super) async fn check_sealed(&self, caller: &Caller, id: KeyId) -> AppResult<()> {
        if self.live.is_running(caller.tenant(), id) {
            return Ok(());
        }
        let row = self.sealed_row(caller.tenant(), id).await?;
        self.spawn_check(caller.tenant(), row, true).await
    }

    /// Checks `row` and follows the check.
    ///
    /// # Errors
    /// When the key cannot be opened.
    pub async fn check_now(
        &self,
        tenant: TenantId,
        row: ProviderKeyRow,
    ) -> AppResult<CheckFollower> {
        let id = row.id;
        self.spawn_check(tenant, row, true).await?;
        self.live.follow(tenant, id).ok_or_else(AppError::not_found)
    }

    /// A key of the vault.
    pub(super) async fn sealed_row(
        &self,
        tenant: TenantId,
        id: KeyId,
    ) -> AppResult<ProviderKeyRow> {
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let found = store::provider_keys::get(&mut tx, id).await?;
            tx.commit().await?;
            Ok::<_, store::StoreError>(found)
        };
        found
            .await
            .map_err(failed("reading a key"))?
            .ok_or_else(AppError::not_found)
    }

    /// The report of a check that was made by another process, or before a restart.
    pub(super) async fn stored_check(
        &self,
        tenant: TenantId,
        id: KeyId,
    ) -> AppResult<CheckFollower> {
        let (row, _) = self.draft_or_sealed(tenant, id).await?;
        let history: Vec<HealthPoint> = serde_json::from_value(row.history).unwrap_or_default();
        let last = history.into_iter().last().unwrap_or_else(|| HealthPoint {
            at_ms: row.created_ms,
            outcome: CheckOutcome::Unknown,
            reason: "It has not been checked yet.".to_owned(),
            next: "Check it now.".to_owned(),
        });
        Ok(CheckFollower::ended(CheckReport {
            outcome: last.outcome,
            reason: last.reason,
            next: last.next,
            account: row.account,
            models: serde_json::from_value(row.models).unwrap_or_default(),
            cost: None,
        }))
    }

    /// A key and whether it is still a draft.
    pub(super) async fn draft_or_sealed(
        &self,
        tenant: TenantId,
        id: KeyId,
    ) -> AppResult<(ProviderKeyRow, bool)> {
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let found = match store::provider_keys::get(&mut tx, id).await? {
                Some(row) => Some((row, false)),
                None => store::provider_keys::get_draft(&mut tx, id)
                    .await?
                    .map(|row| (row, true)),
            };
            tx.commit().await?;
            Ok::<_, store::StoreError>(found)
        };
        found
            .await
            .map_err(failed("reading a key"))?
            .ok_or_else(AppError::not_found)
    }
}

const fn member_of(scope: KeyScope) -> Option<MemberId> {
    match scope {
        KeyScope::Member(member) => Some(member),
        KeyScope::Team(_) | KeyScope::Workspace => None,
    }
}

/// The name is in use.
pub(super) fn name_taken(name: &str, environment: &str) -> AppError {
    AppError::new(
        ErrorCode::Conflict,
        said!(
            "Name: there is a key called “{name}” in {environment} already. Choose another name, or rotate that key.",
            name = &name,
            environment = &environment
        ),
    )
}
