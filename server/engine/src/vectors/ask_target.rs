//! One attempt at one target: its share of the money, the intent, the calls, the bill, the settlement.
//!
//! Owns the rule that no vector is given away before the intent is durable.

use super::embed::{Known, Work, how, input_bytes, input_tokens};
use super::fetch::{Caller, Fetched, fetch};
use super::told::Embedded;
use crate::attempt::{NotOpened, open_attempt, open_key, tell_of_refusal};
use crate::event::How;
use crate::fault::Fault;
use crate::limits;
use crate::plan::{Candidate, InFlight, Permit, patience};
use crate::reserve::{Reservation, estimate_cost};
use crate::settle::{Bill, Charge, Intent, Outcome, Sizes};
use crate::tally::Nth;
use contract::AttemptId;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use wire::Usage;
use wire::embeddings::EmbedDialect;

/// A target that gives nothing counts as at least this slow.
const SLOW: Duration = Duration::from_secs(10);

/// What became of an attempt.
pub(super) struct Asked {
    pub(super) called: bool,
    pub(super) bill: Bill,
    pub(super) retry_after: Option<Duration>,
    pub(super) settling: Option<JoinHandle<()>>,
}

/// One attempt with leave from the target's circuits, and the lesson learnt.
pub(super) async fn ask_target(
    work: Work<'_>,
    (candidate, dialect, leave, next): (&Candidate<'_>, EmbedDialect, Permit, bool),
    mut permit: Option<&mut limits::Permit>,
    reservation: &mut Reservation,
    known: &mut Known,
) -> Result<Embedded, Fault> {
    let (shared, target) = (work.shared, candidate.target());
    shared.retries.earn(candidate.circuits());
    let input = input_tokens(work.request);
    let most = estimate_cost(target.price, input, 0);
    let covered = reservation.cover(most).await;
    covered.map_err(|refused| known.refused(refused))?;
    let caller = Caller {
        work,
        target,
        dialect,
        limits: patience(shared.settings.limits, target, input, next),
        secret: {
            let key = target.key.id.ok_or(Fault::NoKey)?;
            open_key(shared, work.admission.tenant(), key).await?
        },
    };
    let in_flight = shared.loads.begin(candidate.circuits());
    let began = Instant::now();
    let before = permit.as_deref_mut().map(limits::Permit::ask);
    let number = if work.is_answer {
        known.attempts + 1
    } else {
        0
    };
    let (mut asked, told) = make(&caller, number, reservation).await;
    if let (Some(permit), Some(before)) = (permit, before) {
        permit.settle(before, asked.bill.tokens());
    }
    learn(&in_flight, began, told.as_ref().err().copied());
    match told.as_ref().err() {
        None => leave.answered(),
        Some(_) if work.stop.is_cancelled() => drop(leave),
        Some(fault) => leave.failed(*fault, asked.retry_after),
    }
    if work.is_answer {
        let first = known.attempts == 0;
        shared
            .tally
            .attempt(if first { Nth::First } else { Nth::Next });
    }
    if told.is_err() && asked.retry_after.is_none() {
        let cooling = shared.breakers.cooling(candidate.circuits());
        asked.retry_after = cooling.map(|cooling| cooling.retry_in);
    }
    known.count(&mut asked);
    told
}

/// Calls while the intent is being made durable, bills and settles.
async fn make(
    caller: &Caller<'_>,
    number: u32,
    reservation: &mut Reservation,
) -> (Asked, Result<Embedded, Fault>) {
    let Work {
        shared,
        admission,
        request,
        stop,
        ..
    } = caller.work;
    let intent = intent(caller, number, reservation);
    let attempt = intent.attempt;
    let open = open_attempt(shared, intent.clone());
    let recorded = async {
        match timeout(shared.settings.limits.ledger, shared.ledger.intend(intent)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(()),
        }
    };
    let fetched = async { Ok(fetch(caller).await) };
    let fetched = match tokio::try_join!(recorded, fetched) {
        Ok(((), fetched)) => fetched,
        Err(()) => Fetched {
            vectors: Err(NotOpened::used(Fault::LedgerDown)),
            counted: None,
            read: input_tokens(request),
        },
    };
    let bill = bill(caller, &fetched);
    reservation.settle(bill.cost.unwrap_or_default());
    let fault = fetched.vectors.as_ref().err().map(|it| it.fault);
    let how = how(fault, stop.is_cancelled() && fault.is_some());
    log(caller, attempt, how, &bill);
    tell_of_refusal(shared, admission, caller.target, how);
    let settling = open.settle(Outcome {
        how,
        bill,
        completion_bytes: 0,
        first_text: None,
    });
    let asked = Asked {
        called: true,
        bill,
        retry_after: fetched.vectors.as_ref().err().and_then(|it| it.retry_after),
        settling,
    };
    let key = &caller.target.key;
    let told = fetched.vectors.map_err(|it| it.fault);
    let told = told.map(|embeddings| Embedded {
        embeddings,
        attempt,
        provider: key.provider.as_str(),
        model: caller.target.model.clone(),
        key_name: key.name.clone(),
        scope: key.scope,
        usage: bill.usage,
        estimated: bill.estimated,
        cost: bill.cost,
        attempts: number,
    });
    (asked, told)
}

/// What was really read is charged, in an attempt that broke off as well.
fn bill(caller: &Caller<'_>, fetched: &Fetched) -> Bill {
    let counted = fetched.counted.map(|tokens| Usage {
        fresh_input: tokens,
        cached_input: 0,
        cache_write: 0,
        reasoning: 0,
        output: 0,
    });
    let charge = match &fetched.vectors {
        Ok(_) => Charge::Used,
        Err(_) if fetched.read > 0 => Charge::Used,
        Err(not) => not.charge,
    };
    Bill::new(charge, caller.target.price, counted, fetched.read, 0, 0)
}

fn intent(caller: &Caller<'_>, number: u32, reservation: &Reservation) -> Intent {
    let (admission, target) = (caller.work.admission, caller.target);
    let request = caller.work.request;
    let bytes = request.inputs.iter().map(input_bytes);
    let sizes = Sizes {
        number,
        reserved: reservation.held(),
        estimated_input: input_tokens(request),
        prompt_bytes: bytes.fold(0, u64::saturating_add),
    };
    Intent::of(admission, target, sizes)
}

/// How long the vectors took, or that none came. What says nothing about the target's pace is left out.
fn learn(in_flight: &InFlight, began: Instant, fault: Option<Fault>) {
    match fault {
        None => in_flight.took(began.elapsed()),
        Some(Fault::ProviderDown | Fault::Timeout | Fault::Cut) => {
            in_flight.took(began.elapsed().max(SLOW));
        }
        Some(_) => {}
    }
}

fn log(caller: &Caller<'_>, attempt: AttemptId, how: How, bill: &Bill) {
    tracing::info!(
        tenant = %caller.work.admission.tenant(),
        turn = %caller.work.admission.turn(),
        %attempt,
        provider = caller.target.key.provider.as_str(),
        how = how.code(),
        texts = caller.work.request.inputs.len(),
        estimated = bill.estimated,
        cost_nano_usd = bill.cost.map(contract::NanoUsd::get),
        "attempt at vectors ended"
    );
}
