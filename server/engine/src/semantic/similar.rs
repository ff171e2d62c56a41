//! The parts put together: ask, keep, hear how it went.
//!
//! Owns the order of things: vector, nearest questions, guard, threshold; and the memory of what was shared, so that a
//! question asked again counts against it. Refuses to hold a turn up: where no vector comes in time, nothing is shared.

use crate::cache::{Sharing, Vectors};
use crate::semantic::embedder::Embedder;
use crate::semantic::evidence::FLOOR;
use crate::semantic::guard::{Facts, agree};
use crate::semantic::learned::Learned;
use crate::semantic::place::{Partition, Place};
use crate::semantic::shelf::{ShelfLimits, Shelves};
use contract::TenantId;
use moka::sync::Cache;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// Longest wait for a vector. Answers are worth waiting for; whether there is a similar one is not.
const VECTOR_WITHIN: Duration = Duration::from_millis(400);
/// Shared answers that are remembered until they may count as right for good.
const SHARED_MAX: u64 = 100_000;
/// How long "answer again" may follow a shared answer.
const SHARED_FOR: Duration = Duration::from_hours(24 * 7);

/// A question with its vector, made once for finding and for keeping.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    text: Arc<str>,
    vector: Vec<f32>,
    facts: Facts,
}

impl Question {
    /// `None`: it is too long to be compared, so that a vector would be made for nothing.
    pub(crate) fn without_vector(text: &str) -> Option<Self> {
        Some(Self {
            facts: Facts::of(text)?,
            text: text.into(),
            vector: Vec::new(),
        })
    }

    /// The question with its vector, which has length one.
    pub(crate) fn with(self, vector: Vec<f32>) -> Self {
        Self { vector, ..self }
    }
}

/// An answer that may stand for the one asked for.
#[derive(Clone, Debug)]
pub(crate) struct Near<A> {
    /// Cosine of the two questions.
    pub(crate) likeness: f32,
    /// The question it was given to.
    pub(crate) question: Arc<str>,
    /// The answer.
    pub(crate) answer: A,
    /// It may be shared as it is.
    pub(crate) proven: bool,
}

/// What came of similar questions in a workspace, since this process began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SimilarCounts {
    /// Questions that were compared.
    pub asked: u64,
    /// Answers that were shared.
    pub shared: u64,
    /// Near questions that the guard told apart.
    pub told_apart: u64,
    /// Shared answers that were asked for again, and so were wrong.
    pub wrong: u64,
}

#[derive(Debug, Default)]
struct Counters {
    asked: AtomicU64,
    shared: AtomicU64,
    told_apart: AtomicU64,
    wrong: AtomicU64,
    /// What was taken away of these to be stored.
    taken: Mutex<SimilarCounts>,
}

/// Who was given an answer, where, to which question.
type SharedFor = (TenantId, Partition, Arc<str>);

/// Answers to similar questions, of every workspace.
pub(crate) struct Similar<A> {
    embedder: OnceLock<Arc<dyn Embedder>>,
    shelves: Shelves<A>,
    learned: Learned,
    /// Likeness of what was shared and the question it came from, by where what was asked.
    shared: Cache<SharedFor, (f32, Arc<str>)>,
    counters: Mutex<HashMap<TenantId, Arc<Counters>>>,
}

impl<A: Clone> Similar<A> {
    /// Until there is an embedder nothing is found or kept.
    pub(crate) fn new(limits: ShelfLimits) -> Self {
        let shared = Cache::builder()
            .max_capacity(SHARED_MAX)
            .time_to_live(SHARED_FOR)
            .build();
        Self {
            embedder: OnceLock::new(),
            shelves: Shelves::new(limits),
            learned: Learned::default(),
            shared,
            counters: Mutex::default(),
        }
    }

    /// From now on vectors come from `embedder`. Only the first call counts.
    pub(crate) fn embed_with(&self, embedder: Arc<dyn Embedder>) {
        // A second one would be a mistake of the composition root, and harmless.
        let _ = self.embedder.set(embedder);
    }

    /// What was learned; of one scope it is known only once it was recalled.
    pub(crate) const fn learned(&self) -> &Learned {
        &self.learned
    }

    /// The embedder's id, which is part of every place; `None` where there is none.
    pub(crate) fn embedder(&self) -> Option<&str> {
        self.embedder.get().map(|embedder| embedder.id())
    }

    /// Prepares a question with the encoder in this process. `None`: it is too long, or no vector came
    /// in time.
    pub(crate) async fn ask(&self, question: &str) -> Option<Question> {
        let embedder = self.embedder.get()?;
        let asked = Question::without_vector(question)?;
        let texts = [question];
        let vectors = timeout(VECTOR_WITHIN, embedder.embed(&texts)).await;
        let Ok(Ok(vectors)) = vectors else {
            tracing::warn!("no vector for a question: nothing similar is looked for");
            return None;
        };
        let vector = vectors.into_iter().next()?;
        (vector.len() == embedder.dimension()).then(|| asked.with(vector))
    }

