//! What a refusal of Anthropic's API means.
//!
//! Owns the reading of its error bodies: the documented type decides, then the words where one type
//! has two culprits, then the status. Refuses to keep the words.

use crate::fault::{ProviderFault, Refused};
use crate::retry_after::RetryAfter;
use serde_json::Value;

/// Reads a response with a status other than success.
#[must_use]
pub fn read_refusal(status: u16, body: &[u8], retry_after: Option<RetryAfter>) -> Refused {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = body.get("error").unwrap_or(&Value::Null);
    Refused {
        retry_after,
        ..read_error_value(error, Some(status))
    }
}

/// Reads an `error` member, alone or with the status it came with.
pub(super) fn read_error_value(error: &Value, status: Option<u16>) -> Refused {
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let kind = text("type");
    let message = text("message").to_ascii_lowercase();
    let says = |words: &str| message.contains(words);
    let fault = match kind {
        _ if status == Some(400) && (says("credit balance") || says("spend limit")) => {
            ProviderFault::NoCredit
        }
        "invalid_request_error" if says("prompt is too long") || says("context window") => {
            ProviderFault::ContextTooLong
        }
        "authentication_error" | "permission_error" => ProviderFault::KeyRejected,
        "billing_error" => ProviderFault::NoCredit,
        "not_found_error" => ProviderFault::ModelNotFound,
        "request_too_large" => ProviderFault::ContextTooLong,
        "rate_limit_error" => ProviderFault::RateLimited,
        "timeout_error" => ProviderFault::Timeout,
        "api_error" | "overloaded_error" => ProviderFault::Down,
        "invalid_request_error" => ProviderFault::BadRequest,
        _ => by_status(status),
    };
    let safe = !kind.is_empty()
        && kind.len() <= 64
        && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    Refused {
        fault,
        code: safe.then(|| kind.to_owned()),
        retry_after: None,
    }
}

const fn by_status(status: Option<u16>) -> ProviderFault {
    match status {
        Some(401 | 403) => ProviderFault::KeyRejected,
        Some(402) => ProviderFault::NoCredit,
        Some(429) => ProviderFault::RateLimited,
        Some(404 | 405 | 410 | 300..=399) => ProviderFault::ModelNotFound,
        Some(408 | 504) => ProviderFault::Timeout,
        Some(413) => ProviderFault::ContextTooLong,
        Some(400..=499) => ProviderFault::BadRequest,
        _ => ProviderFault::Down,
    }
}

#[cfg(test)]
mod tests {
    use super::read_refusal;
    use crate::fault::ProviderFault::{
        BadRequest, ContextTooLong, Down, KeyRejected, ModelNotFound, NoCredit, RateLimited,
        Timeout,
    };

    #[test]
    fn type_words_and_status_give_the_class() {
        let table = [
            (
                401,
                "authentication_error",
                "invalid x-api-key",
                KeyRejected,
            ),
            (403, "permission_error", "", KeyRejected),
            (402, "billing_error", "", NoCredit),
            (
                400,
                "invalid_request_error",
                "Your credit balance is too low",
                NoCredit,
            ),
            (
                400,
                "invalid_request_error",
                "You have reached your specified API spend limits: spend limit",
                NoCredit,
            ),
            (
                400,
                "invalid_request_error",
                "prompt is too long: 210000 tokens > 200000 maximum",
                ContextTooLong,
            ),
            (400, "invalid_request_error", "messages: odd", BadRequest),
            (404, "not_found_error", "model: x", ModelNotFound),
            (413, "request_too_large", "", ContextTooLong),
            (429, "rate_limit_error", "", RateLimited),
            (500, "api_error", "", Down),
            (504, "timeout_error", "", Timeout),
            (529, "overloaded_error", "", Down),
            (503, "", "", Down),
            (418, "odd_error", "", BadRequest),
        ];
        for (status, kind, message, fault) in table {
            let body = format!(
                r#"{{"type":"error","error":{{"type":"{kind}","message":"{message} sk-ant-secret"}}}}"#
            );
            let refused = read_refusal(status, body.as_bytes(), None);
            assert_eq!(refused.fault, fault, "{status} {kind} {message}");
            assert!(!format!("{refused:?}").contains("secret"));
        }
        assert_eq!(read_refusal(502, b"<html>", None).fault, Down);
    }
}
