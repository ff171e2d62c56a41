//! What every target is doing: answers in flight, how quickly it begins, how much it was used.
//!
//! Owns the figures that strategies choose by. They are of this process and of one workspace's key
//! with one model; nothing is shared between workspaces. A target that was never asked has none and
//! costs no memory.

use crate::plan::breaker::{CircuitId, CircuitIds};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// In this time an old figure loses all but a third of its say.
const FADES: Duration = Duration::from_secs(30);
/// Targets kept before idle ones are swept.
const SWEEP_ABOVE: usize = 10_000;

/// Figures of this process.
#[derive(Debug, Default)]
pub(crate) struct Loads {
    targets: Mutex<HashMap<CircuitId, Load>>,
}

#[derive(Clone, Copy, Debug)]
struct Load {
    in_flight: u32,
    /// Milliseconds to the first text: the worst lately, fading towards the usual.
    first_text_ms: f64,
    /// Answers begun, fading.
    used: f64,
    at: Instant,
}

/// Figures of one target now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    /// Answers being written.
    pub(crate) in_flight: u32,
    /// Milliseconds to the first text; 0 where nothing is known.
    pub(crate) first_text_ms: f64,
    /// Answers begun, those of a while ago counting less.
    pub(crate) used: f64,
}

/// An answer in flight; dropping it ends that.
#[derive(Debug)]
pub(crate) struct InFlight {
    loads: Arc<Loads>,
    id: CircuitId,
}

impl Load {
    /// Lets the figures fade up to `now`.
    fn fade(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        let kept = (-passed / FADES.as_secs_f64()).exp();
        self.first_text_ms *= kept;
        self.used *= kept;
        self.at = now;
    }
}

impl Loads {
    /// An answer begins.
    pub(crate) fn begin(self: &Arc<Self>, ids: CircuitIds) -> InFlight {
        let (id, now) = (ids.key_and_model(), Instant::now());
        let mut targets = self.lock();
        if targets.len() >= SWEEP_ABOVE {
            targets.retain(|_, load| load.in_flight > 0 || load.at.elapsed() < FADES * 4);
        }
        let load = targets.entry(id).or_insert(Load {
            in_flight: 0,
            first_text_ms: 0.0,
            used: 0.0,
            at: now,
        });
        load.fade(now);
        load.in_flight += 1;
        load.used += 1.0;
        drop(targets);
        InFlight {
            loads: Arc::clone(self),
            id,
        }
    }

    /// What a target is doing now.
    pub(crate) fn figures(&self, ids: CircuitIds) -> Figures {
        let Some(mut load) = self.lock().get(&ids.key_and_model()).copied() else {
            return Figures::default();
        };
        load.fade(Instant::now());
        Figures {
            in_flight: load.in_flight,
            first_text_ms: load.first_text_ms,
            used: load.used,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CircuitId, Load>> {
        self.targets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlight {
    /// How long the first text took, or a failure to give any. A worse one counts at once, a better
    /// one little by little, so that one lucky answer does not draw everybody.
    pub(crate) fn took(&self, first_text: Duration) {
        if let Some(load) = self.loads.lock().get_mut(&self.id) {
            let ms = first_text.as_secs_f64() * 1_000.0;
            load.first_text_ms = if ms > load.first_text_ms {
                ms
            } else {
                load.first_text_ms * 0.8 + ms * 0.2
            };
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Some(load) = self.loads.lock().get_mut(&self.id) {
            load.in_flight = load.in_flight.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, Loads};
    use crate::admission::Target;
    use crate::plan::breaker::CircuitIds;
    use contract::TenantId;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::advance;
    use uuid::Uuid;

    fn ids() -> CircuitIds {
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        CircuitIds::of(tenant, &Target::demo())
    }

    #[tokio::test(start_paused = true)]
    async fn dropped_answers_leave_nothing_in_flight() {
        let loads = Arc::new(Loads::default());
        let held: Vec<_> = (0..10_000).map(|_| loads.begin(ids())).collect();
        assert_eq!(loads.figures(ids()).in_flight, 10_000);
        drop(held);
        assert_eq!(loads.figures(ids()).in_flight, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_bad_time_counts_at_once_and_is_forgotten_slowly() {
        let loads = Arc::new(Loads::default());
        let answer = loads.begin(ids());
        answer.took(Duration::from_millis(100));
        answer.took(Duration::from_secs(2));
        answer.took(Duration::from_millis(100));
        let after = loads.figures(ids()).first_text_ms;
        assert!((1_600.0..1_700.0).contains(&after), "{after}");
        advance(Duration::from_mins(5)).await;
        let later = loads.figures(ids());
        assert!(later.first_text_ms < 1.0 && later.used < 0.01, "{later:?}");
    }

    #[tokio::test]
    async fn a_target_never_asked_has_no_figures() {
        assert_eq!(Loads::default().figures(ids()), Figures::default());
    }
}
