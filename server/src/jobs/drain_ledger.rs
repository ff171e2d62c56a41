//! Moves ledger entries from the platform's inbox into the workspaces' own ledgers.

use store::Store;

/// One round. What fails is tried again in the next.
pub(super) async fn drain_ledger(store: Store) {
    if let Err(error) = store.drain_ledger().await {
        tracing::warn!(%error, "ledger entries wait for the next round");
    }
}
