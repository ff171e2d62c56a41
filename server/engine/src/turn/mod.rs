//! One turn through every stage, in order.
//!
//! Owns the sum of what the turn used, and its end: whatever path a turn takes, it passes here, and
//! its last event says how it ended. [`answer`] goes from target to target, [`try_target`] makes one
//! attempt, [`half`] judges it, [`recall`] is the exact cache.

mod answer;
mod half;
mod recall;
mod try_target;

use crate::admission::Admission;
use crate::attempt::Attempted;
use crate::event::{Ended, How};
use crate::plan::Cooling;
use crate::prompt::{Ask, Prompt};
use crate::run::Shared;
use crate::stream::Outlet;
use contract::NanoUsd;
use contract::keys::KeyScope;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Runs the turn and tells how it ended.
pub(crate) async fn run_turn(shared: &Shared, admission: &Admission, ask: Ask, outlet: Outlet) {
    let mut turn = Turn::new();
    let how = match turn.answer(shared, admission, ask, &outlet).await {
        Ok(how) => how,
        Err(fault) => How::Failed(fault),
    };
    if shared.settings.hold_for_ledger {
        for settling in turn.settling.drain(..) {
            // A settlement that panicked is logged by the runtime; the turn has ended anyway.
            let _ = settling.await;
        }
    }
    outlet.end(turn.ended(how)).await;
}

/// What every step of a turn works with.
#[derive(Clone, Copy)]
struct Asked<'a> {
    shared: &'a Shared,
    admission: &'a Admission,
    prompt: &'a Prompt,
    outlet: &'a Outlet,
}

/// What is known of the turn so far.
struct Turn {
    began: Instant,
    first_text: Option<Instant>,
    attempts: u32,
    cost: Option<NanoUsd>,
    usage: Option<wire::Usage>,
    estimated: bool,
    cached: bool,
    retry_after: Option<Duration>,
    payer: Option<KeyScope>,
    settling: Vec<JoinHandle<()>>,
}

impl Turn {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            first_text: None,
            attempts: 0,
            cost: Some(NanoUsd::ZERO),
            usage: None,
            estimated: false,
            cached: false,
            retry_after: None,
            payer: None,
            settling: Vec::new(),
        }
    }

    fn count(&mut self, attempted: &mut Attempted) {
        self.attempts += u32::from(attempted.called);
        self.usage = attempted.bill.usage.or(self.usage);
        self.estimated |= attempted.bill.estimated;
        self.cost = match (self.cost, attempted.bill.cost) {
            (Some(sum), Some(cost)) => Some(sum + cost),
            _ => None,
        };
        self.first_text = attempted.first_text.or(self.first_text);
        self.retry_after = earliest(self.retry_after, attempted.retry_after);
        self.settling.extend(attempted.settling.take());
    }

    /// A target cools: whoever comes back first says when. After a fault that was just seen only
    /// where that says when as well.
    fn cooling(&mut self, cooling: Cooling, first: bool) {
        if first || self.retry_after.is_some() {
            self.retry_after = earliest(self.retry_after, Some(cooling.retry_in));
        }
    }

    fn ended(&self, how: How) -> Ended {
        let failed = matches!(how, How::Failed(_));
        Ended {
            how,
            usage: self.usage,
            estimated: self.estimated,
            cost: self.cost,
            first_text: self.first_text.map(|at| at.duration_since(self.began)),
            total: self.began.elapsed(),
            attempts: self.attempts,
            cached: self.cached,
            retry_after: self.retry_after.filter(|_| failed),
            payer: self.payer,
        }
    }
}

fn earliest(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    one.into_iter().chain(other).min()
}
