//! The parts put together: ask, keep, hear how it went.
//!
//! Owns the order of things: vector, nearest questions, guard, threshold; and the memory of what was shared, so that a
//! question asked again counts against it. Refuses to hold a turn up: where no vector comes in time, nothing is shared.

use crate::semantic::embedder::Embedder;
use crate::semantic::evidence::{Evidence, FLOOR};
use crate::semantic::guard::{Difference, Facts, agree};
use crate::semantic::place::{Partition, Place, Scope};
use crate::semantic::shelf::{Candidate, Purge, ShelfLimits, Shelves};
use contract::TenantId;
use moka::sync::Cache;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// Longest wait for a vector. Answers are worth waiting for; whether there is a similar one is not.
const VECTOR_WITHIN: Duration = Duration::from_millis(400);
/// Scopes whose evidence is kept; each is half a kilobyte.
const SCOPES_MAX: usize = 20_000;
/// Shared answers that are remembered until they may count as right for good.
const SHARED_MAX: u64 = 100_000;
/// How long "answer again" may follow a shared answer.
const SHARED_FOR: Duration = Duration::from_hours(24 * 7);

/// A question on its way: its vector is made once, for finding and for keeping.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    place: Place,
    question: Arc<str>,
    vector: Vec<f32>,
    facts: Facts,
}

/// An answer that may stand for the one asked for.
#[derive(Clone, Debug)]
pub(crate) struct Found<A> {
    /// Cosine of the two questions.
    pub(crate) likeness: f32,
    /// The question it was given to.
    pub(crate) question: Arc<str>,
    /// The answer.
    pub(crate) answer: A,
    /// It may be shared as it is; otherwise it has to be verified first.
    pub(crate) proven: bool,
}

/// What came of similar questions, for one scope or all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SimilarCounts {
    /// Questions that were compared.
    pub asked: u64,
    /// Answers that were shared.
    pub shared: u64,
    /// Near questions that the guard told apart.
    pub told_apart: u64,
    /// Shared answers that were asked for again: wrong.
    pub wrong: u64,
}

#[derive(Debug, Default)]
struct Counters {
    asked: AtomicU64,
    shared: AtomicU64,
    told_apart: AtomicU64,
    wrong: AtomicU64,
}

/// Answers to similar questions, of every workspace.
pub(crate) struct Similar<A> {
    embedder: Option<Arc<dyn Embedder>>,
    shelves: Shelves<A>,
    evidence: Mutex<HashMap<(TenantId, Scope), Evidence>>,
    /// Likeness of what was shared, by who asked what.
    shared: Cache<(TenantId, Partition, Arc<str>), (f32, Arc<str>)>,
    counters: Mutex<HashMap<TenantId, Arc<Counters>>>,
}

impl<A: Clone> Similar<A> {
    /// Without an embedder nothing is ever found or kept.
    pub(crate) fn new(limits: ShelfLimits, embedder: Option<Arc<dyn Embedder>>) -> Self {
        let shared = Cache::builder()
            .max_capacity(SHARED_MAX)
            .time_to_live(SHARED_FOR)
            .build();
        Self {
            embedder,
            shelves: Shelves::new(limits),
            evidence: Mutex::default(),
            shared,
            counters: Mutex::default(),
        }
    }

    /// The embedder's id, which is part of every place; `None` where there is none.
    pub(crate) fn embedder(&self) -> Option<&str> {
        self.embedder.as_ref().map(|embedder| embedder.id())
    }

    /// Prepares a question. `None`: it is too long, or no vector came in time.
    pub(crate) async fn ask(&self, place: Place, question: &str) -> Option<Asked> {
        let embedder = self.embedder.as_ref()?;
        let facts = Facts::of(question)?;
        let texts = [question];
        let vectors = timeout(VECTOR_WITHIN, embedder.embed(&texts)).await;
        let Ok(Ok(vectors)) = vectors else {
            tracing::warn!("no vector for a question: nothing similar is looked for");
            return None;
        };
        let vector = vectors.into_iter().next()?;
        (vector.len() == embedder.dimension()).then(|| Asked {
            place,
            question: question.into(),
            vector,
            facts,
        })
    }

