//! The store: bounded in bytes, forgetful by time, separable by workspace.

use crate::cache::key::CacheKey;
use contract::TenantId;
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;

/// Bytes an entry costs beside its text.
const ENTRY_OVERHEAD: usize = 256;
/// Largest text kept; a longer one would push out too many others.
const TEXT_MAX_BYTES: usize = 256 * 1024;

/// A complete answer and who gave it.
#[derive(Clone, Debug)]
pub(crate) struct CachedAnswer {
    /// The workspace it belongs to; also part of the key.
    pub(crate) tenant: TenantId,
    /// The whole text.
    pub(crate) text: String,
    /// The stored name of the provider that answered.
    pub(crate) provider: &'static str,
    /// The workspace's name of the key that paid.
    pub(crate) key_name: String,
    /// The model that answered.
    pub(crate) model: String,
    /// The demo model answered.
    pub(crate) demo: bool,
}

/// Answers by key.
#[derive(Debug)]
pub(crate) struct Answers {
    store: Cache<CacheKey, Arc<CachedAnswer>>,
}

impl Answers {
    /// An empty store of at most `bytes`; 0 keeps nothing.
    pub(crate) fn new(bytes: u64, ttl: Duration) -> Self {
        let store = Cache::builder()
            .max_capacity(bytes)
            .weigher(|_, answer: &Arc<CachedAnswer>| {
                let size = answer.text.len() + answer.model.len() + answer.key_name.len();
                u32::try_from(size + ENTRY_OVERHEAD).unwrap_or(u32::MAX)
            })
            .time_to_live(ttl)
            .support_invalidation_closures()
            .build();
        Self { store }
    }

    /// The answer given before.
    pub(crate) fn find(&self, key: CacheKey) -> Option<Arc<CachedAnswer>> {
        self.store.get(&key)
    }

    /// Keeps a complete answer.
    pub(crate) fn keep(&self, key: CacheKey, answer: CachedAnswer) {
        if !answer.text.is_empty() && answer.text.len() <= TEXT_MAX_BYTES {
            self.store.insert(key, Arc::new(answer));
        }
    }

    /// Forgets everything of one workspace. Readers see it gone at once.
    pub(crate) fn forget(&self, tenant: TenantId) {
        let forgotten = self
            .store
            .invalidate_entries_if(move |_, answer| answer.tenant == tenant);
        if forgotten.is_err() {
            // Cannot happen with closures enabled above; if it does, forgetting all is safe.
            self.store.invalidate_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answers, CachedAnswer};
    use crate::admission::{Environment, Target};
    use crate::cache::key::{CacheKey, cache_key};
    use crate::prompt::{Ask, AskMessage, Asker, Broken, compose};
    use contract::TenantId;
    use std::time::Duration;
    use uuid::Uuid;

    fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(number))
    }

    fn key(of: TenantId, question: &str) -> CacheKey {
        let prompt = compose(Ask {
            system: None,
            messages: vec![AskMessage {
                role: Asker::User,
                text: question.into(),
            }],
            bypass_cache: false,
            broken: Broken::Abort,
        })
        .unwrap();
        cache_key(of, Environment::Production, &Target::demo(), &prompt)
    }

    fn answer(tenant: TenantId, bytes: usize) -> CachedAnswer {
        CachedAnswer {
            tenant,
            text: "x".repeat(bytes),
            provider: "demo",
            key_name: "Demo".into(),
            model: "demo".into(),
            demo: true,
        }
    }

    #[test]
    fn forgetting_one_workspace_leaves_the_others() {
        let answers = Answers::new(1_000_000, Duration::from_mins(1));
        for number in [1, 2] {
            let tenant = tenant(number);
            answers.keep(key(tenant, "q"), answer(tenant, 10));
        }
        answers.forget(tenant(1));
        assert!(answers.find(key(tenant(1), "q")).is_none());
        assert!(answers.find(key(tenant(2), "q")).is_some());
    }

    #[test]
    fn memory_is_bounded_in_bytes() {
        let limit = 100_000;
        let answers = Answers::new(limit, Duration::from_mins(1));
        for number in 0..500 {
            answers.keep(
                key(tenant(1), &number.to_string()),
                answer(tenant(1), 2_000),
            );
        }
        answers.store.run_pending_tasks();
        assert!(answers.store.weighted_size() <= limit);
        assert!(answers.store.entry_count() > 10);
        answers.keep(key(tenant(1), "huge"), answer(tenant(1), 300 * 1024));
        assert!(answers.find(key(tenant(1), "huge")).is_none());
    }

    #[test]
    fn a_store_without_bytes_keeps_nothing() {
        let answers = Answers::new(0, Duration::from_mins(1));
        answers.keep(key(tenant(1), "q"), answer(tenant(1), 10));
        answers.store.run_pending_tasks();
        assert!(answers.find(key(tenant(1), "q")).is_none());
    }
}
