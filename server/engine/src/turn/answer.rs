//! From target to target, until one has answered.
//!
//! Owns falling back and trying again. What becomes of half answers is judged in [`super::half`].

use super::half::Tries;
use super::recall::{Recalled, Wish};
use super::try_target::max_output;
use super::{Asked, Turn};
use crate::admission::Admission;
use crate::cache::Lead;
use crate::event::How;
use crate::fault::Fault;
use crate::limits::{self, take_permit};
use crate::plan::{Candidate, Needs, Permit, order, pause};
use crate::prompt::{Ask, compose, estimate_input, wanted_output};
use crate::reserve::{Reservation, estimate_cost, reserve};
use crate::run::Shared;
use crate::stage::reached;
use crate::stream::Outlet;
use contract::NanoUsd;

impl Turn {
    pub(super) async fn answer(
        &mut self,
        shared: &Shared,
        admission: &Admission,
        ask: Ask,
        outlet: &Outlet,
    ) -> Result<How, Fault> {
        let wish = Wish {
            bypass: ask.bypass_cache,
            broken: ask.broken,
        };
        reached("on its own task");
        let (input, wanted) = (estimate_input(&ask), wanted_output(&ask));
        let permit = take_permit(&*shared.limiter, admission, input).await;
        self.permit = Some(permit.map_err(|limit| self.too_fast(limit))?);
        reached("let through by the limits");
        let reserved = reserve(
            &shared.meters,
            admission,
            dearest(shared, admission, (input, wanted)),
        )
        .await;
        let mut reservation = reserved.map_err(|refused| self.refused(refused))?;
        reached("money is held");
        let prompt = compose(ask)?;
        self.permit.iter_mut().for_each(limits::Permit::count);
        let half = match self
            .recall(shared, admission, &prompt, wish, &mut reservation, outlet)
            .await?
        {
            Recalled::Over(how) => return Ok(how),
            Recalled::Ask(half) => half,
        };
        reached("composed, and not in the cache");
        let asked = Asked {
            shared,
            admission,
            prompt: &prompt,
            outlet: &outlet.teed(self.lead.as_ref().map(Lead::tee)),
        };
        let mut tries = Tries::new(wish.broken, Needs::of(&prompt), half);
        for round in 0..=shared.settings.retries {
            if round > 0 && (!passed(tries.last) || !pause(shared, round, outlet.stop()).await) {
                break;
            }
            tries.round = round;
            if let Some(how) = self.go_round(asked, &mut tries, &mut reservation).await {
                return Ok(how);
            }
        }
        tries.end()
    }

    /// Every target once, in order. `Some`: the turn has ended.
    async fn go_round(
        &mut self,
        asked: Asked<'_>,
        tries: &mut Tries,
        reservation: &mut Reservation,
    ) -> Option<How> {
        let shared = asked.shared;
        let candidates = match order(asked.admission, &shared.loads, &tries.needs) {
            Ok(candidates) => candidates,
            Err(fault) => {
                tries.nobody(fault);
                return None;
            }
        };
        let mut anybody = false;
        for (place, candidate) in candidates.iter().enumerate() {
            if asked.outlet.stop().is_cancelled() {
                return Some(How::Stopped);
            }
            if !tries.may_ask(asked, candidate) {
                continue;
            }
            self.payer = Some(candidate.target().key.scope);
            let permit = match shared.breakers.permit(candidate.circuits()) {
                Ok(permit) => permit,
                Err(cooling) => {
                    self.cooling(cooling, tries.last.is_err());
                    tries.cooling(cooling);
                    continue;
                }
            };
            if tries.round > 0 && !shared.retries.take(candidate.circuits()) {
                continue;
            }
            anybody = true;
            let next = candidates[place + 1..].iter().any(|other| {
                let cools = shared.breakers.cooling(other.circuits()).is_some();
                !cools && tries.may_ask(asked, other)
            });
            let how = self
                .try_one(asked, (candidate, permit, next), tries, reservation)
                .await;
            if how.is_some() {
                return how;
            }
        }
        if anybody || tries.round > 0 {
            return None;
        }
        // Everything cools. A cooldown of our own choice is no reason to answer nobody at all.
        let (candidate, permit) = least_bad(asked, tries, &candidates)?;
        self.try_one(asked, (candidate, permit, false), tries, reservation)
            .await
    }

    /// One attempt, judged. `Some`: the turn has ended.
    async fn try_one(
        &mut self,
        asked: Asked<'_>,
        (candidate, permit, next): (&Candidate<'_>, Permit, bool),
        tries: &mut Tries,
        reservation: &mut Reservation,
    ) -> Option<How> {
        let half = tries.going_on(asked, candidate);
        if tries.has_half() {
            asked.shared.tally.half(half.is_some());
        }
        let goes_on = half.as_ref().map(|half| half.borrow(tries.half_text()));
        let attempted = self
            .attempt(
                asked,
                (candidate, permit, next),
                (goes_on, tries.round),
                reservation,
            )
            .await;
        let went_on = half.is_some();
        tries.judge(asked, candidate.target(), &attempted, went_on)
    }
}

/// Of targets that all cool the one that is back first, if it may be asked before its time.
fn least_bad<'a, 'b>(
    asked: Asked<'_>,
    tries: &Tries,
    candidates: &'b [Candidate<'a>],
) -> Option<(&'b Candidate<'a>, Permit)> {
    let breakers = &asked.shared.breakers;
    let may = candidates.iter().filter(|it| tries.may_ask(asked, it));
    let mut by_recovery: Vec<_> = may
        .map(|it| (breakers.cooling(it.circuits()).map(|it| it.retry_in), it))
        .collect();
    by_recovery.sort_by_key(|(retry_in, _)| *retry_in);
    by_recovery
        .into_iter()
        .find_map(|(_, it)| Some((it, breakers.early(it.circuits())?)))
}

/// Whether the last try met a fault that another may not meet.
const fn passed(last: Result<How, Fault>) -> bool {
    match last {
        Ok(How::Failed(fault)) => fault.passes(),
        Ok(How::Cut) => Fault::Cut.passes(),
        _ => false,
    }
}

/// The most any target of the route may cost.
fn dearest(shared: &Shared, admission: &Admission, (input, wanted): (u64, Option<u32>)) -> NanoUsd {
    let targets = admission.route().targets.iter();
    targets
        .map(|target| estimate_cost(target.price, input, max_output(shared, target, wanted)))
        .max()
        .unwrap_or_default()
}
