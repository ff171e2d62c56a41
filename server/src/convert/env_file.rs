//! The `.env` of an application with one key for everybody: it becomes a first workspace.
//!
//! Reads lines of `NAME=value`, with `export`, quotes and comments as shells and the usual libraries
//! take them. Follows no `$NAME` in a value.

use super::draft::{Draft, alias_of, key_of, model_of};
use super::providers::plain_address;
use super::{Converted, Left};
use crate::documents::{KeyPart, TargetPart};
use contract::keys::KeyProvider;
use std::collections::BTreeMap;

/// Names of variables with a provider's key.
const KEYS: [(&str, KeyProvider); 15] = [
    ("OPENAI_API_KEY", KeyProvider::OpenAi),
    ("ANTHROPIC_API_KEY", KeyProvider::Anthropic),
    ("GEMINI_API_KEY", KeyProvider::Gemini),
    ("GOOGLE_API_KEY", KeyProvider::Gemini),
    ("AZURE_OPENAI_API_KEY", KeyProvider::Azure),
    ("AZURE_API_KEY", KeyProvider::Azure),
    ("AWS_BEARER_TOKEN_BEDROCK", KeyProvider::Bedrock),
    ("AWS_SECRET_ACCESS_KEY", KeyProvider::Bedrock),
    ("MISTRAL_API_KEY", KeyProvider::Mistral),
    ("GROQ_API_KEY", KeyProvider::Groq),
    ("DEEPSEEK_API_KEY", KeyProvider::DeepSeek),
    ("XAI_API_KEY", KeyProvider::Xai),
    ("OPENROUTER_API_KEY", KeyProvider::OpenRouter),
    ("TOGETHER_API_KEY", KeyProvider::Together),
    ("TOGETHERAI_API_KEY", KeyProvider::Together),
];

/// The document for a file.
#[must_use]
pub fn from_env_file(text: &str, slug: &str) -> Converted {
    let (mut lines, mut left) = read(text);
    let name = take(&mut lines, &["APP_NAME", "COMPANY_NAME", "SITE_NAME"]);
    let mut draft = Draft::new(slug, name);
    draft.prompt = take(&mut lines, &["SYSTEM_PROMPT", "OPENAI_SYSTEM_PROMPT"]);
    rates(&mut lines, &mut draft);
    let shared = take(
        &mut lines,
        &["MODEL", "LLM_MODEL", "DEFAULT_MODEL", "MODEL_NAME"],
    );
    for (variable, provider) in KEYS {
        if lines.remove(variable).is_none() {
            continue;
        }
        let (provider, key) = key(&mut lines, variable, provider, &mut left);
        let own = model_names(variable, provider);
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let model = take(&mut lines, &own);
        if let Some(told) = incomplete(provider, &key) {
            left.push(told.into_left(variable));
            continue;
        }
        let key = draft.key(key);
        match model.or_else(|| shared.clone()) {
            Some(model) => add(&mut draft, &key, &model),
            None => left.push(Left {
                name: variable.to_owned(),
                why: "no variable says which model; name one in `models` of the document"
                    .to_owned(),
            }),
        }
    }
    left.extend(lines.into_keys().map(|name| Left {
        name,
        why: "there is no such setting here".to_owned(),
    }));
    Converted::new(vec![draft.document()], left)
}

