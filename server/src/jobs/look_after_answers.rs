//! Gives up answers that are too old, and makes durable what was counted and learned of all of them.

use crate::cache::{keep_counts, keep_similar_counts};
use engine::Engine;
use store::Store;

/// One round. What cannot be stored is tried again in the next.
pub(super) async fn look_after_answers(store: Store, engine: Engine) {
    engine.sweep_answers();
    keep_counts(&store, &engine).await;
    keep_similar_counts(&store, &engine).await;
    engine.keep_lessons().await;
}
