//! Goes on with deletions that were begun and not finished: the process ended, or the database did not
//! answer. What nobody recorded is left alone.

use super::{DELETED, Workspaces};
use contract::TenantId;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::StoreError;
use store::platform::workspaces::WorkspaceState;

/// Whoever began one has so long to finish it.
const LEFT_ALONE: Duration = Duration::from_mins(1);

impl Workspaces {
    /// One round; a workspace that fails is tried again in the next.
    pub async fn finish_deletions(&self) {
        // Without the owner's login nobody begins one here either.
        if !self.store.has_owner() {
            return;
        }
        let rows = match self.store.workspaces().await {
            Ok(rows) => rows,
            Err(error) => return tracing::warn!(%error, "workspaces could not be listed"),
        };
        for row in rows {
            if row.state != WorkspaceState::Deleting {
                continue;
            }
            match self.left_by(row.id).await {
                Ok(Some(by)) => match self.remove(row.id, by).await {
                    Ok(()) => tracing::info!(workspace = %row.id, "a deletion was finished"),
                    Err(error) => {
                        tracing::warn!(%error, workspace = %row.id, "a deletion waits for the next round");
                    }
                },
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, workspace = %row.id, "a deletion waits for the next round");
                }
            }
        }
    }

    /// Who began it. `None`: nobody recorded it, or not long enough ago.
    async fn left_by(&self, tenant: TenantId) -> Result<Option<&'static str>, StoreError> {
        let mut tx = self.store.enter(tenant).await?;
        let record = store::audit::latest(&mut tx, DELETED).await?;
        tx.commit().await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let before = now.unwrap_or_default().saturating_sub(LEFT_ALONE);
        let before = i64::try_from(before.as_millis()).unwrap_or(i64::MAX);
        let record = record.filter(|record| record.at_ms < before);
        Ok(record.map(|record| record.actor.map_or("operator", |_| "owner")))
    }
}
