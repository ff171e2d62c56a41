//! Which refusal means what.

use super::{read_error, read_refusal};
use crate::fault::ProviderFault::{
    self, BadRequest, ContentPolicy, ContextTooLong, Down, KeyRejected, ModelNotFound, NoCredit,
    RateLimited, Timeout,
};
use crate::retry_after::RetryAfter;
use std::time::Duration;

#[test]
fn exceptions_are_known_by_name() {
    let table = [
        ("throttlingException", RateLimited),
        ("ThrottlingException", RateLimited),
        ("serviceQuotaExceededException", RateLimited),
        ("modelStreamErrorException", Down),
        ("modelErrorException", Down),
        ("modelNotReadyException", Down),
        ("internalServerException", Down),
        ("serviceUnavailableException", Down),
        ("modelTimeoutException", Timeout),
        ("validationException", BadRequest),
        ("accessDeniedException", KeyRejected),
        ("UnrecognizedClientException", KeyRejected),
        ("ExpiredTokenException", KeyRejected),
        ("resourceNotFoundException", ModelNotFound),
        (
            "com.amazon.coral.service#UnknownOperationException",
            ModelNotFound,
        ),
        ("ThrottlingException:http://internal.example/x", RateLimited),
        ("exceptionOfNextYear", Down),
        ("", Down),
    ];
    for (name, fault) in table {
        assert_eq!(read_error(name, "m", None).fault, fault, "{name}");
    }
}

fn said(status: u16, name: &str, message: &str) -> ProviderFault {
    let body = match name {
        "" => serde_json::json!({"message": message}),
        _ => serde_json::json!({"message": message, "__type": name}),
    };
    read_refusal(status, body.to_string().as_bytes(), None).fault
}

#[test]
fn sentences_tell_what_the_two_vague_names_do_not() {
    let table = [
        (
            400,
            "Input is too long for requested model.",
            ContextTooLong,
        ),
        (
            400,
            "Too many input tokens. Max input tokens: 8192",
            ContextTooLong,
        ),
        (
            400,
            "The model returned the following errors: prompt is too long: 9 tokens > 8 maximum",
            ContextTooLong,
        ),
        (
            400,
            "input length and `max_tokens` exceed context limit: 196395 + 64000 > 204698",
            ContextTooLong,
        ),
        (
            400,
            "The maximum tokens you requested exceeds the model limit of 4096.",
            BadRequest,
        ),
        (
            400,
            "Invocation of model ID x with on-demand throughput isn’t supported. Retry your request",
            ModelNotFound,
        ),
        (
            400,
            "The provided model identifier is invalid.",
            ModelNotFound,
        ),
        (
            400,
            "Output blocked by content filtering policy",
            ContentPolicy,
        ),
        (
            403,
            "You don't have access to the model with the specified model ID.",
            ModelNotFound,
        ),
        (
            403,
            "Model access is denied due to IAM user is not authorized to subscribe",
            ModelNotFound,
        ),
        (
            403,
            "Model access is denied due to INVALID_PAYMENT_INSTRUMENT",
            NoCredit,
        ),
        (
            403,
            "You invoked an unsupported model or your request did not allow prompt caching.",
            BadRequest,
        ),
        (
            403,
            "User: arn:aws:iam::1:user/x is not authorized to perform: bedrock:InvokeModel",
            KeyRejected,
        ),
    ];
    for (status, message, fault) in table {
        let name = if status == 400 {
            "ValidationException"
        } else {
            "AccessDeniedException"
        };
        assert_eq!(said(status, name, message), fault, "{message}");
        assert_eq!(said(status, "", message), fault, "{message} alone");
    }
}

#[test]
fn the_status_decides_where_nothing_else_does() {
    let table = [
        (307, "", ModelNotFound),
        (400, "", BadRequest),
        (401, "", KeyRejected),
        (403, "<html>", KeyRejected),
        (
            403,
            r#"{"Message":"Authentication failed: Please make sure your API Key is valid."}"#,
            KeyRejected,
        ),
        (404, "{}", ModelNotFound),
        (408, "", Timeout),
        (413, "", ContextTooLong),
        (
            400,
            r#"{"message":"The security token included in the request is expired"}"#,
            KeyRejected,
        ),
        (424, "", Down),
        (429, r#"{"message":"Too many requests"}"#, RateLimited),
        (
            429,
            r#"{"message":"Model is not ready for inference."}"#,
            Down,
        ),
        (
            400,
            r#"{"__type":"ServiceQuotaExceededException"}"#,
            RateLimited,
        ),
        (500, "", Down),
        (503, "[]", Down),
        (504, "", Timeout),
    ];
    for (status, body, fault) in table {
        let refused = read_refusal(status, body.as_bytes(), None);
        assert_eq!(refused.fault, fault, "{status} {body}");
    }
}

#[test]
fn the_code_is_kept_but_never_the_message() {
    let wait = Some(RetryAfter::Delay(Duration::from_secs(3)));
    let body = br#"{"message":"AKIAsecret is wrong","__type":"UnrecognizedClientException"}"#;
    let refused = read_refusal(403, body, wait);
    assert_eq!(refused.code.as_deref(), Some("unrecognizedclientexception"));
    assert_eq!(refused.retry_after, wait);
    assert!(!format!("{refused:?}").contains("AKIA"));
    for name in ["", "a secret with spaces", &"x".repeat(65)] {
        assert_eq!(read_error(name, "m", None).code, None, "{name}");
    }
}
