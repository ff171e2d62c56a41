//! Providers by the names that others give them.

use contract::keys::KeyProvider;

/// The provider that a prefix or a name means. `None`: it is not one of ours.
pub(super) fn provider_of(name: &str) -> Option<KeyProvider> {
    let plain = name.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    Some(match plain.as_str() {
        "azure" | "azure-openai" | "azure-text" => KeyProvider::Azure,
        "bedrock" | "aws" | "aws-bedrock" | "bedrock-converse" => KeyProvider::Bedrock,
        "gemini" | "google" | "google-ai" | "google-gemini" => KeyProvider::Gemini,
        "anthropic" | "claude" => KeyProvider::Anthropic,
        "together" | "together-ai" | "togetherai" => KeyProvider::Together,
        "xai" | "grok" => KeyProvider::Xai,
        "openai" | "open-ai" | "text-completion-openai" => KeyProvider::OpenAi,
        "openai-like" | "openai-compatible" | "custom-openai" | "hosted-vllm" | "vllm"
        | "lm-studio" | "llamafile" | "ollama" | "ollama-chat" | "litellm-proxy" => {
            KeyProvider::OpenAiCompatible
        }
        other => return KeyProvider::parse(other),
    })
}

/// The provider whose models have such names.
pub(super) fn provider_of_model(model: &str) -> Option<KeyProvider> {
    let begins = |names: &[&str]| names.iter().any(|name| model.starts_with(name));
    if begins(&["gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-"]) {
        return Some(KeyProvider::OpenAi);
    }
    if begins(&["claude"]) {
        return Some(KeyProvider::Anthropic);
    }
    if begins(&["gemini"]) {
        return Some(KeyProvider::Gemini);
    }
    if begins(&["mistral", "ministral", "codestral", "magistral"]) {
        return Some(KeyProvider::Mistral);
    }
    if begins(&["deepseek"]) {
        return Some(KeyProvider::DeepSeek);
    }
    begins(&["grok"]).then_some(KeyProvider::Xai)
}

/// The variable in which people keep the key of a provider.
pub(super) const fn usual_variable(provider: KeyProvider) -> &'static str {
    match provider {
        KeyProvider::OpenAi => "OPENAI_API_KEY",
        KeyProvider::Anthropic => "ANTHROPIC_API_KEY",
        KeyProvider::Gemini => "GEMINI_API_KEY",
        KeyProvider::Azure => "AZURE_API_KEY",
        KeyProvider::Bedrock => "AWS_BEARER_TOKEN_BEDROCK",
        KeyProvider::Mistral => "MISTRAL_API_KEY",
        KeyProvider::Groq => "GROQ_API_KEY",
        KeyProvider::DeepSeek => "DEEPSEEK_API_KEY",
        KeyProvider::Xai => "XAI_API_KEY",
        KeyProvider::OpenRouter => "OPENROUTER_API_KEY",
        KeyProvider::Together => "TOGETHER_API_KEY",
        KeyProvider::OpenAiCompatible => "OPENAI_COMPATIBLE_API_KEY",
    }
}

/// An address that can be shown: one with a user, a query or a fragment in it may hold a secret.
pub(super) fn plain_address(address: &str) -> Option<String> {
    let plain = (address.starts_with("http://") || address.starts_with("https://"))
        && !address.contains(['@', '?', '#', ' ']);
    plain.then(|| address.trim_end_matches('/').to_owned())
}
