//! Troubles in Google's words.

use crate::door::{Trouble, TroubleKind};
use serde_json::{Value, json};

/// Status and body of a refusal.
pub(crate) fn refusal(trouble: &Trouble) -> (u16, Value) {
    (words(trouble.kind).0, error(trouble))
}

/// An error, as a body and as the last piece of a stream.
pub(super) fn error(trouble: &Trouble) -> Value {
    let (code, status) = words(trouble.kind);
    let mut error = json!({"code": code, "message": trouble.message, "status": status});
    let mut details = Vec::new();
    if trouble.kind == TroubleKind::KeyRejected {
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "API_KEY_INVALID",
        }));
    }
    if let Some(delay) = trouble.retry_after {
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.RetryInfo",
            "retryDelay": format!("{}s", delay.as_secs_f64()),
        }));
    }
    if !details.is_empty() {
        error["details"] = details.into();
    }
    json!({"error": error})
}

const fn words(kind: TroubleKind) -> (u16, &'static str) {
    match kind {
        TroubleKind::BadRequest | TroubleKind::ContextTooLong | TroubleKind::ContentPolicy => {
            (400, "INVALID_ARGUMENT")
        }
        TroubleKind::TooLarge => (413, "INVALID_ARGUMENT"),
        TroubleKind::KeyRejected => (401, "UNAUTHENTICATED"),
        TroubleKind::Forbidden => (403, "PERMISSION_DENIED"),
        TroubleKind::ModelNotFound => (404, "NOT_FOUND"),
        TroubleKind::RateLimited | TroubleKind::BudgetUsed => (429, "RESOURCE_EXHAUSTED"),
        TroubleKind::Resting => (503, "UNAVAILABLE"),
        TroubleKind::Timeout => (504, "DEADLINE_EXCEEDED"),
        TroubleKind::Misconfigured | TroubleKind::Upstream => (502, "UNAVAILABLE"),
        TroubleKind::Internal => (500, "INTERNAL"),
    }
}
