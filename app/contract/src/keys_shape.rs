//! What a provider key looks like, before anybody is asked.
//!
//! Shapes guess and warn; only the provider decides. What can be said is said from prefixes that
//! providers publish or that every key of theirs carries.

use crate::keys::KeyProvider;
use crate::said;
use crate::words::Said;

/// Prefixes that belong to one provider, longer ones before those they begin with.
const PREFIXES: &[(&str, KeyProvider)] = &[
    ("sk-ant-", KeyProvider::Anthropic),
    ("sk-or-", KeyProvider::OpenRouter),
    ("sk-proj-", KeyProvider::OpenAi),
    ("sk-svcacct-", KeyProvider::OpenAi),
    ("sk-admin-", KeyProvider::OpenAi),
    ("AIza", KeyProvider::Gemini),
    ("gsk_", KeyProvider::Groq),
    ("xai-", KeyProvider::Xai),
    ("ABSK", KeyProvider::Bedrock),
    ("tgp_", KeyProvider::Together),
];

/// The provider whose key this looks like; `None`: several could be meant.
#[must_use]
pub fn guess(secret: &str) -> Option<KeyProvider> {
    let secret = secret.trim();
    let known = PREFIXES
        .iter()
        .find(|(prefix, _)| secret.starts_with(prefix))
        .map(|(_, provider)| *provider);
    // The old shape of OpenAI's keys is also DeepSeek's, but for its length.
    known.or_else(|| match secret.strip_prefix("sk-") {
        Some(rest) if rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Some(KeyProvider::DeepSeek)
        }
        Some(rest) if rest.len() >= 40 => Some(KeyProvider::OpenAi),
        _ => None,
    })
}

/// Whether `secret` can be a key of `provider`.
///
/// # Errors
/// What is odd about it, one sentence for the person who pasted it.
pub fn shape(provider: KeyProvider, secret: &str) -> Result<(), Said> {
    if secret.trim().is_empty() {
        return Err(said!("Paste the key."));
    }
    if secret.to_ascii_lowercase().starts_with("bearer ") {
        return Err(said!(
            "Leave out the word “Bearer”; only the key belongs here."
        ));
    }
    if secret.starts_with(['"', '\'', '`']) {
        return Err(said!("Leave out the quotation marks around the key."));
    }
    if secret.contains(char::is_whitespace) {
        return Err(said!("There is a space or a line break in it."));
    }
    if secret.contains('…') || secret.contains("...") || secret.contains("***") {
        return Err(said!(
            "This is the shortened form that lists show; paste the whole key."
        ));
    }
    if !secret.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(said!("There is a character in it that no key has."));
    }
    match guess(secret) {
        Some(other) if other != provider && provider != KeyProvider::OpenAiCompatible => {
            Err(said!(
                "This looks like a key of {looks}, not of {chosen}. Nothing was sent.",
                looks = other.label(),
                chosen = provider.label()
            ))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{guess, shape};
    use crate::keys::KeyProvider::{
        self, Anthropic, Azure, Bedrock, DeepSeek, Gemini, Groq, Mistral, OpenAi, OpenAiCompatible,
        OpenRouter, Together, Xai,
    };

    #[test]
    fn prefixes_tell_the_provider() {
        let long = "0123456789abcdefghijklmnopqrstuvwxyz0123456789AB";
        for (prefix, provider) in [
            ("sk-ant-api03-", Anthropic),
            ("sk-or-v1-", OpenRouter),
            ("sk-proj-", OpenAi),
            ("sk-", OpenAi),
            ("AIza", Gemini),
            ("gsk_", Groq),
            ("xai-", Xai),
            ("ABSK", Bedrock),
            ("tgp_v1_", Together),
        ] {
            assert_eq!(
                guess(&format!("{prefix}{long}")),
                Some(provider),
                "{prefix}"
            );
        }
        assert_eq!(guess("sk-0123456789abcdef0123456789abcdef"), Some(DeepSeek));
        assert_eq!(guess("0123456789abcdef0123456789abcdef"), None);
        assert_eq!(guess("sk-test"), None);
    }

    #[test]
    fn what_people_paste_wrongly_is_named() {
        let said =
            |provider: KeyProvider, secret: &str| shape(provider, secret).unwrap_err().to_string();
        assert!(said(OpenAi, "Bearer sk-abc").contains("Bearer"));
        assert!(said(OpenAi, "\"sk-abc\"").contains("quotation"));
        assert!(said(OpenAi, "sk-abc def").contains("space"));
        assert!(said(OpenAi, "sk-proj-...9tQ2").contains("shortened"));
        assert!(said(OpenAi, "sk-ant-api03-xyz").contains("Anthropic"));
        assert!(!said(OpenAi, "sk-ant-canary").contains("canary"));
    }

    #[test]
    fn plausible_keys_pass() {
        for provider in [Mistral, Azure, OpenAiCompatible, OpenAi, DeepSeek] {
            assert_eq!(shape(provider, "0123456789abcdef0123456789abcdef"), Ok(()));
        }
        assert_eq!(shape(OpenAiCompatible, "sk-ant-own-server"), Ok(()));
    }
}
