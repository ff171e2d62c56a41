//! What a refusal of Bedrock's means.
//!
//! Owns the reading of error bodies and of exceptions inside a stream. The exception's name
//! decides; where only a status came, the status and a few well-known sentences do. Refuses to
//! keep the sentence.

use crate::fault::{ProviderFault, Refused};
use crate::retry_after::RetryAfter;
use serde_json::Value;

/// Longest code kept.
const CODE_MAX: usize = 64;

/// Reads a response with a status other than success.
#[must_use]
pub fn read_refusal(status: u16, body: &[u8], retry_after: Option<RetryAfter>) -> Refused {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let refused = read_body(&body, Some(status));
    Refused {
        retry_after,
        ..refused.unwrap_or_else(|| Refused::new(by_status(Some(status), "")))
    }
}

/// Reads an error body; `None` where it is none.
pub(super) fn read_body(body: &Value, status: Option<u16>) -> Option<Refused> {
    // The front of the service, which never reached Bedrock, wraps its name.
    let body = body.get("Output").unwrap_or(body);
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let name = text("__type").or_else(|| text("code"));
    let message = text("message").or_else(|| text("Message"));
    (name.is_some() || message.is_some()).then(|| {
        read_error(
            name.unwrap_or_default(),
            message.unwrap_or_default(),
            status,
        )
    })
}

/// Reads an exception inside a stream.
pub(super) fn read_exception(name: &str, payload: &[u8]) -> Refused {
    let body: Value = serde_json::from_slice(payload).unwrap_or_default();
    let message = body.get("message").and_then(Value::as_str);
    read_error(name, message.unwrap_or_default(), None)
}

/// Reads an error of this name, which may be empty, with this message.
pub(super) fn read_error(name: &str, message: &str, status: Option<u16>) -> Refused {
    // A name may come with its namespace ahead and an address behind.
    let name = name.rsplit('#').next().unwrap_or_default();
    let name = name.split(':').next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    let message = message.to_ascii_lowercase();
    Refused {
        fault: by_name(&name, &message).unwrap_or_else(|| by_status(status, &message)),
        code: safe_code(name),
        retry_after: None,
    }
}

fn by_name(name: &str, message: &str) -> Option<ProviderFault> {
    Some(match name {
        "validationexception" => by_message(message).unwrap_or(ProviderFault::BadRequest),
        // Often said where the key is right and the model is not enabled for its account.
        "accessdeniedexception" => by_message(message).unwrap_or(ProviderFault::KeyRejected),
        "unrecognizedclientexception"
        | "invalidsignatureexception"
        | "signaturedoesnotmatch"
        | "incompletesignature"
        | "incompletesignatureexception"
        | "missingauthenticationtoken"
        | "missingauthenticationtokenexception"
        | "expiredtoken"
        | "expiredtokenexception"
        | "invalidclienttokenid"
        | "requestexpired"
        | "notauthorized" => ProviderFault::KeyRejected,
        "throttlingexception" | "toomanyrequestsexception" | "servicequotaexceededexception" => {
            ProviderFault::RateLimited
        }
        "resourcenotfoundexception"
        | "unknownoperationexception"
        | "ftuformnotfilled"
        | "mpagreementbeingcreated" => ProviderFault::ModelNotFound,
        "modeltimeoutexception" => ProviderFault::Timeout,
        "modelstreamerrorexception"
        | "modelerrorexception"
        | "modelnotreadyexception"
        | "internalserverexception"
        | "internalfailure"
        | "serviceunavailable"
        | "serviceunavailableexception" => ProviderFault::Down,
        _ => return None,
    })
}

/// Two names mean many things, and only their sentences tell which.
fn by_message(message: &str) -> Option<ProviderFault> {
    let table: [(ProviderFault, &[&str]); 6] = [
        (
            ProviderFault::ContextTooLong,
            &[
                "input is too long",
                "prompt is too long",
                "too many input tokens",
                "input tokens exceed",
                "context limit",
                "context length",
                "context window",
            ],
        ),
        (
            ProviderFault::NoCredit,
            &["invalid_payment_instrument", "valid payment instrument"],
        ),
        (
            ProviderFault::ModelNotFound,
            &[
                "on-demand throughput isn",
                "model identifier is invalid",
                "access to the model",
                "model access is denied",
            ],
        ),
        // Said of a mark for the cache that the model does not know; the key is right.
        (ProviderFault::BadRequest, &["prompt caching"]),
        (ProviderFault::ContentPolicy, &["content filter"]),
        (
            ProviderFault::KeyRejected,
            &["security token", "request signature"],
        ),
    ];
    let said = |words: &[&str]| words.iter().any(|words| message.contains(words));
    let found = table.into_iter().find(|(_, words)| said(words));
    found.map(|(fault, _)| fault)
}

fn by_status(status: Option<u16>, message: &str) -> ProviderFault {
    match status {
        Some(400 | 422) => by_message(message).unwrap_or(ProviderFault::BadRequest),
        Some(401 | 403) => by_message(message).unwrap_or(ProviderFault::KeyRejected),
        Some(402) => ProviderFault::NoCredit,
        // A redirect or a missing page means that the base address is not an API's.
        Some(404 | 405 | 410 | 300..=399) => ProviderFault::ModelNotFound,
        Some(408 | 504) => ProviderFault::Timeout,
        Some(413) => ProviderFault::ContextTooLong,
        // The model failed behind the service, or is still being loaded.
        Some(424) => ProviderFault::Down,
        Some(429) if message.contains("not ready") => ProviderFault::Down,
        Some(429) => ProviderFault::RateLimited,
        Some(400..=499) => ProviderFault::BadRequest,
        _ => ProviderFault::Down,
    }
}

/// The code where it is a code; a sentence or anything odd is dropped.
fn safe_code(code: String) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let safe = (1..=CODE_MAX).contains(&code.len()) && code.bytes().all(plain);
    safe.then_some(code)
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