    /// The nearest question in `place` that asks the same, as far as the guard can tell, and whose answer is `good`. It
    /// may be shared where its likeness is proven to keep wrong answers within the bound of `sharing`.
    pub(crate) fn find(
        &self,
        place: &Place,
        asked: &Question,
        sharing: Sharing,
        good: impl Fn(&A) -> bool,
    ) -> Option<Near<A>> {
        let counters = self.counters(place.tenant);
        counters.asked.fetch_add(1, Ordering::Relaxed);
        let near = self.shelves.find(place, (&asked.vector, FLOOR), good);
        let candidate = near.into_iter().find(|candidate| {
            let same = asks_the_same(&candidate.question, asked);
            if !same {
                counters.told_apart.fetch_add(1, Ordering::Relaxed);
            }
            same
        })?;
        let threshold = self.threshold(place, sharing);
        Some(Near {
            proven: threshold.is_some_and(|threshold| candidate.likeness >= threshold),
            likeness: candidate.likeness,
            question: candidate.question,
            answer: candidate.answer,
        })
    }

    /// Notes that the answer was shared. It counts as right until the same is asked again.
    pub(crate) fn shared(&self, place: &Place, asked: &Question, near: &Near<A>) {
        self.learned
            .note(place, |evidence| evidence.right(near.likeness));
        let what = (place.tenant, place.partition, Arc::clone(&asked.text));
        self.shared
            .insert(what, (near.likeness, Arc::clone(&near.question)));
        let counters = self.counters(place.tenant);
        counters.shared.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that the model found the answer not to fit. One that it found to fit is shared, and noted there.
    pub(crate) fn verified_wrong(&self, place: &Place, near: &Near<A>) {
        self.learned
            .note(place, |evidence| evidence.wrong(near.likeness));
    }

    /// `question` is asked again without cache. If an answer was shared for it, that one was wrong, and what it came
    /// from is not shared any more.
    pub(crate) fn asked_again(&self, place: &Place, question: &str) {
        let what = (place.tenant, place.partition, Arc::from(question));
        let Some((likeness, source)) = self.shared.remove(&what) else {
            return;
        };
        self.learned
            .note(place, |evidence| evidence.turned_out_wrong(likeness));
        self.shelves.forget(place, &source);
        let counters = self.counters(place.tenant);
        counters.wrong.fetch_add(1, Ordering::Relaxed);
    }

    /// Keeps an answer of `bytes` bytes for similar questions.
    pub(crate) fn keep(&self, place: &Place, asked: &Question, answer: A, bytes: usize) {
        self.shelves
            .keep(place, (&asked.vector, &asked.text), answer, bytes);
    }

    /// Forgets answers of one workspace that `stays` does not want. What was learned stays.
    pub(crate) fn retain(&self, tenant: TenantId, stays: impl Fn(&A) -> bool) {
        self.shelves.retain(tenant, stays);
    }

    /// Forgets everything of one workspace that is in memory.
    pub(crate) fn forget(&self, tenant: TenantId) {
        self.shelves.retain(tenant, |_| false);
        self.learned.forget(tenant);
        self.all_counters().remove(&tenant);
    }

    /// What came of similar questions in a workspace.
    pub(crate) fn counts(&self, tenant: TenantId) -> SimilarCounts {
        self.counters(tenant).now()
    }

    /// Takes away what was counted since the last time.
    pub(crate) fn take_counts(&self) -> Vec<(TenantId, SimilarCounts)> {
        let all: Vec<_> = self
            .all_counters()
            .iter()
            .map(|(of, it)| (*of, Arc::clone(it)))
            .collect();
        let new = all.into_iter().map(|(of, counters)| (of, counters.take()));
        new.filter(|(_, counts)| *counts != SimilarCounts::default())
            .collect()
    }

    /// Counts again what was taken away and could not be stored.
    pub(crate) fn give_back_counts(&self, tenant: TenantId, counts: SimilarCounts) {
        let counters = self.counters(tenant);
        let mut taken = counters.taken();
        *taken = taken.less(counts);
    }

    fn threshold(&self, place: &Place, sharing: Sharing) -> Option<f32> {
        let bound = sharing.bound();
        self.learned.read(place, |evidence| match sharing.vectors {
            Vectors::InProcess => evidence.threshold(bound),
            Vectors::Provider => evidence.earned(bound),
        })
    }

    // A panic while it was held cannot leave it half changed: go on with it.
    fn all_counters(&self) -> MutexGuard<'_, HashMap<TenantId, Arc<Counters>>> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counters(&self, tenant: TenantId) -> Arc<Counters> {
        Arc::clone(self.all_counters().entry(tenant).or_default())
    }
}

impl Counters {
    fn now(&self) -> SimilarCounts {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SimilarCounts {
            asked: of(&self.asked),
            shared: of(&self.shared),
            told_apart: of(&self.told_apart),
            wrong: of(&self.wrong),
        }
    }

    fn take(&self) -> SimilarCounts {
        let mut taken = self.taken();
        let now = self.now();
        let new = now.less(*taken);
        *taken = now;
        new
    }

    fn taken(&self) -> MutexGuard<'_, SimilarCounts> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SimilarCounts {
    const fn less(self, other: Self) -> Self {
        Self {
            asked: self.asked.saturating_sub(other.asked),
            shared: self.shared.saturating_sub(other.shared),
            told_apart: self.told_apart.saturating_sub(other.told_apart),
            wrong: self.wrong.saturating_sub(other.wrong),
        }
    }
}

fn asks_the_same(cached: &str, asked: &Question) -> bool {
    Facts::of(cached).is_some_and(|cached| agree(&cached, &asked.facts).is_ok())
}

#[cfg(test)]
#[path = "similar_tests.rs"]
mod tests;
