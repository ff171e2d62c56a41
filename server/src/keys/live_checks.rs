//! Checks being made on this node, and whoever watches them.
//!
//! A check runs on its own task and writes here. A follower that joins late gets every event from
//! the first, so a reload in the middle shows the same as staying did.

use contract::keys::{CheckEvent, CheckReport};
use contract::{KeyId, TenantId};
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Checks that are remembered at once; the oldest goes first.
const MOST_CHECKS: u64 = 1_000;
/// A check can be followed this long.
const REMEMBERED: Duration = Duration::from_mins(15);

/// All checks of this node.
#[derive(Clone)]
pub struct LiveChecks(Cache<(TenantId, KeyId), Arc<watch::Sender<Vec<CheckEvent>>>>);

/// The writing side. Dropping it without a report ends the followers all the same.
pub struct CheckWriter {
    events: Arc<watch::Sender<Vec<CheckEvent>>>,
    otherwise: CheckReport,
}

/// The reading side.
pub struct CheckFollower {
    events: watch::Receiver<Vec<CheckEvent>>,
    sent: usize,
}

impl Default for LiveChecks {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(MOST_CHECKS)
                .time_to_live(REMEMBERED)
                .build(),
        )
    }
}

impl LiveChecks {
    /// Begins a check; `otherwise` is reported when the writer vanishes without a word.
    #[must_use]
    pub fn begin(&self, tenant: TenantId, key: KeyId, otherwise: CheckReport) -> CheckWriter {
        let events = Arc::new(watch::Sender::default());
        self.0.insert((tenant, key), events.clone());
        CheckWriter { events, otherwise }
    }

    /// Follows a check of this workspace. `None`: none is known here.
    #[must_use]
    pub fn follow(&self, tenant: TenantId, key: KeyId) -> Option<CheckFollower> {
        let events = self.0.get(&(tenant, key))?;
        Some(CheckFollower::over(events.subscribe()))
    }

    /// Whether a check of this key is running here.
    #[must_use]
    pub fn is_running(&self, tenant: TenantId, key: KeyId) -> bool {
        let known = self.0.get(&(tenant, key));
        known.is_some_and(|events| !is_over(&events.borrow()))
    }
}

impl CheckWriter {
    /// Tells every follower.
    pub fn tell(&self, event: CheckEvent) {
        self.events.send_modify(|events| events.push(event));
    }
}

impl Drop for CheckWriter {
    fn drop(&mut self) {
        let last = CheckEvent::Done(self.otherwise.clone());
        self.events.send_if_modified(|events| {
            let open = !is_over(events);
            if open {
                events.push(last);
            }
            open
        });
    }
}

impl CheckFollower {
    fn over(mut events: watch::Receiver<Vec<CheckEvent>>) -> Self {
        events.mark_changed();
        Self { events, sent: 0 }
    }

    /// A check that has ended elsewhere: its report is all there is.
    #[must_use]
    pub fn ended(report: CheckReport) -> Self {
        let (_, events) = watch::channel(vec![CheckEvent::Done(report)]);
        Self::over(events)
    }

    /// What is new; `None` after the end.
    pub async fn next(&mut self) -> Option<Vec<CheckEvent>> {
        let over = is_over(self.events.borrow().get(..self.sent)?);
        if over {
            return None;
        }
        if self.sent >= self.events.borrow().len() {
            self.events.changed().await.ok()?;
        }
        let events = self.events.borrow_and_update();
        let news = events.get(self.sent..)?.to_vec();
        self.sent = events.len();
        Some(news)
    }
}

fn is_over(events: &[CheckEvent]) -> bool {
    matches!(events.last(), Some(CheckEvent::Done(_)))
}

#[cfg(test)]
mod tests {
    use super::{CheckFollower, LiveChecks};
    use contract::keys::{CheckEvent, CheckOutcome, CheckReport, CheckStep, StepState};
    use contract::{KeyId, TenantId};
    use uuid::Uuid;

    fn report(outcome: CheckOutcome) -> CheckReport {
        CheckReport {
            outcome,
            reason: String::new(),
            next: String::new(),
            account: None,
            models: Vec::new(),
            cost: None,
        }
    }

    fn step(state: StepState) -> CheckEvent {
        CheckEvent::Step {
            step: CheckStep::Shape,
            state,
            ms: None,
            note: String::new(),
        }
    }

    #[tokio::test]
    async fn late_followers_get_every_event_and_the_end_once() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        let other = TenantId::from_uuid(Uuid::from_u128(2));
        let key = KeyId::from_uuid(Uuid::from_u128(3));
        let checks = LiveChecks::default();
        let writer = checks.begin(tenant, key, report(CheckOutcome::Unknown));
        assert!(checks.is_running(tenant, key));
        assert!(checks.follow(other, key).is_none());
        writer.tell(step(StepState::Running));
        writer.tell(step(StepState::Passed));
        let mut late = checks.follow(tenant, key).unwrap();
        assert_eq!(late.next().await.unwrap().len(), 2);
        drop(writer);
        let rest = late.next().await.unwrap();
        assert_eq!(rest, [CheckEvent::Done(report(CheckOutcome::Unknown))]);
        assert!(late.next().await.is_none());
        assert!(!checks.is_running(tenant, key));
        let mut later = checks.follow(tenant, key).unwrap();
        assert_eq!(later.next().await.unwrap().len(), 3);
    }

    #[tokio::test]
    async fn a_report_from_elsewhere_is_told_once() {
        let mut follower = CheckFollower::ended(report(CheckOutcome::Valid));
        assert_eq!(follower.next().await.unwrap().len(), 1);
        assert!(follower.next().await.is_none());
    }
}
