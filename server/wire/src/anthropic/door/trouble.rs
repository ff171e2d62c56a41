//! Troubles in Anthropic's words.

use crate::door::{Trouble, TroubleKind};
use serde_json::{Value, json};

/// Status and body of a refusal.
pub(crate) fn refusal(trouble: &Trouble) -> (u16, Value) {
    (words(trouble.kind).0, error(trouble))
}

/// An error, as a body and as the data of an `error` event.
pub(super) fn error(trouble: &Trouble) -> Value {
    let (_, kind) = words(trouble.kind);
    json!({"type": "error", "error": {"type": kind, "message": trouble.message}})
}

const fn words(kind: TroubleKind) -> (u16, &'static str) {
    match kind {
        TroubleKind::BadRequest | TroubleKind::ContextTooLong | TroubleKind::ContentPolicy => {
            (400, "invalid_request_error")
        }
        TroubleKind::TooLarge => (413, "request_too_large"),
        TroubleKind::KeyRejected => (401, "authentication_error"),
        TroubleKind::Forbidden => (403, "permission_error"),
        TroubleKind::ModelNotFound => (404, "not_found_error"),
        TroubleKind::RateLimited => (429, "rate_limit_error"),
        TroubleKind::BudgetUsed => (402, "billing_error"),
        TroubleKind::Resting => (529, "overloaded_error"),
        TroubleKind::Timeout => (504, "timeout_error"),
        TroubleKind::Misconfigured | TroubleKind::Upstream | TroubleKind::Internal => {
            (500, "api_error")
        }
    }
}
