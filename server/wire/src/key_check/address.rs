//! Where providers are.

use contract::keys::{KeyPlace, KeyProvider};

/// The usual address of a provider's API; `None`: there is none.
const fn usual(provider: KeyProvider) -> Option<&'static str> {
    match provider {
        KeyProvider::OpenAi => Some("https://api.openai.com/v1"),
        KeyProvider::Anthropic => Some("https://api.anthropic.com"),
        KeyProvider::Gemini => Some("https://generativelanguage.googleapis.com"),
        KeyProvider::Mistral => Some("https://api.mistral.ai/v1"),
        KeyProvider::Groq => Some("https://api.groq.com/openai/v1"),
        KeyProvider::DeepSeek => Some("https://api.deepseek.com/v1"),
        KeyProvider::Xai => Some("https://api.x.ai/v1"),
        KeyProvider::OpenRouter => Some("https://openrouter.ai/api/v1"),
        KeyProvider::Together => Some("https://api.together.xyz/v1"),
        KeyProvider::Azure | KeyProvider::Bedrock | KeyProvider::OpenAiCompatible => None,
    }
}

/// The address that a key is bound to.
///
/// # Errors
/// One sentence that names the field that is missing or wrong.
pub fn base_url(provider: KeyProvider, place: &KeyPlace) -> Result<String, String> {
    if let Some(given) = &place.base_url {
        let given = given.trim().trim_end_matches('/');
        let scheme = given
            .split_once("://")
            .map(|(scheme, rest)| (scheme, rest.is_empty()));
        return match scheme {
            Some(("http" | "https", false)) if !given.contains(['?', '#', '@']) => {
                Ok(given.to_owned())
            }
            _ => Err(
                "Address: it must begin with https:// and carry no user, query or fragment."
                    .to_owned(),
            ),
        };
    }
    if let Some(usual) = usual(provider) {
        return Ok(usual.to_owned());
    }
    match (provider, &place.region) {
        (KeyProvider::Bedrock, Some(region)) if is_region(region) => {
            Ok(format!("https://bedrock-runtime.{region}.amazonaws.com"))
        }
        (KeyProvider::Bedrock, _) => {
            Err("Region: name the AWS region, like eu-central-1.".to_owned())
        }
        _ => Err(format!(
            "Address: a key of {} needs the address of its API.",
            provider.label()
        )),
    }
}

/// The address that a check's first question goes to. Bedrock lists its models elsewhere than it
/// answers.
#[must_use]
pub fn probe_base_url(provider: KeyProvider, base: &str) -> String {
    match provider {
        KeyProvider::Bedrock => base.replacen("://bedrock-runtime.", "://bedrock.", 1),
        _ => base.to_owned(),
    }
}

fn is_region(region: &str) -> bool {
    let plain = region
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain && (5..=24).contains(&region.len())
}
