//! From target to target of one model, until one has answered.
//!
//! Owns falling back and trying again, by the same rules as a turn's.

use super::ask_target::{Asked, ask_target};
use super::told::{Embedded, NotEmbedded};
use crate::admission::{Admission, Provider, Target};
use crate::event::How;
use crate::fault::Fault;
use crate::limits::{Permit, Reached, take_permit_for};
use crate::plan::{Candidate, Cooling, Needs, order, pause};
use crate::reserve::{Refused, Reservation, estimate_cost, estimate_tokens, reserve};
use crate::run::Shared;
use contract::NanoUsd;
use contract::keys::KeyScope;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wire::embeddings::{EmbedDialect, EmbedRequest, Input};

/// What is to be done, and for whom.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) admission: &'a Admission,
    pub(crate) request: &'a EmbedRequest,
    pub(crate) stop: &'a CancellationToken,
    /// The vectors are what was asked for; else they only help to find an answer, and the ledger counts the
    /// attempts as none at an answer.
    pub(crate) is_answer: bool,
}

/// What is known so far.
#[derive(Default)]
pub(super) struct Known {
    pub(super) attempts: u32,
    pub(super) cost: NanoUsd,
    pub(super) unpriced: bool,
    payer: Option<KeyScope>,
    retry_after: Option<Duration>,
    limit: Option<Reached>,
    settling: Vec<JoinHandle<()>>,
}

/// What came of it, with what it cost either way.
pub(crate) struct Held {
    pub(crate) told: Result<Embedded, NotEmbedded>,
    /// Of all attempts; `None` where a price is unknown.
    pub(crate) cost: Option<NanoUsd>,
    pub(crate) settling: Vec<JoinHandle<()>>,
}

/// Makes vectors for somebody who asked for nothing else.
pub(crate) async fn embed(
    shared: &Shared,
    admission: &Admission,
    request: &EmbedRequest,
    stop: &CancellationToken,
) -> Result<Embedded, NotEmbedded> {
    let work = Work {
        shared,
        admission,
        request,
        stop,
        is_answer: true,
    };
    let input = input_tokens(request);
    let permit = take_permit_for(&*shared.limiter, admission, input).await;
    let mut permit = permit.map_err(|reached| NotEmbedded {
        retry_after: reached.retry_in,
        limit: Some(reached),
        ..NotEmbedded::of(Fault::TooFast)
    })?;
    let reserved = reserve(&shared.meters, admission, dearest(admission, input)).await;
    let mut reservation = reserved.map_err(over_budget)?;
    permit.count();
    let held = embed_held(work, Some(&mut permit), &mut reservation).await;
    if shared.settings.hold_for_ledger {
        for settling in held.settling {
            // A settlement that panicked is logged by the runtime.
            let _ = settling.await;
        }
    }
    held.told
}

/// Makes vectors under a permit and a reservation that somebody holds already.
pub(crate) async fn embed_held(
    work: Work<'_>,
    mut permit: Option<&mut Permit>,
    reservation: &mut Reservation,
) -> Held {
    let mut known = Known::default();
    let mut last = Err(Fault::NoTarget);
    for round in 0..=work.shared.settings.retries {
        let again = match &last {
            Err(fault) => fault.passes(),
            Ok(_) => false,
        };
        if round > 0 && (!again || !pause(work.shared, round, work.stop).await) {
            break;
        }
        let told = go_round(work, round, permit.as_deref_mut(), reservation, &mut known).await;
        last = match (told, last) {
            // Nobody was left to be tried again: what was seen before says more.
            (Err(Fault::NoTarget), Err(before)) if round > 0 => Err(before),
            (told, _) => told,
        };
    }
    let cost = (!known.unpriced).then_some(known.cost);
    Held {
        cost,
        settling: std::mem::take(&mut known.settling),
        told: match last {
            Ok(embedded) => Ok(Embedded {
                cost,
                attempts: known.attempts,
                ..embedded
            }),
            Err(fault) => Err(NotEmbedded {
                fault,
                limit: known.limit,
                retry_after: known.retry_after,
                payer: known.payer,
                attempts: known.attempts,
            }),
        },
    }
}

