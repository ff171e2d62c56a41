//! Troubles in `OpenAI`'s words.

use crate::door::{Trouble, TroubleKind};
use serde_json::{Value, json};

/// Status and body of a refusal.
pub(crate) fn refusal(trouble: &Trouble) -> (u16, Value) {
    (words(trouble.kind).0, error(trouble))
}

/// The `error` member, which libraries look for in bodies and inside streams alike.
pub(crate) fn error(trouble: &Trouble) -> Value {
    let (_, kind, code) = words(trouble.kind);
    json!({"error": {
        "message": trouble.message,
        "type": kind,
        "param": trouble.field,
        "code": code,
    }})
}

/// Status, type and code.
const fn words(kind: TroubleKind) -> (u16, &'static str, Option<&'static str>) {
    let wrong = "invalid_request_error";
    match kind {
        TroubleKind::BadRequest => (400, wrong, None),
        TroubleKind::TooLarge => (413, wrong, Some("request_too_large")),
        TroubleKind::ContextTooLong => (400, wrong, Some("context_length_exceeded")),
        TroubleKind::ContentPolicy => (400, wrong, Some("content_policy_violation")),
        TroubleKind::KeyRejected => (401, wrong, Some("invalid_api_key")),
        TroubleKind::Forbidden => (403, "permission_error", Some("permission_denied")),
        TroubleKind::ModelNotFound => (404, wrong, Some("model_not_found")),
        TroubleKind::RateLimited => (429, "requests", Some("rate_limit_exceeded")),
        TroubleKind::BudgetUsed => (429, "insufficient_quota", Some("insufficient_quota")),
        TroubleKind::Resting => (503, "server_error", Some("service_unavailable")),
        TroubleKind::Misconfigured => (502, "server_error", Some("provider_refused")),
        TroubleKind::Timeout => (504, "server_error", Some("timeout")),
        TroubleKind::Upstream => (502, "server_error", Some("provider_failed")),
        TroubleKind::Internal => (500, "server_error", None),
    }
}
