//! One turn through every stage, in order.
//!
//! Owns falling back from target to target and the sum of what the turn used. Whatever path a turn
//! takes, it passes here, and its last event says how it ended.

use crate::admission::{Admission, Target};
use crate::attempt::{Attempted, Call, make_attempt};
use crate::cache::{CacheKey, CachedAnswer, cache_key};
use crate::event::{Ended, EngineEvent, How, Started};
use crate::fault::Fault;
use crate::plan::{Candidate, Cooling, InFlight, order};
use crate::prompt::{Ask, Broken, Prompt, compose, estimate_input};
use crate::reserve::{Reservation, estimate_cost, reserve};
use crate::run::Shared;
use crate::stream::Outlet;
use contract::keys::KeyScope;
use contract::{AttemptId, NanoUsd};
use rand::RngExt as _;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

/// Half answers withdrawn in one turn; each was paid for.
const MOST_RESTARTS: u32 = 2;
/// A target that gives nothing counts as at least this slow.
const SLOW: Duration = Duration::from_secs(10);
/// Bytes of a cached answer released at once.
const CACHED_PIECE: usize = 64;

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
    restarts: u32,
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
            restarts: 0,
            settling: Vec::new(),
        }
    }

    async fn answer(
        &mut self,
        shared: &Shared,
        admission: &Admission,
        ask: Ask,
        outlet: &Outlet,
    ) -> Result<How, Fault> {
        let (bypass_cache, broken) = (ask.bypass_cache, ask.broken);
        let dearest = dearest(shared, admission, estimate_input(&ask));
        let mut reservation = reserve(&shared.meters, admission, dearest)?;
        let prompt = compose(ask)?;
        if !bypass_cache && let Some(how) = self.recall(shared, admission, &prompt, outlet).await {
            return Ok(how);
        }
        let mut last = Err(Fault::NoKey);
        let mut half = None;
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
                    Ok(attempted) if self.may_restart(broken, &attempted) => {
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

    /// One candidate: its circuits, its share of the reservation, the attempt, the lesson learnt.
    async fn attempt(
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
        if let Err(fault) = reservation.cover(most) {
            return Ok(Attempted::not_called(fault));
        }
        let call = Call {
            shared,
            admission,
            prompt,
            target,
            max_output,
            number: self.attempts + 1,
        };
        let in_flight = shared.loads.begin(candidate.circuits());
        let began = Instant::now();
        let mut attempted = make_attempt(call, reservation, outlet).await;
        learn(&in_flight, began, &attempted);
        match attempted.how {
            How::Complete | How::Length => permit.answered(),
            How::Cut => permit.failed(Fault::Cut, None),
            How::Failed(fault) => permit.failed(fault, attempted.retry_after),
            How::Stopped => drop(permit),
        }
        if attempted.how == How::Complete {
            keep(shared, admission, prompt, target, &attempted);
        }
        self.count(&mut attempted);
        Ok(attempted)
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
        self.retry_after = attempted.retry_after.or(self.retry_after);
        self.settling.extend(attempted.settling.take());
    }

    fn cooling(&mut self, cooling: Cooling) -> Fault {
        let earliest = self
            .retry_after
            .map_or(cooling.retry_in, |known| known.min(cooling.retry_in));
        self.retry_after = Some(earliest);
        cooling.fault
    }

    /// Answers from the exact cache, if the first target answered the same before.
    async fn recall(
        &mut self,
        shared: &Shared,
        admission: &Admission,
        prompt: &Prompt,
        outlet: &Outlet,
    ) -> Option<How> {
        let first = admission.route().targets.first()?;
        let answer = shared.answers.find(key_of(admission, first, prompt))?;
        self.cached = true;
        let started = EngineEvent::Started(Started {
            attempt: AttemptId::from_uuid(Uuid::now_v7()),
            provider: answer.provider,
            key_name: answer.key_name.clone(),
            scope: first.key.scope,
            model: answer.model.clone(),
            demo: answer.demo,
            cached: true,
            attempts: 0,
        });
        if !outlet.send(started).await {
            return Some(How::Stopped);
        }
        self.first_text = Some(Instant::now());
        for piece in pieces(&answer.text) {
            if !outlet.send(EngineEvent::Text(piece.to_owned())).await {
                return Some(How::Stopped);
            }
        }
        Some(How::Complete)
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

fn max_output(shared: &Shared, target: &Target) -> u32 {
    target
        .max_output
        .unwrap_or(shared.settings.max_output_tokens)
}

/// The most any target of the route may cost.
fn dearest(shared: &Shared, admission: &Admission, input: u64) -> NanoUsd {
    let targets = admission.route().targets.iter();
    targets
        .map(|target| estimate_cost(target.price, input, max_output(shared, target)))
        .max()
        .unwrap_or_default()
}

fn key_of(admission: &Admission, target: &Target, prompt: &Prompt) -> CacheKey {
    cache_key(admission.tenant(), admission.environment(), target, prompt)
}

fn keep(
    shared: &Shared,
    admission: &Admission,
    prompt: &Prompt,
    target: &Target,
    attempted: &Attempted,
) {
    let answer = CachedAnswer {
        tenant: admission.tenant(),
        text: attempted.text.clone(),
        provider: target.key.provider.as_str(),
        key_name: target.key.name.clone(),
        model: target.model.clone(),
        demo: target.key.provider == crate::admission::Provider::Demo,
    };
    shared
        .answers
        .keep(key_of(admission, target, prompt), answer);
}

/// Pieces of at most [`CACHED_PIECE`] bytes, never cutting a character.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, tail) = rest.split_at(rest.floor_char_boundary(CACHED_PIECE));
        rest = tail;
        Some(piece)
    })
}
