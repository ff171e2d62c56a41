//! The faint line below an answer, and how an answer's end is stored and read back.

use super::failure_words::{ended_words, fault_words};
use super::limit_words::LimitReader;
use contract::chat::Receipt;
use contract::keys::KeyScope;
use contract::{AnswerEnd, AppError, CacheStatus, Said, said};
use engine::{Ended, How, Started};
use std::time::Duration;
use store::MessageState;

/// The receipt of a turn. `payer`: short name of the account that pays.
#[must_use]
pub(super) fn receipt_of(started: Option<&Started>, ended: &Ended, payer: &str) -> Receipt {
    let tokens = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Receipt {
        paid_by: match started {
            Some(started) if started.demo => said!("Demo answer, no key used"),
            Some(started) if started.cache == CacheStatus::Shared => {
                said!("Answered together with the same question")
            }
            Some(started) if started.cache == CacheStatus::Similar => {
                said!("Answered from a similar question")
            }
            Some(started) if started.cache.is_hit() => said!("Answered before"),
            Some(started) => match started.scope {
                KeyScope::Member(_) => said!("Answered on your own key"),
                KeyScope::Team(_) => said!("Answered on your team’s key"),
                KeyScope::Workspace => {
                    said!("Answered on {whose} own key", whose = possessive(payer))
                }
            },
            None => Said::default(),
        },
        first_text_ms: ended.first_text.map(milliseconds),
        total_ms: Some(milliseconds(ended.total)),
        input_tokens: ended.usage.map(|usage| tokens(usage.input_total())),
        output_tokens: ended.usage.map(|usage| tokens(usage.output_total())),
        cost: ended.cost,
        cached: ended.cache.is_hit(),
        cache: Some(ended.cache),
        saved: ended.saved,
        provider_cached_tokens: ended
            .usage
            .map(|usage| tokens(usage.cached_input))
            .filter(|count| *count > 0),
        saved_by_provider: ended.saved_by_provider,
        attempts: ended.attempts,
        estimated: ended.estimated,
        instructions: None,
    }
}

/// How the page tells the end. `interrupted`: the server itself stopped the turn.
#[must_use]
pub(super) fn end_of(
    ended: &Ended,
    receipt: Receipt,
    interrupted: bool,
    wrote_something: bool,
    reader: &LimitReader,
) -> AnswerEnd {
    let own = matches!(ended.payer, Some(KeyScope::Member(_)));
    match ended.how {
        How::Complete | How::Length => AnswerEnd::Done { receipt },
        How::Stopped if interrupted => AnswerEnd::Interrupted,
        How::Stopped => AnswerEnd::Stopped { receipt },
        How::Cut if wrote_something => AnswerEnd::Interrupted,
        How::Cut => AnswerEnd::Failed {
            error: ended_words(engine::Fault::Cut, ended, own, reader),
        },
        How::Failed(fault) => AnswerEnd::Failed {
            error: ended_words(fault, ended, own, reader).with_reference(crate::fault::reference()),
        },
    }
}

/// The stored state of an end.
#[must_use]
pub(super) const fn state_of(end: &AnswerEnd) -> MessageState {
    match end {
        AnswerEnd::Done { .. } => MessageState::Done,
        AnswerEnd::Stopped { .. } => MessageState::Stopped,
        AnswerEnd::Interrupted => MessageState::Interrupted,
        AnswerEnd::Failed { .. } => MessageState::Failed,
    }
}

/// The end of a stored answer; `None` while it is being written.
#[must_use]
pub(super) fn stored_end(
    state: MessageState,
    receipt: Option<serde_json::Value>,
    failure: Option<serde_json::Value>,
) -> Option<AnswerEnd> {
    let receipt = || {
        receipt
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default()
    };
    match state {
        MessageState::Asked | MessageState::Answering => None,
        MessageState::Done => Some(AnswerEnd::Done { receipt: receipt() }),
        MessageState::Stopped => Some(AnswerEnd::Stopped { receipt: receipt() }),
        MessageState::Interrupted => Some(AnswerEnd::Interrupted),
        MessageState::Failed => {
            let error = failure
                .and_then(|value| serde_json::from_value::<AppError>(value).ok())
                .unwrap_or_else(|| fault_words(engine::Fault::Internal, None, false));
            Some(AnswerEnd::Failed { error })
        }
    }
}

fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

fn possessive(name: &str) -> Said {
    if name.ends_with(['s', 'x', 'z']) {
        said!("{name}’", name = name)
    } else {
        said!("{name}’s", name = name)
    }
}