/// Every target once, in order.
async fn go_round(
    work: Work<'_>,
    round: u32,
    mut permit: Option<&mut Permit>,
    reservation: &mut Reservation,
    known: &mut Known,
) -> Result<Embedded, Fault> {
    let breakers = &work.shared.breakers;
    let candidates = candidates(work)?;
    let mut last = None;
    for (place, (candidate, dialect)) in candidates.iter().enumerate() {
        if work.stop.is_cancelled() {
            return Err(Fault::Timeout);
        }
        known.payer = Some(candidate.target().key.scope);
        let leave = match breakers.permit(candidate.circuits()) {
            Ok(leave) => leave,
            Err(cooling) => {
                known.cooling(cooling, last.is_none());
                last = last.or(Some((cooling.fault, false)));
                continue;
            }
        };
        if round > 0 && !work.shared.retries.take(candidate.circuits()) {
            continue;
        }
        let cools = |it: &Candidate<'_>| breakers.cooling(it.circuits()).is_some();
        let next = candidates[place + 1..].iter().any(|(it, _)| !cools(it));
        let asked = (candidate, *dialect, leave, next);
        match ask_target(work, asked, permit.as_deref_mut(), reservation, known).await {
            Ok(embedded) => return Ok(embedded),
            Err(fault) if fault.may_fall_back(&work.admission.route().options) => {
                last = Some((fault, true));
            }
            Err(fault) => return Err(fault),
        }
    }
    if let Some((_, true)) = last {
        return Err(last.map_or(Fault::NoTarget, |(fault, _)| fault));
    }
    // Everything cools. A cooldown of our own choice is no reason to answer nobody at all.
    let fault = last.map_or(Fault::NoTarget, |(fault, _)| fault);
    let mut by_recovery: Vec<_> = candidates.iter().collect();
    by_recovery.sort_by_key(|(it, _)| breakers.cooling(it.circuits()).map(|it| it.retry_in));
    let leave = |it: &Candidate<'_>| breakers.early(it.circuits());
    let early = by_recovery
        .into_iter()
        .filter(|_| round == 0)
        .find_map(|(it, dialect)| Some((it, *dialect, leave(it)?, false)));
    match early {
        Some(asked) => ask_target(work, asked, permit, reservation, known).await,
        None => Err(fault),
    }
}

/// The targets of the leading model that can make vectors, in the order in which they are tried.
fn candidates(work: Work<'_>) -> Result<Vec<(Candidate<'_>, EmbedDialect)>, Fault> {
    let needs = Needs {
        input: longest(work.request),
        ..Needs::default()
    };
    let model = work.admission.leading_model();
    let fit = order(work.admission, &work.shared.loads, &needs)?;
    let fit: Vec<_> = fit
        .into_iter()
        .filter(|it| it.target().model == model)
        .filter_map(|it| Some((it, dialect(it.target())?)))
        .collect();
    if fit.is_empty() {
        return Err(Fault::NoTarget);
    }
    Ok(fit)
}

fn dialect(target: &Target) -> Option<EmbedDialect> {
    match target.key.provider {
        Provider::Demo => None,
        Provider::Keyed(provider) => EmbedDialect::of(provider, &target.model),
    }
}

impl Known {
    /// What an attempt adds.
    pub(super) fn count(&mut self, asked: &mut Asked) {
        self.attempts += u32::from(asked.called);
        match asked.bill.cost {
            Some(cost) => self.cost += cost,
            None => self.unpriced = true,
        }
        self.sooner(asked.retry_after);
        self.settling.extend(asked.settling.take());
    }

    pub(super) fn refused(&mut self, refused: Refused) -> Fault {
        self.limit = refused.limit();
        refused.fault()
    }

    fn cooling(&mut self, cooling: Cooling, first: bool) {
        if first || self.retry_after.is_some() {
            self.sooner(Some(cooling.retry_in));
        }
    }

    fn sooner(&mut self, other: Option<Duration>) {
        self.retry_after = self.retry_after.into_iter().chain(other).min();
    }
}

fn over_budget(refused: Refused) -> NotEmbedded {
    NotEmbedded {
        limit: refused.limit(),
        ..NotEmbedded::of(refused.fault())
    }
}

/// The most any target of the route may cost: what is read, and nothing written.
fn dearest(admission: &Admission, input: u64) -> NanoUsd {
    let targets = admission.route().targets.iter();
    targets
        .map(|target| estimate_cost(target.price, input, 0))
        .max()
        .unwrap_or_default()
}

/// How an attempt ended, for the circuits and the ledger.
pub(super) const fn how(fault: Option<Fault>, stopped: bool) -> How {
    match fault {
        _ if stopped => How::Stopped,
        None => How::Complete,
        Some(fault) => How::Failed(fault),
    }
}

/// Bytes of one text; numbers that stand for words count as words of usual length.
pub(super) fn input_bytes(input: &Input) -> u64 {
    let bytes = match input {
        Input::Text(text) => text.len(),
        Input::Tokens(tokens) => tokens.len().saturating_mul(4),
    };
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Tokens of all texts, as we estimate them.
pub(super) fn input_tokens(request: &EmbedRequest) -> u64 {
    let tokens = request
        .inputs
        .iter()
        .map(|it| estimate_tokens(input_bytes(it)));
    tokens.fold(0, u64::saturating_add)
}

fn longest(request: &EmbedRequest) -> u64 {
    let tokens = request
        .inputs
        .iter()
        .map(|it| estimate_tokens(input_bytes(it)));
    tokens.max().unwrap_or_default()
}
