//! Token counts in the convention of chat completions.

use crate::usage::Usage;
use serde::Deserialize;

/// Token counts in the `OpenAI` convention: `prompt_tokens` includes what came from the cache and
/// what was put there.
#[derive(Debug, Deserialize)]
pub(super) struct Counts {
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
    /// `DeepSeek`'s own name for what came from the cache.
    #[serde(default)]
    prompt_cache_hit_tokens: Option<u64>,
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
    pub(super) fn usage(&self) -> Option<Usage> {
        let prompt = self.prompt_tokens?;
        let completion = self.completion_tokens.unwrap_or(0);
        let details = self.prompt_tokens_details.as_ref();
        let cached = details.and_then(|details| details.cached_tokens);
        let cached = cached.or(self.prompt_cache_hit_tokens);
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
    fn a_peers_own_name_for_what_came_from_the_cache_is_known() {
        let read = usage(
            r#"{"prompt_tokens":10,"prompt_cache_hit_tokens":6,"prompt_cache_miss_tokens":4}"#,
        );
        assert_eq!(read.map(|usage| usage.cached_input), Some(6));
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
