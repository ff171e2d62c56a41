//! Reading an answer within limits in time, and until somebody says stop.

use crate::attempt::upstream::Upstream;
use crate::settings::Limits;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use wire::WireEvent;

/// How long to wait for usage and terminator once the model has ended.
const TRAILER: Duration = Duration::from_secs(2);

/// What reading one step gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// More may follow.
    More,
    /// The answer is over.
    Over,
    /// Somebody said stop.
    Stopped,
    /// A limit in time passed.
    TimedOut,
}

/// An upstream with its clock.
#[derive(Debug)]
pub(super) struct Reader {
    upstream: Upstream,
    limits: Limits,
    began: Instant,
    quiet_since: Instant,
    has_text: bool,
}

impl Reader {
    /// Reads `upstream`, of an attempt that began at `began`.
    pub(super) fn new(upstream: Upstream, limits: Limits, began: Instant) -> Self {
        Self {
            upstream,
            limits,
            began,
            quiet_since: Instant::now(),
            has_text: false,
        }
    }

    /// Waits for the next events and appends them to `out`.
    pub(super) async fn next(
        &mut self,
        stop: &CancellationToken,
        out: &mut Vec<WireEvent>,
    ) -> Step {
        let finished = self.upstream.is_finished();
        let progress = self.upstream.progress();
        let deadline = self.deadline(progress > 0);
        let read = timeout_at(deadline, self.upstream.next(out));
        let read = tokio::select! {
            biased;
            () = stop.cancelled() => return Step::Stopped,
            read = read => read,
        };
        match read {
            Ok(more) => {
                let text = out.iter().any(|event| matches!(event, WireEvent::Text(_)));
                if text || self.upstream.progress() > progress {
                    self.quiet_since = Instant::now();
                }
                self.has_text |= text;
                if more { Step::More } else { Step::Over }
            }
            // The answer is there; only its counts are missing, and they can be estimated.
            Err(_) if finished => Step::Over,
            Err(_) => Step::TimedOut,
        }
    }

    /// Events that could not be read and were skipped.
    pub(super) fn skipped(&self) -> u64 {
        self.upstream.skipped()
    }

    /// The consumer was slow, not the provider: the clock of silence starts anew.
    pub(super) fn released(&mut self) {
        self.quiet_since = Instant::now();
    }

    fn deadline(&self, has_progress: bool) -> Instant {
        let total = self.began + self.limits.total;
        let stall = self.quiet_since + self.limits.stall;
        let first = self.began + self.limits.first_text;
        let next = if self.upstream.is_finished() {
            self.quiet_since + TRAILER
        } else if self.has_text {
            stall
        } else if has_progress {
            first.max(stall)
        } else {
            first
        };
        next.min(total)
    }
}
