//! Looking after keys that nobody is looking at: due checks, and what is to be forgotten.

use super::Keys;
use contract::{KeyId, TenantId};
use std::time::Duration;
use store::StoreError;

/// A due check that its process does not finish is due again after this time.
const LEASE: Duration = Duration::from_mins(5);
/// A refusal in traffic asks for a check, unless one found trouble this recently.
const QUIET: Duration = Duration::from_mins(1);
/// A draft is forgotten after this time.
const DRAFT_LIFE: Duration = Duration::from_mins(15);

impl Keys {
    /// The provider refused this key in traffic: it is checked at once.
    pub async fn refused_in_traffic(&self, tenant: TenantId, id: KeyId) {
        let asked = async {
            let mut tx = self.store.enter(tenant).await?;
            let asked = store::provider_keys::check_soon(&mut tx, id, QUIET).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(asked)
        };
        let checked = match asked.await {
            Ok(true) => self.look_after_one(tenant, true).await,
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = checked {
            tracing::warn!(%error, key = %id, "a refused key could not be checked");
        }
    }

    /// One round over all workspaces; one that fails is tried again in the next.
    pub async fn look_after(&self) {
        let workspaces = match self.store.workspaces().await {
            Ok(workspaces) => workspaces,
            Err(error) => return tracing::warn!(%error, "workspaces could not be listed"),
        };
        for workspace in workspaces {
            if let Err(error) = self.look_after_one(workspace.id, false).await {
                tracing::warn!(%error, workspace = %workspace.id, "keys could not be looked after");
            }
        }
    }

    /// Forgets what is over and begins due checks; `answer`: with the one-token call.
    pub(super) async fn look_after_one(
        &self,
        tenant: TenantId,
        answer: bool,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.enter(tenant).await?;
        store::provider_keys::forget_drafts(&mut tx, DRAFT_LIFE).await?;
        store::provider_keys::forget_previous(&mut tx).await?;
        let due = store::provider_keys::due_for_check(&mut tx, LEASE).await?;
        tx.commit().await?;
        for id in due {
            let row = match self.sealed_row(tenant, id).await {
                Ok(row) => row,
                Err(error) => {
                    tracing::warn!(%error, key = %id, "a key could not be read for its check");
                    continue;
                }
            };
            if let Err(error) = self.spawn_check(tenant, row, answer).await {
                tracing::warn!(%error, key = %id, "a due check could not begin");
            }
        }
        Ok(())
    }
}
