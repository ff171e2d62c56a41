//! The JSON shapes of a streamed or whole answer, read leniently.
//!
//! Owns our own tolerant mirror of the documented types: peers leave out `created`, send empty
//! finish reasons, numeric codes and extra fields. Refuses only what cannot be an answer at all.

use crate::event::FinishReason;
use crate::usage::Usage;
use serde::Deserialize;
use serde_json::Value;

/// One streamed chunk, or one whole answer.
#[derive(Debug, Deserialize)]
pub(super) struct Chunk {
    #[serde(default)]
    pub(super) choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<Value>,
    #[serde(default)]
    pub(super) error: Option<Value>,
}

impl Chunk {
    /// The counts, where the peer sent readable ones. Unreadable counts never cost the text that
    /// came with them.
    pub(super) fn usage(&self) -> Option<Usage> {
        Counts::deserialize(self.usage.as_ref()?).ok()?.usage()
    }
}

/// One of the alternatives; only index 0 is read, because only one is ever asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub(super) index: Option<u64>,
    #[serde(default)]
    pub(super) delta: Option<Delta>,
    #[serde(default)]
    pub(super) message: Option<Delta>,
    #[serde(default)]
    pub(super) finish_reason: Option<String>,
}

/// The content of a choice.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Delta {
    #[serde(default)]
    pub(super) content: Option<String>,
    #[serde(default)]
    pub(super) refusal: Option<String>,
    #[serde(default)]
    reasoning_content: Option<String>,
    #[serde(default)]
    reasoning: Option<String>,
    #[serde(default)]
    reasoning_details: Option<Value>,
    #[serde(default)]
    pub(super) tool_calls: Option<Vec<CallDelta>>,
}

impl Delta {
    /// Reasoning ahead of the answer; peers use one of two names.
    pub(super) fn reasoning(&self) -> Option<&str> {
        self.reasoning_content
            .as_deref()
            .or(self.reasoning.as_deref())
    }

    /// Proofs of the reasoning, as aggregators hand them on: each, and whether it is the reasoning
    /// itself.
    pub(super) fn seals(&self) -> impl Iterator<Item = (String, bool)> {
        let details = self.reasoning_details.as_ref().and_then(Value::as_array);
        let seal = |detail: &Value| {
            let text = |name: &str| {
                let text = detail.get(name)?.as_str()?;
                (!text.is_empty()).then(|| text.to_owned())
            };
            match text("type")?.as_str() {
                "reasoning.encrypted" => Some((text("data")?, true)),
                "reasoning.text" => Some((text("signature")?, false)),
                _ => None,
            }
        };
        let seals: Vec<_> = details.into_iter().flatten().filter_map(seal).collect();
        seals.into_iter()
    }
}

/// A piece of a tool call.
#[derive(Debug, Deserialize)]
pub(super) struct CallDelta {
    #[serde(default)]
    pub(super) index: Option<u32>,
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) function: Option<FunctionDelta>,
    #[serde(default)]
    extra_content: Option<Value>,
}

impl CallDelta {
    /// Google's proof of the reasoning behind the call, where its compatible server puts it.
    pub(super) fn seal(&self) -> Option<String> {
        let extra = self.extra_content.as_ref()?;
        let seal = extra.pointer("/google/thought_signature")?.as_str()?;
        (!seal.is_empty()).then(|| seal.to_owned())
    }
}

/// Name and arguments of a piece.
#[derive(Debug, Default, Deserialize)]
pub(super) struct FunctionDelta {
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) arguments: Option<String>,
}

/// Token counts in the `OpenAI` convention: `prompt_tokens` includes what came from the cache and
/// what was put there.
#[derive(Debug, Deserialize)]
struct Counts {
    #[serde(default)]
    prompt_tokens: Option<u64>,
    #[serde(default)]
    completion_tokens: Option<u64>,
    #[serde(default)]
    total_tokens: Option<u64>,
    #[serde(default)]
    prompt_tokens_details: Option<PromptDetails>,
    #[serde(default)]
    completion_tokens_details: Option<CompletionDetails>,
}

