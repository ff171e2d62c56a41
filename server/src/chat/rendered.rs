//! Answers as safe HTML blocks, kept in memory because the same conversation is opened again.
//!
//! Keyed by message: an answer never changes once it has ended. Bounded in bytes.

use contract::MessageId;
use moka::sync::Cache;
use std::sync::Arc;

/// Memory for rendered answers, in bytes.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// Bytes an entry costs beside its blocks: its place in the table, in two orders and in the policy that
/// chooses which one goes, each an allocation of its own.
const ENTRY: usize = 400;
/// Bytes a block costs beside its text: its place in the list and the allocator's own.
const BLOCK: usize = 40;

/// The cache.
#[derive(Clone)]
pub struct Rendered(Cache<MessageId, Arc<[String]>>);

impl Default for Rendered {
    fn default() -> Self {
        let weigh = |_: &MessageId, blocks: &Arc<[String]>| {
            // What is allocated counts, not what is used of it.
            let bytes: usize = blocks.iter().map(|block| block.capacity() + BLOCK).sum();
            u32::try_from(bytes + ENTRY).unwrap_or(u32::MAX)
        };
        Self(
            Cache::builder()
                .max_capacity(MOST_BYTES)
                .weigher(weigh)
                .build(),
        )
    }
}

impl Rendered {
    /// Blocks of an ended answer.
    #[must_use]
    pub fn blocks(&self, answer: MessageId, text: &str) -> Vec<String> {
        let blocks = self
            .0
            .get_with(answer, || crate::render::markdown(text).into());
        blocks.to_vec()
    }

    /// Forgets everything: which workspace an answer belongs to is not known here.
    pub fn forget_all(&self) {
        self.0.invalidate_all();
        self.0.run_pending_tasks();
    }

    /// Keeps the blocks of an answer that has just ended.
    pub fn keep(&self, answer: MessageId, blocks: Vec<String>) {
        let mut blocks = blocks;
        blocks.iter_mut().for_each(String::shrink_to_fit);
        self.0.insert(answer, blocks.into());
    }
}
