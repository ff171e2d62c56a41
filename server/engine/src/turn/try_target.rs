//! One attempt at one target, and what is learnt from it.

use super::Turn;
use crate::admission::{Admission, Target};
use crate::attempt::{Attempted, Call, make_attempt};
use crate::event::How;
use crate::fault::Fault;
use crate::limits::Permit;
use crate::plan::{Candidate, Cooling, InFlight};
use crate::prompt::Prompt;
use crate::reserve::{Reservation, estimate_cost};
use crate::run::Shared;
use crate::stream::Outlet;
use std::time::Duration;
use tokio::time::Instant;

/// A target that gives nothing counts as at least this slow.
const SLOW: Duration = Duration::from_secs(10);

impl Turn {
    /// One candidate: its circuits, its share of the reservation, the attempt, the lesson learnt.
    pub(super) async fn attempt(
        &mut self,
        shared: &Shared,
        admission: &Admission,
        prompt: &Prompt,
        candidate: Candidate<'_>,
        reservation: &mut Reservation,
        outlet: &Outlet,
    ) -> Result<Attempted, Cooling> {
        let target = candidate.target();
        self.payer = Some(target.key.scope);
        let permit = shared.breakers.permit(candidate.circuits())?;
        shared.retries.earn(candidate.circuits());
        let max_output = max_output(shared, target);
        let most = estimate_cost(target.price, prompt.estimated_input(), max_output);
        if let Err(refused) = reservation.cover(most).await {
            return Ok(Attempted::not_called(self.refused(refused)));
        }
        let call = Call {
            shared,
            admission,
            prompt,
            target,
            number: self.attempts + 1,
            cache: self.cache,
        };
        let in_flight = shared.loads.begin(candidate.circuits());
        let began = Instant::now();
        let before = self.permit.as_mut().map(Permit::ask);
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
        if matches!(attempted.how, How::Complete | How::Length) || attempted.first_text.is_some() {
            self.by = Some((target.key.provider, target.model.clone()));
        }
        if matches!(attempted.how, How::Complete | How::Length) {
            self.keep(shared, admission, prompt, target, &mut attempted);
        }
        self.count(&mut attempted);
        Ok(attempted)
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

pub(super) fn max_output(shared: &Shared, target: &Target) -> u32 {
    target
        .max_output
        .unwrap_or(shared.settings.max_output_tokens)
}
