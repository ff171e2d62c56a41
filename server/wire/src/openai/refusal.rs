//! What a refusal of an `OpenAI`-compatible peer means.
//!
//! Owns the reading of error bodies in their several shapes. The status decides first, except
//! where the documented code is more precise. Refuses to keep the peer's message.

use crate::fault::{ProviderFault, Refused};
use crate::retry_after::RetryAfter;
use serde_json::Value;

/// Longest code kept.
const CODE_MAX: usize = 64;

/// Reads a response with a status other than success.
#[must_use]
pub fn read_refusal(status: u16, body: &[u8], retry_after: Option<RetryAfter>) -> Refused {
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let body = first_of(&body);
    let error = body.get("error").unwrap_or(body);
    let mut refused = read_error_value(error, Some(status));
    refused.retry_after = retry_after;
    refused
}

/// Reads an `error` member, alone or with the status it came with.
pub(crate) fn read_error_value(error: &Value, status: Option<u16>) -> Refused {
    let error = first_of(error);
    let code = word(error, "code").filter(|code| !code.bytes().all(|byte| byte.is_ascii_digit()));
    let kind = word(error, "type");
    let message = error
        .get("message")
        .or(Some(error))
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let status = status.or_else(|| embedded_status(error));
    let words = [code.as_deref(), kind.as_deref()];
    // Says whose fault it is only where no status does: `OpenAI` says it of wrong keys too.
    let is_wrong = kind.as_deref() == Some("invalid_request_error");
    let moderated = error.pointer("/metadata/flagged_input").is_some()
        || error.pointer("/metadata/reasons").is_some();
    let fault = moderated
        .then_some(ProviderFault::ContentPolicy)
        .or_else(|| words.into_iter().flatten().find_map(by_word))
        .or_else(|| by_message(&message, status))
        .or_else(|| (status.is_none() && is_wrong).then_some(ProviderFault::BadRequest))
        .unwrap_or_else(|| by_status(status));
    Refused {
        fault,
        code: code.or(kind).and_then(|code| safe_code(&code)),
        retry_after: None,
    }
}

/// Some peers wrap the error in a list of one.
fn first_of(value: &Value) -> &Value {
    value
        .as_array()
        .and_then(|list| list.first())
        .unwrap_or(value)
}

