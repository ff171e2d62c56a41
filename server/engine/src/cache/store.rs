//! A store of answers that several processes share.
//!
//! Owns the trait. Refuses to trust it: what it gives back is judged like anything else that was
//! kept, and one that is slow or gone is a miss.

use crate::cache::kept::KeptAnswer;
use crate::cache::key::CacheKey;
use async_trait::async_trait;
use contract::TenantId;

/// Keeps answers sealed where other processes find them. Nothing here fails: a store that cannot be
/// reached, or a workspace whose key is not to be had, is a miss. Implementations answer within a
/// short time of their own choosing.
#[async_trait]
pub trait AnswerStore: Send + Sync {
    /// The answer kept under `key` in the workspace `tenant`.
    async fn find(&self, tenant: TenantId, key: CacheKey) -> Option<KeptAnswer>;

    /// Keeps an answer for [`KeptAnswer::good_for`]. Called on a task that nobody waits for.
    async fn keep(&self, tenant: TenantId, key: CacheKey, answer: &KeptAnswer);
}
