//! What a refusal says about the key, by status and by the codes that providers document.

use super::Verdict;
use contract::keys::KeyProvider;
use serde_json::Value;

/// The error object of any of the dialects; Gemini's compatible endpoint wraps it in an array.
fn error_of(body: &Value) -> &Value {
    let body = body.get(0).unwrap_or(body);
    body.get("error").unwrap_or(body)
}

/// Codes and sentences of a refusal in lower case, to be searched and never shown.
fn told(body: &Value) -> String {
    let error = error_of(body);
    let mut text = String::new();
    for field in ["code", "type", "status", "message", "innererror", "details"] {
        if let Some(value) = error.get(field) {
            text.push_str(&value.to_string().to_ascii_lowercase());
            text.push(' ');
        }
    }
    text
}

/// Reads a refusal. `body`: what could be parsed of it.
pub(super) fn read_refusal(provider: KeyProvider, status: u16, body: Option<&Value>) -> Verdict {
    let told = body.map(told).unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| told.contains(word));
    if says(&[
        "insufficient_quota",
        "credit balance",
        "insufficient balance",
        "billing_hard_limit",
    ]) {
        return Verdict::NoCredit;
    }
    match status {
        300..=399 => Verdict::NotThis,
        401 | 403 if says(&["scope", "insufficient permission", "missing permission"]) => {
            Verdict::MayNotList
        }
        401 if says(&["ip address", "not authorized from"]) => {
            Verdict::Restricted("The provider accepts this key only from other network addresses.")
        }
        401 => Verdict::Bad(bad_words(provider)),
        402 => Verdict::NoCredit,
        403 => forbidden(provider, &told),
        400 if provider == KeyProvider::Gemini
            && says(&["api_key_invalid", "api key not valid"]) =>
        {
            Verdict::Bad(bad_words(provider))
        }
        400 if says(&["failed_precondition"]) => Verdict::Restricted(
            "The provider does not serve this account from here, or wants billing switched on first.",
        ),
        404 | 405 if body.is_none() => Verdict::NotThis,
        404 => Verdict::NotFound,
        400 | 405 | 409 | 413 | 422 => Verdict::WrongForm,
        429 if provider == KeyProvider::Gemini && says(&["limit: 0", "free_tier"]) => {
            Verdict::Limited("The free tier’s quota of this key is used up for now.")
        }
        _ => Verdict::Busy,
    }
}

fn forbidden(provider: KeyProvider, told: &str) -> Verdict {
    let says = |words: &[&str]| words.iter().any(|word| told.contains(word));
    if says(&["country", "region", "territory"]) && provider != KeyProvider::Bedrock {
        return Verdict::Restricted("The provider does not serve the country of this server.");
    }
    if says(&[
        "invalid api key",
        "invalid_api_key",
        "unrecognizedclient",
        "invalid bearer",
        "invalidsignature",
        "request signature we calculated",
        "security token included in the request is",
    ]) {
        return Verdict::Bad(bad_words(provider));
    }
    Verdict::Restricted(match provider {
        KeyProvider::Gemini => {
            "The key is limited to other addresses or sites, or its project has not switched this \
             API on."
        }
        KeyProvider::Azure => "The resource’s network rules do not let this server in.",
        KeyProvider::Bedrock => {
            "The key may not do this, or access to models is not switched on in this region."
        }
        _ => "The key is accepted, but may not do this.",
    })
}

const fn bad_words(provider: KeyProvider) -> &'static str {
    match provider {
        KeyProvider::Azure => {
            "The resource refuses this key. It may belong to another resource, or have been \
             regenerated."
        }
        KeyProvider::OpenAiCompatible => "The server refuses this key; it expects another one.",
        _ => "The provider refuses this key. It may be mistyped, revoked or expired.",
    }
}
