//! What a workspace wants of the cache: whether, for how long, and what it has purged.
//!
//! Purging counts up; an answer remembers the count at which its question was admitted. So an answer
//! that was being written while somebody purged is not good afterwards, whatever clocks say and
//! wherever it is kept.

use crate::admission::Route;
use crate::cache::kept::KeptAnswer;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A workspace's use of the cache, as it was when a question was admitted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CachePolicy {
    /// Whether answers are kept, and how long they are good.
    pub kept: CacheUse,
    /// How often something was purged.
    pub epoch: u64,
    /// What was.
    pub purged: Arc<Purged>,
    /// Whether the route shares answers among questions that only read differently.
    pub similar: Option<Sharing>,
    /// The route of the workspace's own embedding model, where [`Sharing::vectors`] names it. `None`
    /// there: nothing is shared, and nothing is spent.
    pub embeddings: Option<Arc<Route>>,
}

/// How a route shares answers among similar questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// Wrong answers among a million shared ones that are accepted at most; 10,000 are one in a
    /// hundred.
    pub wrong_at_most: u32,
    /// Ask the model whether a kept answer fits, where the likeness alone does not prove it. Costs a
    /// short call, and is how the threshold goes down.
    pub verify: bool,
    /// Who makes the vectors by which questions are compared.
    pub vectors: Vectors,
}

/// Who makes the vectors of questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Vectors {
    /// The installation's own encoder. The likeness from which answers are shared at first was
    /// measured with it.
    #[default]
    InProcess,
    /// An embedding model of the workspace's own provider, at its cost. How alike its vectors are says
    /// nothing until it has been seen, so every answer is verified until enough of them were right.
    Provider,
}

impl Default for Sharing {
    fn default() -> Self {
        Self {
            wrong_at_most: 10_000,
            verify: false,
            vectors: Vectors::InProcess,
        }
    }
}

impl Sharing {
    /// Wrong answers that are accepted at most, as a share between 0 and 1.
    #[must_use]
    pub fn bound(self) -> f64 {
        f64::from(self.wrong_at_most) / 1e6
    }

    /// Whether the model is asked where nothing is proven.
    #[must_use]
    pub fn verifies(self) -> bool {
        self.verify || self.vectors == Vectors::Provider
    }
}

/// Whether answers are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheUse {
    /// As the installation is set.
    #[default]
    Usual,
    /// They are not.
    Off,
    /// For this long.
    For(Duration),
}

/// The count at which each purge happened; what was admitted at a lower one is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Of everything.
    pub everything: u64,
    /// By alias or provider's model.
    pub models: BTreeMap<String, u64>,
    /// By version of the workspace's instructions.
    pub prompts: BTreeMap<u32, u64>,
}

impl CachePolicy {
    /// How long an answer is good; `None`: none are kept.
    pub(crate) fn ttl(&self, usual: Duration) -> Option<Duration> {
        let ttl = match self.kept {
            CacheUse::Usual => usual,
            CacheUse::Off => Duration::ZERO,
            CacheUse::For(ttl) => ttl,
        };
        (!ttl.is_zero()).then_some(ttl)
    }

    /// Whether `answer` may still be given: not purged, and not older than it may be by what holds
    /// now and by what held when it was kept.
    pub(crate) fn admits(&self, answer: &KeptAnswer, usual: Duration, now: SystemTime) -> bool {
        let Some(ttl) = self.ttl(usual) else {
            return false;
        };
        let fresh_until = answer.made + answer.good_for.min(ttl);
        now < fresh_until && !self.purged.covers(answer)
    }
}

impl Purged {
    fn covers(&self, answer: &KeptAnswer) -> bool {
        let by_model = [&answer.alias, &answer.model]
            .into_iter()
            .filter_map(|name| self.models.get(name));
        let by_prompt = answer
            .prompt_version
            .and_then(|version| self.prompts.get(&version));
        let purges = by_model.chain(by_prompt).copied();
        purges.chain([self.everything]).any(|at| answer.epoch < at)
    }
}

#[cfg(test)]
mod tests {
    use super::{CachePolicy, CacheUse, Purged};
    use crate::cache::kept::KeptAnswer;
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    const USUAL: Duration = Duration::from_mins(10);

    fn policy(epoch: u64, purge: impl FnOnce(&mut Purged)) -> CachePolicy {
        let mut purged = Purged::default();
        purge(&mut purged);
        CachePolicy {
            kept: CacheUse::Usual,
            epoch,
            purged: Arc::new(purged),
            similar: None,
            embeddings: None,
        }
    }

    #[test]
    fn a_purge_covers_what_was_admitted_before_it_and_nothing_else() {
        let now = SystemTime::now();
        let old = KeptAnswer {
            epoch: 4,
            ..KeptAnswer::for_tests("an answer")
        };
        let good = |policy: &CachePolicy, answer: &KeptAnswer| policy.admits(answer, USUAL, now);
        assert!(good(&policy(4, |_| {}), &old));
        let purges: [fn(&mut Purged); 4] = [
            |purged| purged.everything = 5,
            |purged| purged.models.extend([("fast".to_owned(), 5)]),
            |purged| purged.models.extend([("tiny".to_owned(), 5)]),
            |purged| purged.prompts.extend([(3, 5)]),
        ];
        for purge in purges {
            let policy = policy(5, purge);
            assert!(!good(&policy, &old));
            let fresh = KeptAnswer {
                epoch: 5,
                ..old.clone()
            };
            assert!(good(&policy, &fresh));
        }
        let others = policy(5, |purged| {
            purged.models.insert("careful".to_owned(), 5);
            purged.prompts.insert(2, 5);
        });
        assert!(good(&others, &old));
    }

    #[test]
    fn a_shorter_life_holds_for_what_is_kept_already_and_off_is_off() {
        let now = SystemTime::now();
        let answer = KeptAnswer {
            made: now - Duration::from_mins(5),
            good_for: USUAL,
            ..KeptAnswer::for_tests("an answer")
        };
        let with = |kept| CachePolicy {
            kept,
            ..CachePolicy::default()
        };
        let good = |kept| with(kept).admits(&answer, USUAL, now);
        assert!(good(CacheUse::Usual));
        assert!(good(CacheUse::For(Duration::from_hours(1))));
        assert!(!good(CacheUse::For(Duration::from_mins(4))));
        assert!(!good(CacheUse::Off));
        assert!(!with(CacheUse::Usual).admits(&answer, USUAL, now + Duration::from_mins(6)));
    }
}
