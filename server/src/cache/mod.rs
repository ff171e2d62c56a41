//! Answers that are given again: what a workspace wants of the cache, the store that processes share,
//! and what all of it saved.
//!
//! Owns purging and the counts that admins see. The cache itself is the engine's; nothing here decides
//! what is the same question.

mod change_cache;
mod keep_counts;
mod keep_words;
mod lessons;
mod policy;
mod read_savings;
mod shared_answers;
mod written;

pub use change_cache::{Who, keep_for};
pub use keep_counts::{keep_counts, keep_similar_counts};
pub use keep_words::{keep_in_words, parse_keep};
pub use lessons::StoredLessons;
pub use policy::policy_of;
pub use read_savings::Counted;
pub use shared_answers::{SharedAnswers, Shelf};

use crate::cli::open::Opened;
use crate::tenancy::Snapshots;
use std::sync::Arc;
use std::time::Duration;
use store::Store;

/// What people do with the cache, for all workspaces on this process. Cloning is cheap.
#[derive(Clone)]
pub struct Cache {
    store: Store,
    snapshots: Snapshots,
    shared: Option<SharedAnswers>,
    /// How long an answer is good where a workspace does not say; `None`: none are kept.
    usual: Option<Duration>,
    /// There is an encoder by which questions are compared.
    has_encoder: bool,
}

impl Cache {
    /// Of an opened installation.
    #[must_use]
    pub fn of(opened: &Opened, snapshots: Snapshots) -> Self {
        let settings = &opened.config.engine;
        let shared = opened.redis.clone().map(|redis| {
            let (vault, keyring) = (opened.vault.clone(), Arc::clone(&opened.keyring));
            SharedAnswers::new(
                redis,
                vault,
                keyring,
                bytes(settings.cache_shared_megabytes),
            )
        });
        let usual = Duration::from_secs(settings.cache_minutes.saturating_mul(60));
        Self {
            store: opened.store.clone(),
            snapshots,
            shared,
            usual: (settings.cache_megabytes > 0 && !usual.is_zero()).then_some(usual),
            has_encoder: !opened.config.semantic.model_dir.as_os_str().is_empty(),
        }
    }

    /// Where processes share answers.
    #[must_use]
    pub const fn shared(&self) -> Option<&SharedAnswers> {
        self.shared.as_ref()
    }

    /// How long an answer is good where a workspace does not say, in minutes; `None`: the installation
    /// keeps none.
    #[must_use]
    pub fn usual_minutes(&self) -> Option<u32> {
        let minutes = self.usual?.as_secs() / 60;
        Some(u32::try_from(minutes).unwrap_or(u32::MAX))
    }
}

/// Megabytes in bytes.
#[must_use]
pub const fn bytes(megabytes: u64) -> u64 {
    megabytes.saturating_mul(1024 * 1024)
}
