//! The evidence of this process, and how it comes from and goes to where it is kept.
//!
//! Refuses to answer for a scope whose evidence could not be read: what was learned may have been that it must
//! share less.

use crate::semantic::evidence::Evidence;
use crate::semantic::lessons::{Change, Lessons};
use crate::semantic::place::{Place, Scope};
use contract::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// Scopes whose evidence is in memory; each is about a kilobyte and a half.
const SCOPES_MAX: usize = 20_000;
/// Longest wait for what was learned before.
const RECALL_WITHIN: Duration = Duration::from_millis(400);

type Key = (TenantId, Scope);

/// What is known of one scope.
#[derive(Clone, Debug, Default)]
struct Known {
    /// All processes together, as last told, and this one since.
    evidence: Evidence,
    /// `evidence` when it was last kept.
    kept: Evidence,
}

/// Evidence of all scopes in use.
#[derive(Default)]
pub(crate) struct Learned {
    known: Mutex<HashMap<Key, Known>>,
    lessons: OnceLock<Arc<dyn Lessons>>,
}

impl Learned {
    /// From now on evidence outlives the process. Only the first call counts.
    pub(crate) fn keep_in(&self, lessons: Arc<dyn Lessons>) {
        let _ = self.lessons.set(lessons);
    }

    /// Makes sure that what was learned of the place before is known here. `false`: it cannot be read now.
    pub(crate) async fn recall(&self, place: &Place) -> bool {
        let key = (place.tenant, place.scope);
        let Some(lessons) = self.lessons.get() else {
            return true;
        };
        if self.known().contains_key(&key) {
            return true;
        }
        let reading = lessons.recall(place.tenant, place.scope.bytes());
        let Ok(Ok(evidence)) = timeout(RECALL_WITHIN, reading).await else {
            tracing::warn!(
                "what was learned of similar questions could not be read: none are shared"
            );
            return false;
        };
        let mut known = self.known();
        make_room(&mut known, &key);
        // Somebody else may have read it at the same time, and have learned something since.
        known.entry(key).or_insert_with(|| Known {
            kept: evidence.clone(),
            evidence,
        });
        true
    }

    /// Looks at the evidence of a place.
    pub(crate) fn read<T>(&self, place: &Place, look: impl FnOnce(&Evidence) -> T) -> T {
        match self.known().get(&(place.tenant, place.scope)) {
            Some(known) => look(&known.evidence),
            None => look(&Evidence::default()),
        }
    }

    /// Notes something.
    pub(crate) fn note(&self, place: &Place, note: impl FnOnce(&mut Evidence)) {
        let key = (place.tenant, place.scope);
        let mut known = self.known();
        make_room(&mut known, &key);
        note(&mut known.entry(key).or_default().evidence);
    }

    /// Keeps what is new, scope by scope. What cannot be kept is tried again the next time.
    pub(crate) async fn keep(&self) {
        let Some(lessons) = self.lessons.get() else {
            return;
        };
        let changed: Vec<(Key, Change)> = {
            let known = self.known();
            let changes = known.iter().map(|(key, known)| (*key, known.change()));
            changes.filter(|(_, change)| !change.is_nothing()).collect()
        };
        for ((tenant, scope), change) in changed {
            let Ok(told) = lessons.add(tenant, scope.bytes(), change.clone()).await else {
                continue;
            };
            if let Some(known) = self.known().get_mut(&(tenant, scope)) {
                // What was learned meanwhile stays on top of what all processes know together.
                known.evidence = told.with_change(&change.after, &known.evidence);
                known.kept = told;
            }
        }
    }

    /// Forgets a workspace, here.
    pub(crate) fn forget(&self, tenant: TenantId) {
        self.known().retain(|(owner, _), _| *owner != tenant);
    }

    // A panic while it was held cannot leave it half changed: go on with it.
    fn known(&self) -> MutexGuard<'_, HashMap<Key, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn change(&self) -> Change {
        Change {
            before: self.kept.clone(),
            after: self.evidence.clone(),
        }
    }
}

fn make_room(known: &mut HashMap<Key, Known>, key: &Key) {
    if known.len() < SCOPES_MAX || known.contains_key(key) {
        return;
    }
    // What is kept already loses nothing; beyond, the one that has seen least loses least.
    let unkept = |known: &Known| !known.change().is_nothing();
    let least = known
        .iter()
        .min_by_key(|(_, known)| (unkept(known), known.evidence.seen().0))
        .map(|(key, _)| *key);
    if let Some(least) = least {
        known.remove(&least);
    }
}
