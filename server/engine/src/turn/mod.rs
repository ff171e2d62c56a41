//! One turn through every stage, in order.
//!
//! Owns the sum of what the turn used, and its end: whatever path a turn takes, it passes here, and
//! its last event says how it ended. [`answer`] goes from target to target, [`try_target`] makes one
//! attempt, [`half`] judges it, [`recall`] is the cache, [`similar`] the same question in other words,
//! [`replay`] the pace of what is there already.

mod answer;
mod half;
mod own_vector;
mod recall;
mod replay;
mod similar;
mod try_target;
mod verify;

use crate::admission::{Admission, Provider};
use crate::attempt::Attempted;
use crate::cache::{Fell, Lead};
use crate::event::{Ended, How};
use crate::fault::Fault;
use crate::limits::{Permit, Reached};
use crate::plan::Cooling;
use crate::prompt::{Ask, Prompt};
use crate::reserve::Refused;
use crate::run::Shared;
use crate::semantic::Question;
use crate::stream::Outlet;
use contract::keys::KeyScope;
use contract::{CacheStatus, NanoUsd, Saved};
use std::sync::Arc;
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
    // The place is free before anybody is told that the answer is over.
    drop(turn.permit.take());
    let ended = turn.ended(how);
    turn.leave(&ended);
    turn.tally(shared, admission);
    outlet.end(ended).await;
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
    cache: CacheStatus,
    /// What an answer that was there already saved.
    saved: Option<Saved>,
    /// What the provider's prompt cache saved.
    saved_by_provider: Option<NanoUsd>,
    /// Who answered: provider and its name of the model.
    by: Option<(Provider, String)>,
    /// Everybody who waits for this turn's answer.
    lead: Option<Lead>,
    /// The question as similar ones are found by, where the route shares answers among them.
    question: Option<Arc<Question>>,
    retry_after: Option<Duration>,
    payer: Option<KeyScope>,
    /// Leave to ask at this pace; held until the turn ends.
    permit: Option<Permit>,
    limit: Option<Reached>,
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
            cache: CacheStatus::Off,
            saved: None,
            saved_by_provider: None,
            by: None,
            lead: None,
            question: None,
            retry_after: None,
            payer: None,
            permit: None,
            limit: None,
            settling: Vec::new(),
        }
    }

    fn count(&mut self, attempted: &mut Attempted) {
        self.attempts += u32::from(attempted.called);
        self.usage = attempted.bill.usage.or(self.usage);
        self.estimated |= attempted.bill.estimated;
        self.saved_by_provider = attempted.bill.saved_by_cache;
        self.cost = match (self.cost, attempted.bill.cost) {
            (Some(sum), Some(cost)) => Some(sum + cost),
            _ => None,
        };
        self.first_text = attempted.first_text.or(self.first_text);
        self.retry_after = earliest(self.retry_after, attempted.retry_after);
        self.settling.extend(attempted.settling.take());
    }

    /// Keeps what a member is told, and says how the turn fails.
    fn too_fast(&mut self, reached: Reached) -> Fault {
        self.retry_after = reached.retry_in;
        self.limit = Some(reached);
        Fault::TooFast
    }

    fn refused(&mut self, refused: Refused) -> Fault {
        self.limit = refused.limit();
        refused.fault()
    }

    /// A target cools: whoever comes back first says when. After a fault that was just seen only
    /// where that says when as well.
    fn cooling(&mut self, cooling: Cooling, first: bool) {
        if first || self.retry_after.is_some() {
            self.retry_after = earliest(self.retry_after, Some(cooling.retry_in));
        }
    }

    /// Leaves those who wait without an answer, where there is none.
    fn leave(&mut self, ended: &Ended) {
        let fault = match ended.how {
            How::Failed(fault) => fault,
            How::Cut => Fault::Cut,
            // A stop is this asker's own; complete answers have landed.
            How::Stopped | How::Complete | How::Length => return self.lead = None,
        };
        if let Some(lead) = self.lead.take() {
            lead.fall(Fell {
                fault: Some(fault),
                retry_after: ended.retry_after,
                payer: ended.payer,
            });
        }
    }

    fn tally(&self, shared: &Shared, admission: &Admission) {
        if let Some((provider, model)) = &self.by {
            let by = (*provider, model.as_str());
            shared
                .counts
                .add(admission.tenant(), by, self.cache, self.saved);
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
            limit: self.limit.clone().filter(|_| failed),
            cache: self.cache,
            saved: self.saved,
            saved_by_provider: self.saved_by_provider,
            retry_after: self.retry_after.filter(|_| failed),
            payer: self.payer,
        }
    }
}

fn earliest(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    one.into_iter().chain(other).min()
}