/// What a key needs and has not.
struct Lacks(&'static str);

impl Lacks {
    fn into_left(self, name: &str) -> Left {
        Left {
            name: name.to_owned(),
            why: self.0.to_owned(),
        }
    }
}

fn incomplete(provider: KeyProvider, key: &KeyPart) -> Option<Lacks> {
    match provider {
        KeyProvider::Azure if key.base_url.is_none() => Some(Lacks(
            "the address of the Azure resource is missing (AZURE_OPENAI_ENDPOINT)",
        )),
        KeyProvider::Bedrock if key.region.is_none() => {
            Some(Lacks("the region is missing (AWS_REGION)"))
        }
        _ => None,
    }
}

/// The first of these that is there, used up.
fn take(lines: &mut BTreeMap<String, String>, names: &[&str]) -> Option<String> {
    let found = names.iter().find_map(|name| lines.remove(*name));
    found.filter(|value| !value.is_empty())
}

fn rates(lines: &mut BTreeMap<String, String>, draft: &mut Draft) {
    let names = [
        "REQUESTS_PER_MINUTE",
        "RATE_LIMIT_PER_MINUTE",
        "RATE_LIMIT_RPM",
    ];
    let requests: Option<u32> = take(lines, &names).and_then(|text| text.parse().ok());
    let tokens = take(lines, &["TOKENS_PER_MINUTE"]).and_then(|text| text.parse().ok());
    let month = take(lines, &["MONTHLY_BUDGET_USD", "MONTHLY_BUDGET"]);
    if requests.is_none() && tokens.is_none() && month.is_none() {
        return;
    }
    draft.limit_all(|limit| {
        limit.requests_per_minute = requests.filter(|count| *count > 0);
        limit.tokens_per_minute = tokens.filter(|count| *count > 0);
        limit.usd_per_month = month;
    });
}

fn key(
    lines: &mut BTreeMap<String, String>,
    variable: &str,
    provider: KeyProvider,
    left: &mut Vec<Left>,
) -> (KeyProvider, KeyPart) {
    let stem = variable.trim_end_matches("_API_KEY");
    let names = match provider {
        KeyProvider::Azure => vec![
            "AZURE_OPENAI_ENDPOINT".to_owned(),
            "AZURE_API_BASE".to_owned(),
            "AZURE_ENDPOINT".to_owned(),
        ],
        _ => vec![
            format!("{stem}_BASE_URL"),
            format!("{stem}_API_BASE"),
            format!("{stem}_BASE"),
        ],
    };
    let mut address = None;
    for name in names {
        let Some(value) = lines.remove(&name) else {
            continue;
        };
        match plain_address(&value) {
            Some(plain) => address = address.or(Some(plain)),
            None => left.push(Left {
                name,
                why: "it holds more than an address".to_owned(),
            }),
        }
    }
    let provider = match (provider, &address) {
        (KeyProvider::OpenAi, Some(base)) if !base.contains("api.openai.com") => {
            KeyProvider::OpenAiCompatible
        }
        _ => provider,
    };
    let mut key = key_of(provider, variable);
    key.base_url = address.filter(|_| provider != KeyProvider::OpenAi);
    match provider {
        KeyProvider::Azure => {
            key.api_version = take(lines, &["AZURE_OPENAI_API_VERSION", "OPENAI_API_VERSION"]);
        }
        KeyProvider::Bedrock => {
            key.region = take(
                lines,
                &["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_REGION_NAME"],
            );
            if variable == "AWS_SECRET_ACCESS_KEY" {
                key.access_key_id = take(lines, &["AWS_ACCESS_KEY_ID"]);
            }
        }
        KeyProvider::OpenAi => {
            let names = [
                "OPENAI_ORGANIZATION",
                "OPENAI_ORG_ID",
                "OPENAI_ORGANIZATION_ID",
            ];
            key.organisation = take(lines, &names);
            key.project = take(lines, &["OPENAI_PROJECT", "OPENAI_PROJECT_ID"]);
        }
        _ => {}
    }
    (provider, key)
}

fn model_names(variable: &str, provider: KeyProvider) -> Vec<String> {
    match provider {
        KeyProvider::Azure => vec![
            "AZURE_OPENAI_DEPLOYMENT".to_owned(),
            "AZURE_OPENAI_DEPLOYMENT_NAME".to_owned(),
        ],
        KeyProvider::Bedrock => vec!["BEDROCK_MODEL_ID".to_owned(), "BEDROCK_MODEL".to_owned()],
        _ => {
            let stem = variable.trim_end_matches("_API_KEY");
            vec![format!("{stem}_MODEL"), format!("{stem}_MODEL_NAME")]
        }
    }
}

/// The first model becomes `chat`, so that a program that names none finds it; others keep their names.
fn add(draft: &mut Draft, key: &str, model: &str) {
    let alias = if draft.models.is_empty() {
        "chat".to_owned()
    } else {
        alias_of(model)
    };
    let mut part = model_of(&alias);
    part.targets.push(TargetPart {
        key: key.to_owned(),
        model: model.to_owned(),
        ..TargetPart::default()
    });
    draft.models.push(part);
}

/// Lines by name; the last of two wins, as it does for a shell.
fn read(text: &str) -> (BTreeMap<String, String>, Vec<Left>) {
    let (mut lines, mut left) = (BTreeMap::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let plain = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        match line
            .split_once('=')
            .map(|(name, value)| (name.trim(), value.trim()))
        {
            Some((name, value)) if plain(name) => {
                lines.insert(name.to_owned(), unquoted(value));
            }
            // What stands there may be half a secret, so only its place is told.
            _ => left.push(Left {
                name: format!("line {}", index + 1),
                why: "it is not NAME=value".to_owned(),
            }),
        }
    }
    (lines, left)
}

fn unquoted(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote)
            && let Some(end) = rest.find(quote)
        {
            return rest[..end].to_owned();
        }
    }
    let value = value.split(" #").next().unwrap_or_default();
    value.trim().to_owned()
}
