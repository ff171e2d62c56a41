//! Small sums of this process, for its metrics. Numbers only: nothing says whose they are.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters that only grow.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    skipped: AtomicU64,
    attempts: AtomicU64,
    next: AtomicU64,
    again: AtomicU64,
    restarts: AtomicU64,
    gone_on: AtomicU64,
}

/// What this process has counted since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Events inside good streams that could not be read and were skipped.
    pub skipped_events: u64,
    /// Upstream calls.
    pub attempts: u64,
    /// Of these, calls to another target after one that failed.
    pub fallbacks: u64,
    /// Of these, calls to a target that was tried before in the same turn.
    pub retries: u64,
    /// Half answers that were given up for a fresh one.
    pub restarts: u64,
    /// Half answers that were gone on with.
    pub continued: u64,
}

/// What an attempt is in its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nth {
    First,
    Next,
    Again,
}

impl Tally {
    pub(crate) fn skipped(&self, events: u64) {
        self.skipped.fetch_add(events, Ordering::Relaxed);
    }

    pub(crate) fn attempt(&self, nth: Nth) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        match nth {
            Nth::First => {}
            Nth::Next => drop(self.next.fetch_add(1, Ordering::Relaxed)),
            Nth::Again => drop(self.again.fetch_add(1, Ordering::Relaxed)),
        }
    }

    /// A half answer got another attempt, which `goes_on` with it or begins anew.
    pub(crate) fn half(&self, goes_on: bool) {
        let counter = if goes_on {
            &self.gone_on
        } else {
            &self.restarts
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counted {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counted {
            skipped_events: read(&self.skipped),
            attempts: read(&self.attempts),
            fallbacks: read(&self.next),
            retries: read(&self.again),
            restarts: read(&self.restarts),
            continued: read(&self.gone_on),
        }
    }
}
