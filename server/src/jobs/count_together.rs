//! Tells the limiter how many processes there are, and Redis which answers are still being written.

use crate::limits::Counting;
use store::Store;

/// One round.
pub(super) async fn count_together(counting: Counting, store: Store) {
    match store.living_nodes().await {
        Ok(count) => counting.set_processes(count),
        Err(error) => tracing::warn!(%error, "the processes could not be counted"),
    }
    counting.keep_places().await;
}
