//! What a refusal of Gemini's API means.
//!
//! Owns the reading of its error bodies: reasons in the details decide first, because a wrong key is
//! a 400 here; then the status word, then the number. Refuses to keep the words.

use crate::fault::{ProviderFault, Refused};
use crate::retry_after::RetryAfter;
use serde_json::Value;
use std::time::Duration;

/// Reads a response with a status other than success.
#[must_use]
pub fn read_refusal(status: u16, body: &[u8], retry_after: Option<RetryAfter>) -> Refused {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let body = body.get(0).unwrap_or(&body);
    let error = body.get("error").unwrap_or(&Value::Null);
    let refused = read_error_value(error, Some(status));
    Refused {
        retry_after: retry_after.or(refused.retry_after),
        ..refused
    }
}

/// Reads an `error` member, alone or with the status it came with.
pub(super) fn read_error_value(error: &Value, status: Option<u16>) -> Refused {
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let message = text("message").to_ascii_lowercase();
    let says = |words: &str| message.contains(words);
    let details = error.get("details").and_then(Value::as_array);
    let details = || details.into_iter().flatten();
    let reason = details().find_map(|detail| detail.get("reason").and_then(Value::as_str));
    let number = error.get("code").and_then(Value::as_u64);
    let number = status.or_else(|| number.and_then(|number| u16::try_from(number).ok()));
    let word = text("status");
    let fault = match word {
        _ if reason == Some("API_KEY_INVALID") || says("api key not valid") => {
            ProviderFault::KeyRejected
        }
        _ if reason == Some("BILLING_DISABLED") || says("billing") && number != Some(429) => {
            ProviderFault::NoCredit
        }
        "INVALID_ARGUMENT" if says("token count") && says("exceed") => {
            ProviderFault::ContextTooLong
        }
        "FAILED_PRECONDITION" | "PERMISSION_DENIED" | "UNAUTHENTICATED" => {
            ProviderFault::KeyRejected
        }
        "NOT_FOUND" => ProviderFault::ModelNotFound,
        "RESOURCE_EXHAUSTED" => ProviderFault::RateLimited,
        "DEADLINE_EXCEEDED" => ProviderFault::Timeout,
        "INVALID_ARGUMENT" | "OUT_OF_RANGE" => ProviderFault::BadRequest,
        "INTERNAL" | "UNAVAILABLE" | "UNKNOWN" | "ABORTED" => ProviderFault::Down,
        _ => by_status(number),
    };
    let plain = |word: &str| {
        let safe = word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        (!word.is_empty() && word.len() <= 64 && safe).then(|| word.to_ascii_lowercase())
    };
    Refused {
        fault,
        code: reason.and_then(plain).or_else(|| plain(word)),
        retry_after: details().find_map(delay),
    }
}

/// `{"@type": "…RetryInfo", "retryDelay": "17s"}`
fn delay(detail: &Value) -> Option<RetryAfter> {
    let text = detail.get("retryDelay")?.as_str()?;
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .map(RetryAfter::Delay)
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
    use crate::retry_after::RetryAfter;
    use std::time::Duration;

    #[test]
    fn reason_word_and_status_give_the_class() {
        let table = [
            (
                400,
                r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#,
                KeyRejected,
            ),
            (
                400,
                r#"[{"error":{"code":400,"message":"x","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#,
                KeyRejected,
            ),
            (
                400,
                r#"{"error":{"status":"FAILED_PRECONDITION","message":"User location is not supported"}}"#,
                KeyRejected,
            ),
            (
                400,
                r#"{"error":{"status":"FAILED_PRECONDITION","message":"Please enable billing on your project"}}"#,
                NoCredit,
            ),
            (
                400,
                r#"{"error":{"status":"INVALID_ARGUMENT","message":"The input token count (1200000) exceeds the maximum"}}"#,
                ContextTooLong,
            ),
            (
                400,
                r#"{"error":{"status":"INVALID_ARGUMENT","message":"odd"}}"#,
                BadRequest,
            ),
            (
                403,
                r#"{"error":{"status":"PERMISSION_DENIED"}}"#,
                KeyRejected,
            ),
            (404, r#"{"error":{"status":"NOT_FOUND"}}"#, ModelNotFound),
            (
                429,
                r#"{"error":{"status":"RESOURCE_EXHAUSTED","message":"check your plan and billing details"}}"#,
                RateLimited,
            ),
            (500, r#"{"error":{"status":"INTERNAL"}}"#, Down),
            (503, r#"{"error":{"status":"UNAVAILABLE"}}"#, Down),
            (504, r#"{"error":{"status":"DEADLINE_EXCEEDED"}}"#, Timeout),
            (502, "<html>", Down),
        ];
        for (status, body, fault) in table {
            assert_eq!(
                read_refusal(status, body.as_bytes(), None).fault,
                fault,
                "{body}"
            );
        }
    }

    #[test]
    fn the_delay_in_the_details_is_heard_and_a_header_wins() {
        let body = br#"{"error":{"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"17.5s"}]}}"#;
        let told = Some(RetryAfter::Delay(Duration::from_millis(17_500)));
        assert_eq!(read_refusal(429, body, None).retry_after, told);
        let header = Some(RetryAfter::Delay(Duration::from_secs(2)));
        assert_eq!(read_refusal(429, body, header).retry_after, header);
    }
}
