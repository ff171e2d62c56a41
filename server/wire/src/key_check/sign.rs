//! How a request carries the key: always in a header, never in an address.

use contract::keys::{KeyPlace, KeyProvider};

/// Version of Anthropic's API that the checks are written for.
const ANTHROPIC_VERSION: &str = "2023-06-01";

/// Headers of a request with this key. `None`: it does not travel, but signs each request.
#[must_use]
pub fn sign(
    provider: KeyProvider,
    place: &KeyPlace,
    secret: &str,
) -> Option<Vec<(&'static str, String)>> {
    let mut headers = match provider {
        KeyProvider::Anthropic => vec![
            ("x-api-key", secret.to_owned()),
            ("anthropic-version", ANTHROPIC_VERSION.to_owned()),
        ],
        KeyProvider::Gemini => vec![("x-goog-api-key", secret.to_owned())],
        KeyProvider::Azure => vec![("api-key", secret.to_owned())],
        KeyProvider::Bedrock if place.access_key_id.is_some() => return None,
        _ => vec![("authorization", format!("Bearer {secret}"))],
    };
    if provider == KeyProvider::OpenAi {
        for (name, value) in [
            ("openai-organization", &place.organisation),
            ("openai-project", &place.project),
        ] {
            headers.extend(value.clone().map(|value| (name, value)));
        }
    }
    Some(headers)
}
