//! Removes for good what was deleted thirty days ago, and sessions that have ended.

use std::time::Duration;
use store::{Store, StoreError};

/// How long a deleted conversation can be brought back by an administrator.
const KEEP_DELETED: Duration = Duration::from_hours(720);

/// One round over all workspaces; a workspace that fails is tried again next time.
pub(super) async fn clean_up(store: Store) {
    if let Err(error) = store.forget_old_accounts().await {
        tracing::warn!(%error, "accounts of months long over could not be removed");
    }
    if let Err(error) = store.remove_expired_staff(crate::staff::IDLE).await {
        tracing::warn!(%error, "staff sessions that are over could not be removed");
    }
    let workspaces = match store.workspaces().await {
        Ok(workspaces) => workspaces,
        Err(error) => return tracing::warn!(%error, "workspaces could not be listed"),
    };
    for workspace in workspaces {
        if let Err(error) = clean_workspace(&store, workspace.id).await {
            tracing::warn!(%error, workspace = %workspace.id, "a workspace could not be cleaned up");
        }
    }
}

async fn clean_workspace(store: &Store, id: contract::TenantId) -> Result<(), StoreError> {
    let mut tx = store.enter(id).await?;
    store::sessions::remove_expired(&mut tx).await?;
    store::sign_on_requests::remove_expired(&mut tx).await?;
    store::stored_responses::remove_expired(&mut tx).await?;
    store::virtual_keys::remove_expired(&mut tx).await?;
    store::conversations::purge_deleted(&mut tx, KEEP_DELETED).await?;
    tx.commit().await
}
