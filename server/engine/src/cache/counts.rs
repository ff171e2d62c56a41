//! How answers came about and what was saved, by day and model.
//!
//! Counted in memory at the end of each turn; somebody takes the counts away now and then and makes
//! them durable. Numbers and names of models, never a word of a conversation.

use crate::admission::Provider;
use contract::{CacheStatus, NanoUsd, Saved, TenantId};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// Different counts kept until they are taken away; beyond it new ones are lost, and told.
const MOST: usize = 20_000;
const SECONDS_PER_DAY: u64 = 86_400;

/// Answers of one kind by one model on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheCount {
    /// The workspace.
    pub tenant: TenantId,
    /// Days since 1970-01-01, UTC.
    pub day: u64,
    /// Who answered, or had answered.
    pub provider: Provider,
    /// The provider's name of the model.
    pub model: String,
    /// The kind.
    pub status: CacheStatus,
    /// How many.
    pub answers: u64,
    /// Of how many it is not known what they had cost.
    pub unpriced: u64,
    /// Tokens that were not read again.
    pub saved_input: u64,
    /// Tokens that were not written again.
    pub saved_output: u64,
    /// What the priced ones had cost when they were made.
    pub saved: NanoUsd,
}

type Kind = (TenantId, u64, Provider, String, CacheStatus);

/// Counts since they were last taken away.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<HashMap<Kind, CacheCount>>);

impl Counts {
    /// Counts an answer by `model`, today.
    pub(crate) fn add(
        &self,
        tenant: TenantId,
        (provider, model): (Provider, &str),
        status: CacheStatus,
        saved: Option<Saved>,
    ) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let day = since.unwrap_or_default().as_secs() / SECONDS_PER_DAY;
        let tokens = saved.unwrap_or_default();
        self.merge(CacheCount {
            tenant,
            day,
            provider,
            model: model.to_owned(),
            status,
            answers: 1,
            unpriced: u64::from(saved.is_some_and(|saved| saved.cost.is_none())),
            saved_input: tokens.input_tokens,
            saved_output: tokens.output_tokens,
            saved: tokens.cost.unwrap_or_default(),
        });
    }

    /// Takes everything away.
    pub(crate) fn take(&self) -> Vec<CacheCount> {
        std::mem::take(&mut *self.counts()).into_values().collect()
    }

    /// Adds counts, for example because they could not be stored.
    pub(crate) fn merge(&self, count: CacheCount) {
        let kind = (
            count.tenant,
            count.day,
            count.provider,
            count.model.clone(),
            count.status,
        );
        let mut counts = self.counts();
        if let Some(known) = counts.get_mut(&kind) {
            known.answers += count.answers;
            known.unpriced += count.unpriced;
            known.saved_input = known.saved_input.saturating_add(count.saved_input);
            known.saved_output = known.saved_output.saturating_add(count.saved_output);
            known.saved += count.saved;
        } else if counts.len() < MOST {
            counts.insert(kind, count);
        } else {
            tracing::warn!("too many different counts of answers; one is lost");
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Kind, CacheCount>> {
        // A panic while the map was held cannot leave it half changed: go on with it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;
    use crate::admission::Provider;
    use contract::{CacheStatus, NanoUsd, Saved, TenantId};
    use uuid::Uuid;

    #[test]
    fn answers_of_one_kind_add_up_and_are_taken_once() {
        let counts = Counts::default();
        let tenant = TenantId::from_uuid(Uuid::nil());
        let saved = |cost| {
            Some(Saved {
                input_tokens: 10,
                output_tokens: 5,
                cost,
                estimated: false,
            })
        };
        let tiny = (Provider::Demo, "tiny");
        counts.add(tenant, tiny, CacheStatus::Miss, None);
        counts.add(
            tenant,
            tiny,
            CacheStatus::Exact,
            saved(Some(NanoUsd::new(7))),
        );
        counts.add(tenant, tiny, CacheStatus::Exact, saved(None));
        let mut taken = counts.take();
        assert!(counts.take().is_empty());
        taken.sort_by_key(|count| count.answers);
        let [miss, exact] = &taken[..] else {
            panic!("two kinds, not {taken:?}");
        };
        assert_eq!(
            (miss.status, miss.answers, miss.unpriced),
            (CacheStatus::Miss, 1, 0)
        );
        assert_eq!(
            (exact.answers, exact.unpriced, exact.saved),
            (2, 1, NanoUsd::new(7))
        );
        assert_eq!((exact.saved_input, exact.saved_output), (20, 10));
        counts.merge(exact.clone());
        counts.merge(exact.clone());
        assert_eq!(counts.take()[0].answers, 4);
    }
}