#[derive(Debug, Default, Deserialize)]
struct PromptDetails {
    #[serde(default)]
    cached_tokens: Option<u64>,
    #[serde(default)]
    cache_write_tokens: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
struct CompletionDetails {
    #[serde(default)]
    reasoning_tokens: Option<u64>,
}

impl Counts {
    /// The counts in our convention; `None` when the peer sent the object without the numbers.
    fn usage(&self) -> Option<Usage> {
        let prompt = self.prompt_tokens?;
        let completion = self.completion_tokens.unwrap_or(0);
        let details = self.prompt_tokens_details.as_ref();
        let cached = details.and_then(|details| details.cached_tokens);
        let cached = cached.unwrap_or(0).min(prompt);
        let written = details.and_then(|details| details.cache_write_tokens);
        let written = written.unwrap_or(0).min(prompt - cached);
        let reasoning = self
            .completion_tokens_details
            .as_ref()
            .and_then(|details| details.reasoning_tokens)
            .unwrap_or(0);
        // OpenAI counts reasoning inside the completion; a few peers count it beside. The total
        // tells which, and where it is silent the documented convention holds.
        let beside = reasoning > 0
            && self.total_tokens
                == Some(prompt.saturating_add(completion).saturating_add(reasoning));
        let (reasoning, output) = if beside {
            (reasoning, completion)
        } else {
            let inside = reasoning.min(completion);
            (inside, completion - inside)
        };
        Some(Usage {
            fresh_input: prompt - cached - written,
            cached_input: cached,
            cache_write: written,
            reasoning,
            output,
        })
    }
}

/// Reads a finish reason. The empty word is none yet; an unknown word ends the answer all the
/// same.
pub(super) fn finish_reason(word: &str) -> Option<FinishReason> {
    match word {
        "" => None,
        "length" | "max_tokens" => Some(FinishReason::Length),
        "tool_calls" | "function_call" => Some(FinishReason::ToolCalls),
        "content_filter" => Some(FinishReason::ContentFilter),
        _ => Some(FinishReason::Stop),
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;
    use crate::usage::Usage;

    fn usage(json: &str) -> Option<Usage> {
        serde_json::from_str::<Counts>(json).unwrap().usage()
    }

    #[test]
    fn cached_and_reasoning_tokens_are_never_counted_twice() {
        let read = usage(
            r#"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,
                "prompt_tokens_details":{"cached_tokens":80,"audio_tokens":0},
                "completion_tokens_details":{"reasoning_tokens":30}}"#,
        );
        let expected = Usage {
            fresh_input: 20,
            cached_input: 80,
            cache_write: 0,
            reasoning: 30,
            output: 20,
        };
        assert_eq!(read, Some(expected));
        assert_eq!(expected.input_total() + expected.output_total(), 150);
    }

    #[test]
    fn reasoning_beside_the_completion_is_recognised_by_the_total() {
        let read = usage(
            r#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":22,
                "completion_tokens_details":{"reasoning_tokens":7}}"#,
        );
        assert_eq!(read.map(Usage::output_total), Some(12));
    }

    #[test]
    fn what_was_put_into_the_cache_is_part_of_the_prompt() {
        let read = usage(
            r#"{"prompt_tokens":100,"completion_tokens":5,
                "prompt_tokens_details":{"cached_tokens":30,"cache_write_tokens":60}}"#,
        );
        let read = read.map(|usage| (usage.fresh_input, usage.cached_input, usage.cache_write));
        assert_eq!(read, Some((10, 30, 60)));
    }

    #[test]
    fn missing_is_not_zero() {
        assert_eq!(usage("{}"), None);
        assert_eq!(
            usage(r#"{"prompt_tokens":0,"completion_tokens":0}"#),
            Some(Usage::default())
        );
        assert_eq!(
            usage(r#"{"prompt_tokens":3,"prompt_tokens_details":null}"#).map(|u| u.fresh_input),
            Some(3)
        );
    }
}
