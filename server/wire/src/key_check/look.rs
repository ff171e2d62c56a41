//! The first question with the key: which models does it see?

use super::errors::read_refusal;
use super::{Verdict, clean};
use contract::keys::{KeyPlace, KeyProvider};
use serde_json::Value;

/// Models of an answer that are kept.
const MOST_MODELS: usize = 200;

/// What the first question brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// About the key.
    pub verdict: Verdict,
    /// Names of the models it sees, sorted.
    pub models: Vec<String>,
    /// Account, organisation or label, where the answer names one.
    pub account: Option<String>,
}

/// Path and query below the address, in the order they are asked; `OpenRouter` shows its models to
/// anybody, so its key is asked for first.
#[must_use]
pub fn look_path(provider: KeyProvider, place: &KeyPlace) -> Vec<String> {
    match provider {
        KeyProvider::OpenRouter => vec!["key".to_owned(), "models".to_owned()],
        KeyProvider::Anthropic => vec!["v1/models?limit=200".to_owned()],
        KeyProvider::Gemini => vec!["v1beta/models?pageSize=200".to_owned()],
        KeyProvider::Azure => vec![match &place.api_version {
            Some(version) => format!("openai/models?api-version={version}"),
            None => "openai/v1/models".to_owned(),
        }],
        KeyProvider::Bedrock => vec!["foundation-models".to_owned()],
        _ => vec!["models".to_owned()],
    }
}

/// Reads one answer to a path of [`look_path`].
#[must_use]
pub fn read_look(provider: KeyProvider, path: &str, status: u16, body: &[u8]) -> Look {
    let parsed: Option<Value> = serde_json::from_slice(body).ok();
    let nothing = |verdict| Look {
        verdict,
        models: Vec::new(),
        account: None,
    };
    if !(200..=299).contains(&status) {
        return nothing(read_refusal(provider, status, parsed.as_ref()));
    }
    let Some(parsed) = parsed else {
        return nothing(Verdict::NotThis);
    };
    if provider == KeyProvider::OpenRouter && path == "key" {
        return router_key(&parsed);
    }
    let Some(list) = list_of(provider, &parsed) else {
        return nothing(Verdict::NotThis);
    };
    Look {
        models: models_in(provider, list),
        ..nothing(Verdict::Fine)
    }
}

fn list_of(provider: KeyProvider, body: &Value) -> Option<&Vec<Value>> {
    let field = match provider {
        KeyProvider::Gemini => "models",
        KeyProvider::Bedrock => "modelSummaries",
        // Together answers with a bare array.
        _ if body.is_array() => return body.as_array(),
        _ => "data",
    };
    body.get(field)?.as_array()
}

fn models_in(provider: KeyProvider, list: &[Value]) -> Vec<String> {
    let field = match provider {
        KeyProvider::Gemini => "name",
        KeyProvider::Bedrock => "modelId",
        _ => "id",
    };
    let names = list.iter().filter_map(|model| model.get(field)?.as_str());
    let names = names.filter_map(|name| clean(name.trim_start_matches("models/")));
    let mut names: Vec<String> = names.take(MOST_MODELS).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// `OpenRouter`'s answer about the key itself.
fn router_key(body: &Value) -> Look {
    let Some(data) = body.get("data").filter(|data| data.is_object()) else {
        return Look {
            verdict: Verdict::NotThis,
            models: Vec::new(),
            account: None,
        };
    };
    let remaining = data.get("limit_remaining").and_then(Value::as_f64);
    let free = data.get("is_free_tier").and_then(Value::as_bool) == Some(true);
    let verdict = match remaining {
        Some(left) if left <= 0.0 => Verdict::NoCredit,
        _ if free => Verdict::Limited("The account is on the free tier, with few requests a day."),
        _ => Verdict::Fine,
    };
    Look {
        verdict,
        models: Vec::new(),
        account: data
            .get("label")
            .and_then(Value::as_str)
            .and_then(shown_label),
    }
}

/// A label that was never set is the shortened key, which is nobody's name.
fn shown_label(label: &str) -> Option<String> {
    clean(label).filter(|label| !label.starts_with("sk-"))
}
