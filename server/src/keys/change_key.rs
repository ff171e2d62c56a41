//! What an administrator does to a key in the vault.

use super::{Keys, failed};
use contract::keys::KeyChange;
use contract::{AppError, AppResult, Caller, KeyId};
use store::provider_keys::{self, Reminders};
use store::{StoreError, TenantTx};

impl Keys {
    /// Disables, enables, or sets dates.
    pub(super) async fn change_key(
        &self,
        caller: &Caller,
        id: KeyId,
        change: KeyChange,
    ) -> AppResult<()> {
        let action = match change {
            KeyChange::Disable => "key.disabled",
            KeyChange::Enable => "key.enabled",
            KeyChange::Remind { .. } => "key.dates_set",
        };
        self.alter(caller, id, action, async |tx| match change {
            KeyChange::Disable => provider_keys::enable_or_disable(tx, id, true).await,
            KeyChange::Enable => provider_keys::enable_or_disable(tx, id, false).await,
            KeyChange::Remind {
                expires_ms,
                rotate_by_ms,
            } => {
                let dates = Reminders {
                    expires_ms,
                    rotate_by_ms,
                };
                provider_keys::remind(tx, id, dates).await
            }
        })
        .await
    }

    /// Lets members bring keys of their own, or not.
    pub(super) async fn allow_members(&self, caller: &Caller, allowed: bool) -> AppResult<()> {
        let action = if allowed {
            "member_keys.allowed"
        } else {
            "member_keys.forbidden"
        };
        let noted = async {
            let mut tx = self.store.tenant(caller).await?;
            let who = (Some(caller.member()), caller.name());
            store::platform::workspaces::allow_member_keys(&mut tx, allowed).await?;
            store::audit::append(&mut tx, who, action, "members' own keys").await?;
            tx.commit().await
        };
        noted
            .await
            .map_err(failed("changing whether members bring keys"))
    }

    /// Goes back to the secret before the last rotation.
    pub(super) async fn take_back_key(&self, caller: &Caller, id: KeyId) -> AppResult<()> {
        self.alter(caller, id, "key.taken_back", async |tx| {
            provider_keys::take_back(tx, id).await
        })
        .await?;
        self.look_after_one(caller.tenant(), true)
            .await
            .map_err(failed("checking a key that was taken back"))
    }

    /// Erases a secret for good.
    pub(super) async fn delete_key(&self, caller: &Caller, id: KeyId) -> AppResult<()> {
        self.alter(caller, id, "key.deleted", async |tx| {
            provider_keys::delete(tx, id).await
        })
        .await
    }

    /// Changes a key, notes the deed in the same transaction, and tells every process.
    async fn alter(
        &self,
        caller: &Caller,
        id: KeyId,
        action: &str,
        work: impl AsyncFnOnce(&mut TenantTx) -> Result<bool, StoreError>,
    ) -> AppResult<()> {
        let altered = async {
            let mut tx = self.store.tenant(caller).await?;
            let Some(row) = provider_keys::get(&mut tx, id).await? else {
                return Ok(false);
            };
            if !work(&mut tx).await? {
                return Ok(false);
            }
            let who = (Some(caller.member()), caller.name());
            store::audit::append(&mut tx, who, action, &row.name).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(true)
        };
        if !altered.await.map_err(failed("changing a key"))? {
            return Err(AppError::not_found());
        }
        self.announce(caller.tenant()).await
    }
}
