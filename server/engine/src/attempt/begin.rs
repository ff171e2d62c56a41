//! Beginning an attempt: key, request and intent, up to the first text.
//!
//! Owns the rule that no text leaves before the intent is durable: the request runs while the
//! intent is written, and its first text waits.

use crate::admission::Provider;
use crate::attempt::call::Call;
use crate::attempt::open::{Asked, NotOpened, Request, Sent, prepare, send};
use crate::attempt::reader::{Reader, Step};
use crate::attempt::upstream::Upstream;
use crate::cache::effective_max_output;
use crate::demo::DemoAnswer;
use crate::egress::Egress;
use crate::event::{EngineEvent, How};
use crate::fault::Fault;
use crate::keys::KeyError;
use crate::normalise::Answer;
use crate::run::Shared;
use crate::settle::{Charge, Intent};
use crate::stage::{INTENT_DURABLE, reached};
use crate::stream::Outlet;
use contract::{KeyId, TenantId};
use secrecy::SecretString;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use wire::WireEvent;
use wire::chat::To;

/// An answer up to its first text, or up to its end where there is none.
pub(super) struct Opening {
    pub(super) reader: Option<Reader>,
    pub(super) answer: Answer,
    /// What waits for the intent.
    pub(super) waiting: Vec<EngineEvent>,
    /// `Some`: over before any text.
    pub(super) end: Option<(How, Charge)>,
    pub(super) retry_after: Option<Duration>,
}

/// Where the answer will come from.
pub(super) enum Source {
    Demo(DemoAnswer),
    Http(Request),
}

impl Source {
    /// What is sent, as far as the reader is told.
    pub(super) fn sent(&self) -> Sent {
        match self {
            Self::Demo(_) => Sent::default(),
            Self::Http(request) => request.sent(),
        }
    }
}

/// Opens the key and builds the request. Nothing has left this process yet.
pub(super) async fn source(call: Call<'_>) -> Result<Source, Fault> {
    let (shared, target) = (call.shared, call.target);
    let Some(key) = target
        .key
        .id
        .filter(|_| target.key.provider != Provider::Demo)
    else {
        let answer = DemoAnswer::new(call.prompt, shared.settings.demo_pace);
        return Ok(Source::Demo(answer));
    };
    reached("target chosen");
    let secret = open_key(shared, call.admission.tenant(), key).await?;
    reached("key open");
    // An asker who named a limit is held to that and to the target's own.
    let named = target.max_output.is_none() && call.prompt.request().max_output.is_some();
    let most = effective_max_output(call.admission, target, &shared.settings);
    let to = To {
        model: &target.model,
        max_output: most.filter(|_| !named),
    };
    let egress = egress_within(shared, call.limits.connect);
    let asked = match call.goes_on {
        Some(half) => Asked {
            request: half.request,
            way: Some(half.way),
            written: None,
        },
        None => Asked {
            request: call.prompt.request(),
            way: None,
            written: call.prompt.written(),
        },
    };
    prepare(&egress, &target.key, &secret, asked, to).map(Source::Http)
}

/// Opens the key; it lives as long as the request is being built.
pub(crate) async fn open_key(
    shared: &Shared,
    tenant: TenantId,
    key: KeyId,
) -> Result<SecretString, Fault> {
    let unsealing = shared.keys.open(tenant, key);
    timeout(shared.settings.limits.connect, unsealing)
        .await
        .map_err(|_| Fault::Internal)?
        .map_err(|error| match error {
            KeyError::Missing | KeyError::Sealed => Fault::NoKey,
            KeyError::Unavailable => Fault::Internal,
        })
}

/// The way out, with a limit on connecting that may be the target's own.
pub(crate) fn egress_within(shared: &Shared, connect: Duration) -> Egress {
    if connect == shared.settings.limits.connect {
        shared.egress.clone()
    } else {
        shared.egress.within(connect)
    }
}

