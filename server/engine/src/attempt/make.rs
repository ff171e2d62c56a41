//! Making the attempt: begin, release, bill, settle.
//!
//! Owns the order of these four. What became of the attempt is told to the turn, which decides.

use crate::admission::{Admission, Provider, Target};
use crate::attempt::begin::{Opening, begin_within_intent, source, take_all};
use crate::attempt::call::{Attempted, Call};
use crate::attempt::open::Sent;
use crate::attempt::reader::{Reader, Step};
use crate::event::{EngineEvent, How, Started};
use crate::fault::{Blame, Fault};
use crate::normalise::Answer;
use crate::reserve::Reservation;
use crate::run::Shared;
use crate::settle::{Bill, Charge, Intent, OpenAttempt, Outcome, Sizes};
use crate::stage::reached;
use crate::stream::Outlet;
use contract::AttemptId;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Makes one attempt and releases its text to `outlet`.
pub(crate) async fn make_attempt(
    call: Call<'_>,
    reservation: &mut Reservation,
    outlet: &Outlet,
) -> Attempted {
    let source = match source(call).await {
        Ok(source) => source,
        Err(fault) => return Attempted::not_called(fault),
    };
    reached("request built");
    let intent = intent(call, reservation);
    let (attempt, sent) = (intent.attempt, source.sent());
    let open = open_attempt(call.shared, intent.clone());
    let mut opening = begin_within_intent(call, source, intent, open.began(), outlet).await;
    reached("first text read");
    if opening
        .end
        .is_none_or(|(how, _)| matches!(how, How::Complete | How::Length))
    {
        let waited = open.began().elapsed();
        outlet.send(started(call, (attempt, waited), sent)).await;
    }
    let (how, charge, first_text) = if let Some((how, charge)) = opening.end {
        (how, charge, None)
    } else {
        let first_text = Instant::now();
        (
            pump(&mut opening, outlet).await,
            Charge::Used,
            Some(first_text),
        )
    };
    let skipped = opening.reader.as_ref().map_or(0, Reader::skipped);
    // Closes the upstream connection before anybody is told that the answer is over.
    drop(opening.reader);
    let bill = bill(call, charge, &opening.answer);
    reservation.settle(bill.cost.unwrap_or_default());
    log(call, attempt, how, &bill, skipped);
    tell_of_refusal(call.shared, call.admission, call.target, how);
    Attempted {
        settling: settle(open, how, bill, opening.answer.bytes(), first_text),
        how,
        bill,
        full: opening.answer.is_full(),
        more_than_text: opening.answer.is_more_than_text(),
        text: opening.answer.into_text(),
        called: true,
        retry_after: opening.retry_after,
        first_text,
    }
}

/// A key that was refused is looked at now, not when its next check is due.
pub(crate) fn tell_of_refusal(shared: &Shared, admission: &Admission, target: &Target, how: How) {
    let (How::Failed(fault), Some(key)) = (how, target.key.id) else {
        return;
    };
    if fault.blame() == Blame::Key {
        let (keys, tenant) = (Arc::clone(&shared.keys), admission.tenant());
        shared
            .tasks
            .spawn(async move { keys.refused(tenant, key).await });
    }
}

/// Opens the attempt in the ledger's guard.
pub(crate) fn open_attempt(shared: &Shared, intent: Intent) -> OpenAttempt {
    OpenAttempt::new(
        Arc::clone(&shared.ledger),
        shared.tasks.clone(),
        shared.settings.limits.ledger,
        intent,
    )
}

fn bill(call: Call<'_>, charge: Charge, answer: &Answer) -> Bill {
    Bill::new(
        charge,
        call.target.price,
        answer.usage(),
        call.estimated_input(),
        answer.bytes(),
        answer.reasoning_bytes(),
    )
}

fn settle(
    open: OpenAttempt,
    how: How,
    bill: Bill,
    completion_bytes: u64,
    first_text: Option<Instant>,
) -> Option<JoinHandle<()>> {
    let first_text = first_text.map(|at| at.duration_since(open.began()));
    open.settle(Outcome {
        how,
        bill,
        completion_bytes,
        first_text,
    })
}

fn intent(call: Call<'_>, reservation: &Reservation) -> Intent {
    let sizes = Sizes {
        number: call.number,
        reserved: reservation.held(),
        estimated_input: call.estimated_input(),
        prompt_bytes: call.prompt.bytes(),
    };
    Intent::of(call.admission, call.target, sizes)
}

/// Releases what waits and everything after it, up to the end.
async fn pump(opening: &mut Opening, outlet: &Outlet) -> How {
    let Some(reader) = opening.reader.as_mut() else {
        return How::Failed(Fault::Internal);
    };
    let mut pieces = std::mem::take(&mut opening.waiting);
    let mut step = Step::More;
    loop {
        let has_any = !pieces.is_empty();
        for piece in pieces {
            if !outlet.send(piece).await {
                return How::Stopped;
            }
        }
        if opening.answer.is_broken() || step == Step::Over {
            opening.retry_after = opening.answer.retry_after();
            return opening.answer.end();
        }
        match step {
            Step::Stopped => return How::Stopped,
            Step::TimedOut => return How::Failed(Fault::Timeout),
            Step::More | Step::Over => {}
        }
        if has_any {
            reader.released();
        }
        let mut events = Vec::new();
        step = reader.next(outlet.stop(), &mut events).await;
        pieces = take_all(&mut opening.answer, events);
    }
}

fn started(call: Call<'_>, (attempt, waited): (AttemptId, Duration), sent: Sent) -> EngineEvent {
    let key = &call.target.key;
    let started = Started {
        attempt,
        provider: key.provider.as_str(),
        key_name: key.name.clone(),
        scope: key.scope,
        model: call.target.model.clone(),
        demo: key.provider == Provider::Demo,
        cache: call.cache,
        attempts: call.number,
        waited,
        as_written: sent.as_written,
        left_out: sent.left_out,
    };
    match call.goes_on {
        Some(_) => EngineEvent::Continued(started),
        None => EngineEvent::Started(started),
    }
}

fn log(call: Call<'_>, attempt: AttemptId, how: How, bill: &Bill, skipped: u64) {
    call.shared.tally.skipped(skipped);
    tracing::info!(
        tenant = %call.admission.tenant(),
        turn = %call.admission.turn(),
        %attempt,
        number = call.number,
        provider = call.target.key.provider.as_str(),
        how = how.code(),
        skipped_events = skipped,
        estimated = bill.estimated,
        cost_nano_usd = bill.cost.map(contract::NanoUsd::get),
        "attempt ended"
    );
}
