//! The last question: an answer of one token, which is what the key is for.

use super::Verdict;
use super::errors::read_refusal;
use crate::segment::segment;
use contract::keys::{KeyPlace, KeyProvider};
use serde_json::{Value, json};

/// A question to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Below the address, with its query.
    pub path: String,
    /// JSON.
    pub body: Vec<u8>,
}

/// Tokens of the answer, as the provider counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Read.
    pub input: u64,
    /// Written.
    pub output: u64,
}

/// Parts of names of small, cheap chat models, best first.
const CHEAP: &[&str] = &[
    "nano",
    "haiku",
    "flash-lite",
    "flash",
    "mini",
    "micro",
    "small",
    "8b",
    "lite",
    "instant",
    "chat",
];
/// Parts of names of models that do not chat.
const NOT_CHAT: &[&str] = &[
    "embed",
    "whisper",
    "tts",
    "audio",
    "image",
    "dall-e",
    "moderation",
    "realtime",
    "transcribe",
    "rerank",
    "guard",
    "ocr",
    "vision-preview",
    "instruct",
    "sora",
    "veo",
    "imagen",
    "aqa",
    "codex",
    "search",
    "video",
    "deep-research",
    "canvas",
    "titan-",
    "stability",
    "upscale",
];

/// The model to ask, out of those the key sees; `None`: none that looks like a chat model.
#[must_use]
pub fn choose_model(provider: KeyProvider, place: &KeyPlace, models: &[String]) -> Option<String> {
    if let Some(model) = &place.probe_model {
        return Some(model.clone());
    }
    if provider == KeyProvider::Azure {
        // Azure's list names what could be deployed, not what is.
        return place.deployment.clone();
    }
    let chats = |model: &&String| {
        let name = model.to_ascii_lowercase();
        !NOT_CHAT.iter().any(|part| name.contains(part))
    };
    let candidates: Vec<&String> = models.iter().filter(chats).collect();
    let cheap = CHEAP.iter().find_map(|part| {
        let fits = |model: &&&String| model.to_ascii_lowercase().contains(part);
        candidates.iter().find(fits).copied()
    });
    cheap.or_else(|| candidates.first().copied()).cloned()
}

/// The question in the provider's dialect. `older`: with the older name of the token limit, for
/// servers that do not know the newer one.
#[must_use]
pub fn ask(provider: KeyProvider, place: &KeyPlace, model: &str, older: bool) -> Ask {
    let said = "Say one word.";
    let messages = json!([{ "role": "user", "content": said }]);
    let (path, body) = match provider {
        KeyProvider::Anthropic => (
            "v1/messages".to_owned(),
            json!({ "model": model, "max_tokens": 1, "messages": messages }),
        ),
        KeyProvider::Gemini => (
            format!("v1beta/models/{}:generateContent", segment(model)),
            json!({
                "contents": [{ "role": "user", "parts": [{ "text": said }] }],
                "generationConfig": { "maxOutputTokens": 1 },
            }),
        ),
        KeyProvider::Bedrock => (
            format!("model/{}/converse", segment(model)),
            json!({
                "messages": [{ "role": "user", "content": [{ "text": said }] }],
                "inferenceConfig": { "maxTokens": 1 },
            }),
        ),
        _ => {
            // Newer models of OpenAI think before they speak and refuse a limit of one.
            let (name, limit) = if older {
                ("max_tokens", 1)
            } else {
                ("max_completion_tokens", 16)
            };
            (
                completions_path(provider, place),
                json!({ "model": model, "messages": messages, name: limit }),
            )
        }
    };
    Ask {
        path,
        body: body.to_string().into_bytes(),
    }
}

fn completions_path(provider: KeyProvider, place: &KeyPlace) -> String {
    match (provider, &place.deployment, &place.api_version) {
        (KeyProvider::Azure, Some(deployment), Some(version)) => format!(
            "openai/deployments/{}/chat/completions?api-version={version}",
            segment(deployment)
        ),
        (KeyProvider::Azure, _, _) => "openai/v1/chat/completions".to_owned(),
        _ => "chat/completions".to_owned(),
    }
}

/// Reads the answer to [`ask`].
#[must_use]
pub fn read_answer(provider: KeyProvider, status: u16, body: &[u8]) -> (Verdict, Option<Tokens>) {
    let parsed: Option<Value> = serde_json::from_slice(body).ok();
    if !(200..=299).contains(&status) {
        let verdict = match read_refusal(provider, status, parsed.as_ref()) {
            Verdict::MayNotList => Verdict::Restricted("The key may not ask for answers."),
            verdict => verdict,
        };
        return (verdict, None);
    }
    let Some(parsed) = parsed else {
        return (Verdict::NotThis, None);
    };
    let expected = match provider {
        KeyProvider::Anthropic => "content",
        KeyProvider::Gemini => "candidates",
        KeyProvider::Bedrock => "output",
        _ => "choices",
    };
    // Some servers report an error inside a 200.
    if parsed.get(expected).is_none() {
        let inner = parsed.get("error").is_some();
        return (
            if inner {
                Verdict::Busy
            } else {
                Verdict::NotThis
            },
            None,
        );
    }
    (Verdict::Fine, tokens_in(&parsed))
}

fn tokens_in(body: &Value) -> Option<Tokens> {
    let usage = body.get("usage").or_else(|| body.get("usageMetadata"))?;
    let number = |names: &[&str]| names.iter().find_map(|name| usage.get(name)?.as_u64());
    Some(Tokens {
        input: number(&[
            "prompt_tokens",
            "input_tokens",
            "promptTokenCount",
            "inputTokens",
        ])?,
        output: number(&[
            "completion_tokens",
            "output_tokens",
            "candidatesTokenCount",
            "outputTokens",
        ])
        .unwrap_or_default(),
    })
}
