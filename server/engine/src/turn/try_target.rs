//! One attempt at one target, and what is learnt from it.

use super::{Asked, Turn};
use crate::admission::Target;
use crate::attempt::{Attempted, Call, GoesOn, make_attempt};
use crate::event::How;
use crate::fault::Fault;
use crate::limits;
use crate::plan::{Candidate, InFlight, Permit, patience};
use crate::reserve::{Reservation, estimate_cost};
use crate::run::Shared;
use crate::tally::Nth;
use std::time::Duration;
use tokio::time::Instant;

/// A target that gives nothing counts as at least this slow.
const SLOW: Duration = Duration::from_secs(10);

impl Turn {
    /// One attempt with leave from the target's circuits: its share of the reservation, the call, the
    /// lesson learnt. `next`: another target can take over.
    pub(super) async fn attempt(
        &mut self,
        asked: Asked<'_>,
        (candidate, permit, next): (&Candidate<'_>, Permit, bool),
        (goes_on, round): (Option<GoesOn<'_>>, u32),
        reservation: &mut Reservation,
    ) -> Attempted {
        let Asked {
            shared,
            admission,
            prompt,
            outlet,
        } = asked;
        let target = candidate.target();
        self.payer = Some(target.key.scope);
        shared.retries.earn(candidate.circuits());
        let max_output = max_output(shared, target, prompt.request().max_output);
        let half = goes_on.map_or(0, |half| half.tokens());
        let input = prompt.estimated_input().saturating_add(half);
        let most = estimate_cost(target.price, input, max_output);
        if let Err(refused) = reservation.cover(most).await {
            return Attempted::not_called(self.refused(refused));
        }
        let call = Call {
            shared,
            admission,
            prompt,
            target,
            number: self.attempts + 1,
            cache: self.cache,
            limits: patience(shared.settings.limits, target, input, next),
            goes_on,
        };
        let in_flight = shared.loads.begin(candidate.circuits());
        let began = Instant::now();
        let before = self.permit.as_mut().map(limits::Permit::ask);
        let mut attempted = make_attempt(call, reservation, outlet).await;
        if let (Some(permit), Some(before)) = (&mut self.permit, before) {
            permit.settle(before, attempted.bill.tokens());
        }
        learn(&in_flight, began, &attempted);
        match attempted.how {
            How::Complete | How::Length => permit.answered(),
            How::Cut => permit.failed(Fault::Cut, None),
            How::Failed(fault) => permit.failed(fault, attempted.retry_after),
            How::Stopped => drop(permit),
        }
        if attempted.called {
            shared.tally.attempt(match (self.attempts, round) {
                (0, _) => Nth::First,
                (_, 0) => Nth::Next,
                _ => Nth::Again,
            });
        }
        if matches!(attempted.how, How::Failed(_)) && attempted.retry_after.is_none() {
            let cooling = shared.breakers.cooling(candidate.circuits());
            attempted.retry_after = cooling.map(|cooling| cooling.retry_in);
        }
        let whole = matches!(attempted.how, How::Complete | How::Length);
        if whole || attempted.first_text.is_some() {
            self.by = Some((target.key.provider, target.model.clone()));
        }
        if whole {
            self.keep(asked, target, goes_on, &mut attempted);
        }
        self.count(&mut attempted);
        attempted
    }
}

/// How long the reader waited: for the first text, or for nothing. What says nothing about the
/// target's pace is left out.
fn learn(in_flight: &InFlight, began: Instant, attempted: &Attempted) {
    match (attempted.first_text, attempted.how) {
        (Some(first_text), _) => in_flight.took(first_text.duration_since(began)),
        (None, How::Failed(Fault::ProviderDown | Fault::Timeout | Fault::Cut)) => {
            in_flight.took(began.elapsed().max(SLOW));
        }
        _ => {}
    }
}

/// Most tokens that the answer may have. `wanted`: what the asker named.
pub(super) fn max_output(shared: &Shared, target: &Target, wanted: Option<u32>) -> u32 {
    match (target.max_output, wanted) {
        (Some(most), Some(wanted)) => most.min(wanted),
        (Some(most), None) | (None, Some(most)) => most,
        (None, None) => shared.settings.max_output_tokens,
    }
}
