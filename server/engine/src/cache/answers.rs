//! Where answers are kept: in this process first, then where other processes find them.
//!
//! Owns the order of the two, and the promise that the second one is never waited for when an
//! answer is kept.

use crate::admission::Admission;
use crate::cache::kept::KeptAnswer;
use crate::cache::key::CacheKey;
use crate::cache::policy::CachePolicy;
use crate::cache::shelves::Shelves;
use crate::cache::store::AnswerStore;
use contract::TenantId;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

/// Answers on their way to the shared store at once; what comes on top is kept here only.
const MOST_ON_THE_WAY: usize = 64;

/// Answers by key.
pub(crate) struct Answers {
    shelves: Shelves,
    shared: OnceLock<Arc<dyn AnswerStore>>,
    usual: Duration,
    on_the_way: Arc<Semaphore>,
}

impl Answers {
    /// Room for `bytes` in memory, of which one workspace gets at most `bytes_each`; 0 keeps nothing.
    /// `usual`: how long an answer is good where the workspace does not say.
    pub(crate) fn new(bytes: u64, bytes_each: u64, usual: Duration) -> Self {
        Self {
            shelves: Shelves::new(bytes, bytes_each),
            shared: OnceLock::new(),
            usual,
            on_the_way: Arc::new(Semaphore::new(MOST_ON_THE_WAY)),
        }
    }

    /// From now on answers are kept in `store` as well. Only the first call counts.
    pub(crate) fn share(&self, store: Arc<dyn AnswerStore>) {
        // A second store would be a mistake of the composition root, and harmless.
        let _ = self.shared.set(store);
    }

    /// Whether the workspace's answers are kept at all.
    pub(crate) fn are_kept(&self, policy: &CachePolicy) -> bool {
        !self.shelves.is_off() && policy.ttl(self.usual).is_some()
    }

    /// The answer in this process.
    pub(crate) fn find_here(
        &self,
        tenant: TenantId,
        key: CacheKey,
        policy: &CachePolicy,
    ) -> Option<Arc<KeptAnswer>> {
        let now = SystemTime::now();
        let good = |answer: &KeptAnswer| policy.admits(answer, self.usual, now);
        self.shelves.find(tenant, key, good)
    }

    /// The answer in the store that processes share. Found there, it is here as well from now on.
    pub(crate) async fn find_shared(
        &self,
        tenant: TenantId,
        key: CacheKey,
        policy: &CachePolicy,
    ) -> Option<Arc<KeptAnswer>> {
        let answer = Arc::new(self.shared.get()?.find(tenant, key).await?);
        let good = policy.admits(&answer, self.usual, SystemTime::now());
        if !good {
            return None;
        }
        self.shelves.keep(tenant, key, Arc::clone(&answer));
        Some(answer)
    }

    /// Keeps a complete answer of an admitted turn.
    pub(crate) fn keep(
        &self,
        admission: &Admission,
        key: CacheKey,
        answer: &Arc<KeptAnswer>,
        tasks: &TaskTracker,
    ) {
        if !answer.may_be_kept() || !self.are_kept(admission.cache()) {
            return;
        }
        let tenant = admission.tenant();
        self.shelves.keep(tenant, key, Arc::clone(answer));
        let Some(store) = self.shared.get() else {
            return;
        };
        if let Ok(permit) = Arc::clone(&self.on_the_way).try_acquire_owned() {
            let (store, answer) = (Arc::clone(store), Arc::clone(answer));
            tasks.spawn(async move {
                store.keep(tenant, key, &answer).await;
                drop(permit);
            });
        }
    }

    /// How long an answer of the workspace is good; zero where none are kept.
    pub(crate) fn good_for(&self, policy: &CachePolicy) -> Duration {
        policy.ttl(self.usual).unwrap_or_default()
    }

    /// Forgets everything of one workspace in this process. Readers see it gone at once.
    pub(crate) fn forget(&self, tenant: TenantId) {
        self.shelves.sweep(Some(tenant), |_| false);
    }

    /// Forgets what one workspace does not want any more.
    pub(crate) fn heed(&self, tenant: TenantId, policy: &CachePolicy) {
        let now = SystemTime::now();
        self.shelves.sweep(Some(tenant), |answer| {
            policy.admits(answer, self.usual, now)
        });
    }

    /// Forgets what is too old, of every workspace.
    pub(crate) fn sweep(&self) {
        let now = SystemTime::now();
        self.shelves
            .sweep(None, |answer| now < answer.made + answer.good_for);
    }
}
