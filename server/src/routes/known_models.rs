//! What is known of well-known models, and which names of models move.
//!
//! Owns facts that providers document and that do not change with the account. Refuses what is only
//! likely: a model that is not here has no known facts, and what a workspace declares goes first.

use contract::keys::KeyProvider;
use contract::models::ModelFacts;

/// One family: names that begin so and go on with nothing, a date or a version.
struct Family {
    provider: KeyProvider,
    name: &'static str,
    context: u64,
    images: bool,
    reasoning: bool,
}

const fn family(
    provider: KeyProvider,
    name: &'static str,
    context: u64,
    images: bool,
    reasoning: bool,
) -> Family {
    Family {
        provider,
        name,
        context,
        images,
        reasoning,
    }
}

/// All of these call tools and answer in a given form, as their providers document it.
const FAMILIES: &[Family] = &[
    family(KeyProvider::OpenAi, "gpt-4.1", 1_047_576, true, false),
    family(KeyProvider::OpenAi, "gpt-4.1-mini", 1_047_576, true, false),
    family(KeyProvider::OpenAi, "gpt-4.1-nano", 1_047_576, true, false),
    family(KeyProvider::OpenAi, "gpt-4o", 128_000, true, false),
    family(KeyProvider::OpenAi, "gpt-4o-mini", 128_000, true, false),
    family(KeyProvider::OpenAi, "gpt-5", 400_000, true, true),
    family(KeyProvider::OpenAi, "gpt-5-mini", 400_000, true, true),
    family(KeyProvider::OpenAi, "gpt-5-nano", 400_000, true, true),
    family(KeyProvider::OpenAi, "o3", 200_000, true, true),
    family(KeyProvider::OpenAi, "o3-mini", 200_000, false, true),
    family(KeyProvider::OpenAi, "o4-mini", 200_000, true, true),
    family(
        KeyProvider::Gemini,
        "gemini-2.0-flash",
        1_048_576,
        true,
        false,
    ),
    family(
        KeyProvider::Gemini,
        "gemini-2.5-flash",
        1_048_576,
        true,
        true,
    ),
    family(KeyProvider::Gemini, "gemini-2.5-pro", 1_048_576, true, true),
];

/// Anthropic's models of these families read images and call tools. They reason only when asked to.
const CLAUDE: &[(&str, u64)] = &[
    ("claude-3-7-sonnet", 200_000),
    ("claude-sonnet-4", 200_000),
    ("claude-opus-4", 200_000),
    ("claude-opus-4-1", 200_000),
    ("claude-haiku-4-5", 200_000),
    ("claude-sonnet-4-5", 200_000),
    ("claude-opus-4-5", 200_000),
];

/// Names without a date that `OpenAI` lets point at whichever version is current.
const MOVING_OPENAI: &[&str] = &[
    "gpt-4.1",
    "gpt-4.1-mini",
    "gpt-4.1-nano",
    "gpt-4o",
    "gpt-4o-mini",
    "gpt-5",
    "gpt-5-mini",
    "gpt-5-nano",
    "o3",
    "o3-mini",
    "o4-mini",
];

/// What is documented of `model`.
#[must_use]
pub fn known_facts(provider: KeyProvider, model: &str) -> ModelFacts {
    if provider == KeyProvider::Anthropic {
        let known = CLAUDE.iter().find(|(name, _)| is_of(model, name));
        return known.map_or_else(ModelFacts::default, |(_, context)| ModelFacts {
            context: Some(*context),
            images: Some(true),
            tools: Some(true),
            ..ModelFacts::default()
        });
    }
    let mut families = FAMILIES.iter();
    let known = families.find(|it| it.provider == provider && is_of(model, it.name));
    known.map_or_else(ModelFacts::default, |it| ModelFacts {
        context: Some(it.context),
        images: Some(it.images),
        tools: Some(true),
        structured: Some(true),
        reasoning: Some(it.reasoning),
        ..ModelFacts::default()
    })
}

/// Nothing, `-latest`, a date with or without dashes, or a version of three digits behind the name.
fn is_of(model: &str, name: &str) -> bool {
    let Some(rest) = model.strip_prefix(name) else {
        return false;
    };
    let Some(rest) = rest.strip_prefix('-') else {
        return rest.is_empty();
    };
    let digits: String = rest.chars().filter(|c| *c != '-').collect();
    rest == "latest"
        || (matches!(digits.len(), 3 | 8) && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A word of warning where the provider lets `model` mean another version from one day to the next.
#[must_use]
pub fn moving_name(provider: KeyProvider, model: &str) -> Option<String> {
    let moves = model.ends_with("-latest")
        || model.ends_with(":latest")
        || model == "latest"
        || (provider == KeyProvider::OpenAi && MOVING_OPENAI.contains(&model))
        || (provider == KeyProvider::DeepSeek
            && matches!(model, "deepseek-chat" | "deepseek-reasoner"));
    moves.then(|| {
        format!(
            "“{model}” is a name that moves: its provider lets it mean another version when it \
             likes. Name a dated version to keep answers the same."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{known_facts, moving_name};
    use contract::keys::KeyProvider;
    use contract::models::ModelFacts;

    #[test]
    fn a_family_is_its_dated_versions_and_nobody_elses() {
        let mini = known_facts(KeyProvider::OpenAi, "gpt-4o-mini-2024-07-18");
        assert_eq!((mini.context, mini.images), (Some(128_000), Some(true)));
        let o3_mini = known_facts(KeyProvider::OpenAi, "o3-mini-2025-01-31");
        assert_eq!(o3_mini.images, Some(false));
        let claude = known_facts(KeyProvider::Anthropic, "claude-sonnet-4-5-20250929");
        assert_eq!((claude.context, claude.reasoning), (Some(200_000), None));
        let flash = known_facts(KeyProvider::Gemini, "gemini-2.0-flash-001");
        assert_eq!(flash.context, Some(1_048_576));
        for (provider, model) in [
            (KeyProvider::OpenAi, "gpt-4o-audio-preview"),
            (KeyProvider::OpenAi, "gpt-4.10"),
            (KeyProvider::OpenAiCompatible, "gpt-4o"),
            (KeyProvider::Anthropic, "claude-sonnet-4-9"),
            (KeyProvider::Gemini, "gemini-2.5-flash-image"),
        ] {
            let facts = known_facts(provider, model);
            assert_eq!(facts, ModelFacts::default(), "{model}");
        }
    }

    #[test]
    fn names_that_move_are_told() {
        let moves = |provider, model| moving_name(provider, model).is_some();
        assert!(moves(KeyProvider::Mistral, "mistral-large-latest"));
        assert!(moves(KeyProvider::OpenAiCompatible, "llama3:latest"));
        assert!(moves(KeyProvider::OpenAi, "gpt-4.1"));
        assert!(!moves(KeyProvider::OpenAi, "gpt-4.1-2025-04-14"));
        assert!(!moves(KeyProvider::OpenAiCompatible, "gpt-4.1"));
        assert!(!moves(KeyProvider::Anthropic, "claude-sonnet-4-20250514"));
    }
}
