//! Records the end of stays whose time is over. A stay ends by the clock whether or not this runs.

use crate::guests;
use store::Store;

/// One round over the workspaces where somebody came in; one that fails is tried again in the next.
pub(super) async fn see_guests_out(store: Store) {
    let workspaces = match store.with_guests().await {
        Ok(workspaces) => workspaces,
        Err(error) => return tracing::warn!(%error, "workspaces with guests could not be listed"),
    };
    for tenant in workspaces {
        if let Err(error) = guests::close_expired(&store, tenant).await {
            tracing::warn!(%error, workspace = %tenant, "a stay that is over could not be recorded");
        }
    }
}
