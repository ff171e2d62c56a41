//! The guard that closes an attempt exactly once.
//!
//! Owns the settlement from the intent on: settled by name, or on drop where the turn was lost to a
//! panic. Settling runs on a task of its own and is tried again after an error.

use crate::event::How;
use crate::fault::Fault;
use crate::settle::bill::{Bill, Charge};
use crate::settle::ledger::{Intent, Ledger, Settlement};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;

/// Pauses before the second, third and fourth try.
const RETRIES: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(250),
    Duration::from_secs(1),
];

/// What is known when an attempt ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// How it ended.
    pub(crate) how: How,
    /// What it used.
    pub(crate) bill: Bill,
    /// Bytes of text received.
    pub(crate) completion_bytes: u64,
    /// From begin to first text.
    pub(crate) first_text: Option<Duration>,
}

/// An attempt between intent and settlement.
pub(crate) struct OpenAttempt {
    ledger: Arc<dyn Ledger>,
    tasks: TaskTracker,
    /// How long one try may take.
    limit: Duration,
    began: Instant,
    /// Taken by the one settlement.
    intent: Option<Intent>,
}

impl OpenAttempt {
    /// Opens the attempt. From here on it is settled whatever happens.
    pub(crate) fn new(
        ledger: Arc<dyn Ledger>,
        tasks: TaskTracker,
        limit: Duration,
        intent: Intent,
    ) -> Self {
        Self {
            ledger,
            tasks,
            limit,
            began: Instant::now(),
            intent: Some(intent),
        }
    }

    /// When the attempt began.
    pub(crate) const fn began(&self) -> Instant {
        self.began
    }

    /// Settles on a task of its own, which the handle follows.
    pub(crate) fn settle(mut self, outcome: Outcome) -> Option<JoinHandle<()>> {
        let intent = self.intent.take()?;
        Some(self.spawn(intent, outcome))
    }

    fn spawn(&self, intent: Intent, outcome: Outcome) -> JoinHandle<()> {
        let settlement = Settlement {
            intent,
            how: outcome.how,
            usage: outcome.bill.usage,
            estimated: outcome.bill.estimated,
            cost: outcome.bill.cost,
            completion_bytes: outcome.completion_bytes,
            first_text: outcome.first_text,
            total: self.began.elapsed(),
            at: SystemTime::now(),
        };
        let (ledger, limit) = (Arc::clone(&self.ledger), self.limit);
        self.tasks.spawn(write(ledger, limit, settlement))
    }
}

impl Drop for OpenAttempt {
    fn drop(&mut self) {
        if let Some(intent) = self.intent.take() {
            // Only a panic leads here. What the provider did is unknown, so it is estimated.
            let bill = Bill::new(
                Charge::Used,
                intent.price,
                None,
                intent.estimated_input,
                0,
                0,
            );
            let outcome = Outcome {
                how: How::Failed(Fault::Internal),
                bill,
                completion_bytes: 0,
                first_text: None,
            };
            drop(self.spawn(intent, outcome));
        }
    }
}

async fn write(ledger: Arc<dyn Ledger>, limit: Duration, settlement: Settlement) {
    let attempt = settlement.intent.attempt;
    for pause in RETRIES {
        if matches!(
            timeout(limit, ledger.settle(settlement.clone())).await,
            Ok(Ok(()))
        ) {
            return;
        }
        sleep(pause).await;
    }
    if !matches!(timeout(limit, ledger.settle(settlement)).await, Ok(Ok(()))) {
        // The durable intent stays open and is closed as estimated by reconciliation.
        tracing::error!(%attempt, "an attempt could not be settled");
    }
}