/// A member as a word; numeric codes are written out.
fn word(error: &Value, name: &str) -> Option<String> {
    match error.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.to_ascii_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Aggregators put the HTTP status into `code` or `status` of an error inside a stream.
fn embedded_status(error: &Value) -> Option<u16> {
    ["code", "status"].into_iter().find_map(|name| {
        let number: u16 = word(error, name)?.parse().ok()?;
        (400..600).contains(&number).then_some(number)
    })
}

fn by_word(word: &str) -> Option<ProviderFault> {
    Some(match word {
        "invalid_api_key"
        | "authentication_error"
        | "invalid_authentication"
        | "permission_error"
        | "permission_denied"
        | "account_deactivated" => ProviderFault::KeyRejected,
        "insufficient_quota"
        | "credit_balance_exhausted"
        | "billing_error"
        | "billing_hard_limit_reached"
        | "billing_not_active"
        | "insufficient_balance" => ProviderFault::NoCredit,
        "rate_limit_exceeded"
        | "rate_limit_error"
        | "resource_exhausted"
        | "too_many_requests"
        | "tokens"
        | "requests" => ProviderFault::RateLimited,
        "model_not_found" | "deploymentnotfound" | "not_found_error" => {
            ProviderFault::ModelNotFound
        }
        "context_length_exceeded" | "exceed_context_size_error" | "string_above_max_length" => {
            ProviderFault::ContextTooLong
        }
        "content_filter" | "content_policy_violation" | "moderation_blocked" => {
            ProviderFault::ContentPolicy
        }
        "server_error"
        | "overloaded_error"
        | "api_error"
        | "slow_down"
        | "server_overloaded"
        | "service_unavailable"
        | "internal_server_error" => ProviderFault::Down,
        "timeout" | "timeout_error" => ProviderFault::Timeout,
        _ => return None,
    })
}

/// Peers without codes say the two most useful things only in words.
fn by_message(message: &str, status: Option<u16>) -> Option<ProviderFault> {
    let request_fault = matches!(status, None | Some(400 | 413 | 422));
    let too_long = [
        "context length",
        "context window",
        "context size",
        "context_length",
    ];
    if request_fault && too_long.iter().any(|words| message.contains(words)) {
        return Some(ProviderFault::ContextTooLong);
    }
    let bad_key = ["api key not valid", "invalid api key", "incorrect api key"];
    if request_fault && bad_key.iter().any(|words| message.contains(words)) {
        return Some(ProviderFault::KeyRejected);
    }
    None
}

const fn by_status(status: Option<u16>) -> ProviderFault {
    match status {
        Some(401 | 403) => ProviderFault::KeyRejected,
        Some(402) => ProviderFault::NoCredit,
        Some(429) => ProviderFault::RateLimited,
        // A redirect or a missing page means that the base address is not an API's.
        Some(404 | 405 | 410 | 300..=399) => ProviderFault::ModelNotFound,
        Some(408 | 504) => ProviderFault::Timeout,
        Some(413) => ProviderFault::ContextTooLong,
        Some(400..=499) => ProviderFault::BadRequest,
        _ => ProviderFault::Down,
    }
}

/// The code where it is a code; a sentence or anything odd is dropped.
fn safe_code(code: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (code.len() <= CODE_MAX && code.bytes().all(plain)).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::read_refusal;
    use crate::fault::ProviderFault::{
        BadRequest, ContentPolicy, ContextTooLong, Down, KeyRejected, ModelNotFound, NoCredit,
        RateLimited, Timeout,
    };
    use crate::retry_after::RetryAfter;
    use std::time::Duration;

    #[test]
    fn status_and_body_give_the_class() {
        let table = [
            (
                401,
                r#"{"error":{"message":"Incorrect API key provided: sk-a","type":"invalid_request_error","code":"invalid_api_key"}}"#,
                KeyRejected,
            ),
            (401, "", KeyRejected),
            (403, "<html>", KeyRejected),
            (
                403,
                r#"{"error":{"code":403,"message":"m","metadata":{"reasons":["x"],"flagged_input":"y"}}}"#,
                ContentPolicy,
            ),
            (
                402,
                r#"{"error":{"message":"Insufficient Balance","code":402}}"#,
                NoCredit,
            ),
            (
                429,
                r#"{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}"#,
                NoCredit,
            ),
            (
                429,
                r#"{"error":{"type":"billing","code":"credit_balance_exhausted"}}"#,
                NoCredit,
            ),
            (
                429,
                r#"{"error":{"type":"tokens","code":"rate_limit_exceeded"}}"#,
                RateLimited,
            ),
            (429, "slow", RateLimited),
            (
                404,
                r#"{"error":{"code":"model_not_found"}}"#,
                ModelNotFound,
            ),
            (404, "not here", ModelNotFound),
            (307, "", ModelNotFound),
            (
                400,
                r#"{"error":{"code":"context_length_exceeded"}}"#,
                ContextTooLong,
            ),
            (
                400,
                r#"{"error":{"message":"This model's maximum context length is 1024 tokens","code":null}}"#,
                ContextTooLong,
            ),
            (413, "", ContextTooLong),
            (
                400,
                r#"{"error":{"code":"content_filter","innererror":{}}}"#,
                ContentPolicy,
            ),
            (
                400,
                r#"[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}]"#,
                KeyRejected,
            ),
            (400, r#"{"error":"odd"}"#, BadRequest),
            (422, r#"{"detail":[{"loc":["body"]}]}"#, BadRequest),
            (408, "", Timeout),
            (500, r#"{"error":{"type":"server_error"}}"#, Down),
            (503, "", Down),
            (529, r#"{"error":{"type":"overloaded_error"}}"#, Down),
        ];
        for (status, body, fault) in table {
            let refused = read_refusal(status, body.as_bytes(), None);
            assert_eq!(refused.fault, fault, "{status} {body}");
        }
    }

    #[test]
    fn the_code_is_kept_but_never_the_message() {
        let wait = Some(RetryAfter::Delay(Duration::from_secs(3)));
        let body =
            br#"{"error":{"message":"key sk-secret","type":"x y","code":"Invalid_Api_Key"}}"#;
        let refused = read_refusal(401, body, wait);
        assert_eq!(refused.code.as_deref(), Some("invalid_api_key"));
        assert_eq!(refused.retry_after, wait);
        assert!(!format!("{refused:?}").contains("secret"));
        let odd = read_refusal(400, br#"{"error":{"code":"sk-secret has spaces"}}"#, None);
        assert_eq!(odd.code, None);
    }
}
