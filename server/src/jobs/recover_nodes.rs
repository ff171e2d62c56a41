//! Closes what dead processes left open: answers become interrupted, attempts are settled from
//! what is known of them and marked as estimated.

use store::{Store, StoreError};
use uuid::Uuid;

/// One round over every process that does not hold its lock any more, except `own`.
pub(super) async fn recover_nodes(store: &Store, own: Uuid) -> Result<(), StoreError> {
    for node in store.dead_nodes().await? {
        if node == own {
            continue;
        }
        let recovered = store.recover_node(node).await?;
        tracing::info!(%node, ?recovered, "closed what a dead process left open");
    }
    Ok(())
}
