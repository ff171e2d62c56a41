//! From target to target, until one has answered.
//!
//! Owns falling back, taking half answers back, and trying again.

use super::Turn;
use super::recall::{Recalled, Wish};
use super::try_target::max_output;
use crate::admission::Admission;
use crate::attempt::Attempted;
use crate::cache::Lead;
use crate::event::How;
use crate::fault::Fault;
use crate::plan::order;
use crate::prompt::{Ask, Broken, compose, estimate_input};
use crate::reserve::{estimate_cost, reserve};
use crate::run::Shared;
use crate::stream::Outlet;
use contract::NanoUsd;
use rand::RngExt as _;

/// Half answers withdrawn in one turn; each was paid for.
const MOST_RESTARTS: u32 = 2;

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
        let dearest = dearest(shared, admission, estimate_input(&ask));
        let mut reservation = reserve(&shared.meters, admission, dearest)?;
        let prompt = compose(ask)?;
        let mut half = match self
            .recall(shared, admission, &prompt, wish, &mut reservation, outlet)
            .await?
        {
            Recalled::Over(how) => return Ok(how),
            Recalled::Ask(half) => half,
        };
        let outlet = &outlet.teed(self.lead.as_ref().map(Lead::tee));
        let mut last = Err(Fault::NoKey);
        for round in 0..=shared.settings.retries {
            if round > 0 && (!passes(last) || !pause(shared, round, outlet).await) {
                break;
            }
            for candidate in order(admission, &shared.loads, prompt.estimated_input()) {
                if outlet.stop().is_cancelled() {
                    return Ok(How::Stopped);
                }
                if round > 0 && !shared.retries.take(candidate.circuits()) {
                    continue;
                }
                let tried = self
                    .attempt(
                        shared,
                        admission,
                        &prompt,
                        candidate,
                        &mut reservation,
                        outlet,
                    )
                    .await;
                match tried {
                    Ok(attempted) if may_fall_back(&attempted) => last = Ok(attempted.how),
                    Ok(attempted) if self.may_restart(wish.broken, &attempted) => {
                        half = Some(attempted.how);
                        last = Ok(attempted.how);
                    }
                    Ok(attempted) if attempted.first_text.is_some() => return Ok(attempted.how),
                    // What was given before stays, and so does the way it ended.
                    Ok(attempted) if attempted.how == How::Stopped => return Ok(How::Stopped),
                    Ok(attempted) => return Ok(half.unwrap_or(attempted.how)),
                    // A cooling target says less than a fault seen just now.
                    Err(cooling) if last.is_err() => last = Err(self.cooling(cooling)),
                    Err(_) => {}
                }
            }
        }
        half.map_or(last, Ok)
    }

    /// Whether a fresh answer may take the place of one that broke off.
    fn may_restart(&mut self, broken: Broken, attempted: &Attempted) -> bool {
        let breaks_off = match attempted.how {
            How::Cut => !attempted.full,
            How::Failed(Fault::ProviderDown | Fault::Timeout | Fault::RateLimited) => true,
            _ => false,
        };
        let may = broken == Broken::Restart
            && attempted.first_text.is_some()
            && breaks_off
            && self.restarts < MOST_RESTARTS;
        self.restarts += u32::from(may);
        may
    }
}

/// A fault that another try may not meet: the provider went away, or broke off.
const fn passes(last: Result<How, Fault>) -> bool {
    let fault = match last {
        Ok(How::Failed(fault)) => fault,
        Ok(How::Cut) => Fault::Cut,
        _ => return false,
    };
    matches!(fault, Fault::ProviderDown | Fault::Cut)
}

/// Waits before everything is tried again. `false`: the turn was stopped meanwhile.
async fn pause(shared: &Shared, round: u32, outlet: &Outlet) -> bool {
    let whole = shared.settings.retry_wait * 2_u32.saturating_pow(round - 1);
    let drawn = whole.mul_f64(rand::rng().random_range(0.5..=1.0));
    tokio::select! {
        biased;
        () = outlet.stop().cancelled() => false,
        () = tokio::time::sleep(drawn) => true,
    }
}

/// Before the first text falling back is free; after it the reader has to take back what was given.
fn may_fall_back(attempted: &Attempted) -> bool {
    let before_text = attempted.first_text.is_none();
    before_text && matches!(attempted.how, How::Failed(fault) if fault.may_fall_back())
}

/// The most any target of the route may cost.
fn dearest(shared: &Shared, admission: &Admission, input: u64) -> NanoUsd {
    let targets = admission.route().targets.iter();
    targets
        .map(|target| estimate_cost(target.price, input, max_output(shared, target)))
        .max()
        .unwrap_or_default()
}
