//! What a member reads when an answer cannot be given. Never provider text, never an amount.

use super::limit_words::{LimitReader, limit_words, spend_words};
use contract::{AppError, ErrorCode, said};
use engine::{Ended, Fault, Refusal};
use std::time::Duration;

/// Words for a turn that was refused before anything was asked.
#[must_use]
pub(super) fn refusal_words(refusal: &Refusal, reader: &LimitReader) -> AppError {
    let (code, text) = match refusal {
        Refusal::Suspended => (
            ErrorCode::Suspended,
            said!(
                "This workspace is paused. Your conversations are safe. Ask your administrator when it \
             opens again."
            ),
        ),
        Refusal::RoleMayNotChat => (
            ErrorCode::Denied,
            said!(
                "Your role reads records and cannot ask questions. An owner or administrator of the \
             workspace can change that."
            ),
        ),
        Refusal::NoRoute => (
            ErrorCode::Invalid,
            said!(
                "This model is not available any more. Your text is kept: choose another model and \
             send again."
            ),
        ),
        Refusal::NoKey => return fault_words(Fault::NoKey, None, false),
        Refusal::OverBudget { scope } => return spend_words(*scope, reader),
        Refusal::Unpriced => (
            ErrorCode::KeyTrouble,
            said!(
                "This model has no price yet, and the workspace has a limit, so nothing was sent. Your \
             text is kept. An administrator can set the price."
            ),
        ),
    };
    AppError::new(code, text)
}

/// Words for a turn that failed, for `reader`. `own`: as below.
#[must_use]
pub(super) fn ended_words(
    fault: Fault,
    ended: &Ended,
    own: bool,
    reader: &LimitReader,
) -> AppError {
    match &ended.limit {
        Some(reached) => limit_words(reached, reader),
        None => fault_words(fault, ended.retry_after, own),
    }
}

/// Words for an attempt that failed. `retry_after`: when the provider said to come back. `own`: the
/// asker's own key was to pay, so that they themselves can repair it.
#[must_use]
pub(super) fn fault_words(fault: Fault, retry_after: Option<Duration>, own: bool) -> AppError {
    let key_trouble = said!(
        "The workspace's connection to the model needs attention. Your question is \
                       kept. An administrator can repair it; then press Answer again."
    );
    let down = said!(
        "The model is not answering at the moment. Your question is kept; press Answer \
                again in a while, or choose another model."
    );
    let (code, text) = match fault {
        Fault::KeyRejected | Fault::NoKey | Fault::NoCredit | Fault::ModelNotFound if own => (
            ErrorCode::KeyTrouble,
            said!(
                "Your own key did not open this model: its provider refuses it, or it has no credit, or \
             the model is not for it. Your question is kept. See it under Account, Personal keys; \
             then press Answer again."
            ),
        ),
        Fault::KeyRejected => (
            ErrorCode::KeyTrouble,
            said!(
                "The workspace's connection to the model needs attention; your administrators are told \
             of it. Your question is kept. Once it is repaired, press Answer again."
            ),
        ),
        Fault::NoKey | Fault::NoCredit | Fault::ModelNotFound | Fault::EgressRefused => {
            (ErrorCode::KeyTrouble, key_trouble)
        }
        Fault::RateLimited => (
            ErrorCode::Throttled,
            said!(
                "The model takes no more questions for the moment. Your question is kept; press \
             Answer again shortly."
            ),
        ),
        Fault::ProviderDown | Fault::Timeout => (ErrorCode::ProviderDown, down),
        Fault::Cut => (
            ErrorCode::ProviderDown,
            said!(
                "The connection to the model broke in the middle. What arrived is kept; press Answer \
             again for a complete answer."
            ),
        ),
        Fault::ContextTooLong => (
            ErrorCode::Invalid,
            said!(
                "This conversation has grown too long for the model. Begin a new chat, or edit an \
             earlier question to continue from there."
            ),
        ),
        Fault::ContentPolicy => (
            ErrorCode::Invalid,
            said!(
                "The model declined to answer this. You can edit the question and send it again."
            ),
        ),
        Fault::TooFast => (
            ErrorCode::Throttled,
            said!(
                "A lot has been asked in a short time. Your question is kept; press Answer again in a \
             moment."
            ),
        ),
        Fault::OverBudget => (
            ErrorCode::OverBudget,
            said!(
                "This month's limit is used up. Your conversations stay readable and your text is \
             kept. An administrator can raise the limit."
            ),
        ),
        Fault::NoTarget => (
            ErrorCode::Invalid,
            said!(
                "No model behind this choice can take this question as it is, or none that it may go to. \
             Your question is kept: choose another model, or tell your administrator."
            ),
        ),
        Fault::BadRequest => (
            ErrorCode::Internal,
            said!(
                "The model could not read the request. Your question is kept. Tell your administrator \
             the id below."
            ),
        ),
        Fault::LedgerDown | Fault::Internal => (
            ErrorCode::Internal,
            said!("Something went wrong on our side. Your question is kept; press Answer again."),
        ),
    };
    let error = AppError::new(code, text);
    match retry_after.and_then(|wait| u32::try_from(wait.as_secs()).ok()) {
        Some(seconds) => error.retry_after(seconds.max(1)),
        None => error,
    }
}
