//! Where evidence outlives the process.
//!
//! Owns what is asked of such a place. Refuses to decide anything: what it holds are counts.

use crate::semantic::evidence::Evidence;
use async_trait::async_trait;
use contract::TenantId;

/// Keeps evidence, workspace by workspace, durably and within a bound of its own.
#[async_trait]
pub trait Lessons: Send + Sync {
    /// What was learned in `scope`, by all processes; empty where nothing was.
    async fn recall(&self, tenant: TenantId, scope: [u8; 32]) -> Result<Evidence, LessonsLost>;

    /// Adds what changed from the first to the second, and tells what is known from then on.
    async fn add(
        &self,
        tenant: TenantId,
        scope: [u8; 32],
        change: Change,
    ) -> Result<Evidence, LessonsLost>;
}

/// What this process has learned since it last told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub(crate) before: Evidence,
    pub(crate) after: Evidence,
}

impl Change {
    /// `known` with this on top.
    #[must_use]
    pub fn onto(&self, known: &Evidence) -> Evidence {
        known.with_change(&self.before, &self.after)
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.before == self.after
    }
}

/// The place did not answer. The cause is logged where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was learned could not be read or kept")]
pub struct LessonsLost;