    /// The nearest question that asks the same, as far as the guard can tell. It may be shared where its likeness is
    /// proven to keep wrong answers within `bound`.
    pub(crate) fn find(&self, asked: &Asked, bound: f64) -> Option<Found<A>> {
        let counters = self.counters(asked.place.tenant);
        counters.asked.fetch_add(1, Ordering::Relaxed);
        let near = self.shelves.find(&asked.place, &asked.vector, FLOOR);
        let candidate = near.into_iter().find(|candidate| {
            let told_apart = told_apart(asked, candidate);
            if told_apart.is_some() {
                counters.told_apart.fetch_add(1, Ordering::Relaxed);
            }
            told_apart.is_none()
        })?;
        let threshold = self.threshold(asked.place.tenant, asked.place.scope, bound);
        Some(Found {
            proven: threshold.is_some_and(|threshold| candidate.likeness >= threshold),
            likeness: candidate.likeness,
            question: candidate.question,
            answer: candidate.answer,
        })
    }

    /// Notes that the answer was shared. It counts as right until the same is asked again.
    pub(crate) fn shared(&self, asked: &Asked, found: &Found<A>) {
        let place = &asked.place;
        self.with_evidence(place, |evidence| evidence.right(found.likeness));
        let who = (place.tenant, place.partition, Arc::clone(&asked.question));
        self.shared.insert(who, (found.likeness, Arc::clone(&found.question)));
        self.counters(place.tenant).shared.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes what a check of an answer that was not shared unseen has found.
    pub(crate) fn verified(&self, asked: &Asked, found: &Found<A>, right: bool) {
        self.with_evidence(&asked.place, |evidence| {
            if right {
                evidence.right(found.likeness);
            } else {
                evidence.wrong(found.likeness);
            }
        });
    }

    /// The question is asked again without cache. If an answer was shared for it, that one was wrong, and the answer it
    /// came from is not shared any more.
    pub(crate) fn asked_again(&self, place: &Place, question: &str) {
        let who = (place.tenant, place.partition, Arc::from(question));
        let Some((likeness, source)) = self.shared.remove(&who) else {
            return;
        };
        self.with_evidence(place, |evidence| evidence.turned_out_wrong(likeness));
        self.shelves.forget(place, &source);
        self.counters(place.tenant).wrong.fetch_add(1, Ordering::Relaxed);
    }

    /// Keeps an answer of `bytes` bytes for similar questions.
    pub(crate) fn keep(&self, asked: &Asked, answer: A, bytes: usize) {
        self.shelves
            .keep(&asked.place, &asked.vector, &asked.question, answer, bytes);
    }

    /// Forgets answers of one workspace. What was learned about thresholds stays.
    pub(crate) fn purge(&self, tenant: TenantId, purge: &Purge) {
        self.shelves.purge(tenant, purge);
    }

    /// Forgets everything of one workspace, what was learned too.
    pub(crate) fn forget(&self, tenant: TenantId) {
        self.shelves.purge(tenant, &Purge::Everything);
        let mut evidence = self.evidence.lock().unwrap_or_else(PoisonError::into_inner);
        evidence.retain(|(owner, _), _| *owner != tenant);
        drop(evidence);
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        counters.remove(&tenant);
    }

    /// What came of similar questions in a workspace since this process began.
    pub(crate) fn counts(&self, tenant: TenantId) -> SimilarCounts {
        let counters = self.counters(tenant);
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SimilarCounts {
            asked: of(&counters.asked),
            shared: of(&counters.shared),
            told_apart: of(&counters.told_apart),
            wrong: of(&counters.wrong),
        }
    }

    fn threshold(&self, tenant: TenantId, scope: Scope, bound: f64) -> Option<f32> {
        let evidence = self.evidence.lock().unwrap_or_else(PoisonError::into_inner);
        match evidence.get(&(tenant, scope)) {
            Some(evidence) => evidence.threshold(bound),
            None => Evidence::default().threshold(bound),
        }
    }

    fn with_evidence(&self, place: &Place, note: impl FnOnce(&mut Evidence)) {
        let mut all = self.evidence.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (place.tenant, place.scope);
        if all.len() >= SCOPES_MAX && !all.contains_key(&key) {
            // The one that has seen least loses least.
            let least = all.iter().min_by_key(|(_, evidence)| evidence.seen().0);
            if let Some(least) = least.map(|(key, _)| *key) {
                all.remove(&least);
            }
        }
        note(all.entry(key).or_default());
    }

    fn counters(&self, tenant: TenantId) -> Arc<Counters> {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(counters.entry(tenant).or_default())
    }
}

fn told_apart<A>(asked: &Asked, candidate: &Candidate<A>) -> Option<Difference> {
    let Some(cached) = Facts::of(&candidate.question) else {
        return Some(Difference::Wording);
    };
    agree(&cached, &asked.facts).err()
}

#[cfg(test)]
#[path = "similar_tests.rs"]
mod tests;
