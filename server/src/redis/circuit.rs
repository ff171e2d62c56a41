//! When a lost Redis is asked again.
//!
//! Owns the waits: after a failure nobody asks for a second, then one does; each further failure
//! doubles the wait up to half a minute. Refuses to make anybody wait for it.

use redis::ErrorKind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The first wait.
const FIRST: Duration = Duration::from_secs(1);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(30);

/// Closed while Redis answers.
#[derive(Debug, Default)]
pub(super) struct Circuit(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// `None`: closed.
    wait: Option<Duration>,
    /// The next one to ask may do so from here on.
    again_at: Option<Instant>,
}

impl Circuit {
    /// Whether to ask now. Of everybody who would after a wait one may; the others go without.
    pub(super) fn may_ask(&self) -> bool {
        let mut state = self.state();
        let (Some(wait), now) = (state.wait, Instant::now()) else {
            return true;
        };
        let due = state.again_at.is_none_or(|at| now >= at);
        if due {
            state.again_at = Some(now + wait);
        }
        due
    }

    pub(super) fn answered(&self) {
        if self.state().wait.take().is_some() {
            tracing::info!("Redis answers again");
        }
    }

    pub(super) fn failed(&self, kind: ErrorKind) {
        let mut state = self.state();
        if state.wait.is_none() {
            tracing::warn!(?kind, "Redis is lost; everything goes on without it");
        }
        let wait = state.wait.map_or(FIRST, |wait| (wait * 2).min(LONGEST));
        *state = State {
            wait: Some(wait),
            again_at: Some(Instant::now() + wait),
        };
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().wait.is_none()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Circuit;
    use redis::ErrorKind;
    use std::time::Duration;
    use tokio::time::advance;

    #[tokio::test(start_paused = true)]
    async fn after_a_failure_one_asks_at_a_time_and_ever_more_rarely() {
        let circuit = Circuit::default();
        assert!(circuit.may_ask());
        circuit.failed(ErrorKind::Io);
        assert!(!circuit.may_ask() && !circuit.is_closed());
        advance(Duration::from_secs(1)).await;
        assert!(circuit.may_ask());
        assert!(!circuit.may_ask(), "one is asking already");
        circuit.failed(ErrorKind::Io);
        advance(Duration::from_secs(1)).await;
        assert!(!circuit.may_ask());
        advance(Duration::from_secs(1)).await;
        assert!(circuit.may_ask());
        circuit.answered();
        assert!(circuit.may_ask() && circuit.may_ask() && circuit.is_closed());
        for _ in 0..20 {
            circuit.failed(ErrorKind::Io);
        }
        advance(Duration::from_secs(30)).await;
        assert!(circuit.may_ask(), "half a minute is the longest");
    }
}