/// Runs the request while the intent is being made durable. A failed intent ends the attempt at
/// once; a failed request still waits for the intent, so that the settlement finds it.
pub(super) async fn begin_within_intent(
    call: Call<'_>,
    source: Source,
    intent: Intent,
    since: Instant,
    outlet: &Outlet,
) -> Opening {
    let shared = call.shared;
    let limit = shared.settings.limits.ledger;
    let recorded = async {
        match timeout(limit, shared.ledger.intend(intent)).await {
            Ok(Ok(())) => {
                reached(INTENT_DURABLE);
                Ok(())
            }
            _ => Err(()),
        }
    };
    let opened = async { Ok(open_answer(call, source, since, outlet).await) };
    match tokio::try_join!(recorded, opened) {
        Ok(((), opening)) => opening,
        Err(()) => Opening::over(call, How::Failed(Fault::LedgerDown), Charge::Used, None),
    }
}

/// Sends the request and reads up to the first text.
async fn open_answer(call: Call<'_>, source: Source, since: Instant, outlet: &Outlet) -> Opening {
    let limits = call.limits;
    let upstream = match source {
        Source::Demo(answer) => Upstream::Demo(answer),
        Source::Http(request) => {
            let sent = tokio::select! {
                biased;
                () = outlet.stop().cancelled() => {
                    return Opening::over(call, How::Stopped, Charge::Used, None);
                }
                sent = send(request, limits.head) => sent,
            };
            reached("head of the answer");
            match sent {
                Ok(upstream) => upstream,
                Err(NotOpened {
                    fault,
                    charge,
                    retry_after,
                }) => {
                    return Opening::over(call, How::Failed(fault), charge, retry_after);
                }
            }
        }
    };
    let mut opening = Opening::over(call, How::Complete, Charge::Used, None);
    opening.end = None;
    read_to_first_text(&mut opening, Reader::new(upstream, limits, since), outlet).await;
    opening
}

async fn read_to_first_text(opening: &mut Opening, mut reader: Reader, outlet: &Outlet) {
    while opening.waiting.is_empty() {
        let mut events = Vec::new();
        let step = reader.next(outlet.stop(), &mut events).await;
        opening.waiting = take_all(&mut opening.answer, events);
        if opening.waiting.is_empty() {
            opening.end = match step {
                Step::More if !opening.answer.is_broken() => continue,
                Step::More | Step::Over => Some(end_without_text(&opening.answer)),
                Step::Stopped => Some((How::Stopped, Charge::Used)),
                Step::TimedOut => Some((How::Failed(Fault::Timeout), Charge::Used)),
            };
            opening.retry_after = opening.answer.retry_after();
            break;
        }
    }
    opening.reader = Some(reader);
}

/// An error before any text is a refusal and free; a cut may have cost the input.
fn end_without_text(answer: &Answer) -> (How, Charge) {
    match answer.end() {
        How::Cut => (How::Failed(Fault::Cut), Charge::Used),
        How::Failed(fault) if answer.is_broken() => (How::Failed(fault), Charge::Nothing),
        how => (how, Charge::Used),
    }
}

/// Takes every event and gives what of them may be released.
pub(super) fn take_all(answer: &mut Answer, events: Vec<WireEvent>) -> Vec<EngineEvent> {
    events
        .into_iter()
        .filter_map(|event| answer.take(event))
        .collect()
}

fn empty_answer(call: Call<'_>) -> Answer {
    let answer = Answer::new(call.shared.settings.max_answer_bytes);
    let answer = answer.with_all(call.prompt.wants_all());
    match call.goes_on {
        Some(half) => answer.after(half.text),
        None => answer,
    }
}

impl Opening {
    fn over(call: Call<'_>, how: How, charge: Charge, retry_after: Option<Duration>) -> Self {
        Self {
            reader: None,
            answer: empty_answer(call),
            waiting: Vec::new(),
            end: Some((how, charge)),
            retry_after,
        }
    }
}
