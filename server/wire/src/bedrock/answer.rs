//! The JSON shapes of an answer, streamed or whole, read leniently.
//!
//! Owns our own tolerant mirror of the documented types: unknown members are passed over, missing
//! ones are absent. Refuses nothing; what cannot be read is the reader's to skip.

use crate::event::FinishReason;
use crate::fault::{ProviderFault, Refused};
use crate::usage::Usage;
use serde::Deserialize;
use serde_json::Value;

/// `contentBlockStart`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BlockStart {
    #[serde(default)]
    pub(super) content_block_index: u64,
    pub(super) start: Option<Start>,
}

/// What a block begins with; blocks of text begin without a word.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Start {
    pub(super) tool_use: Option<ToolUse>,
}

/// `contentBlockDelta`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BlockDelta {
    #[serde(default)]
    pub(super) content_block_index: u64,
    pub(super) delta: Option<Delta>,
}

/// More of a block.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delta {
    pub(super) text: Option<String>,
    pub(super) tool_use: Option<ToolInput>,
    pub(super) reasoning_content: Option<ReasoningDelta>,
}

/// A piece of a call's arguments.
#[derive(Debug, Deserialize)]
pub(super) struct ToolInput {
    pub(super) input: Option<String>,
}

/// A piece of reasoning.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReasoningDelta {
    pub(super) text: Option<String>,
    pub(super) signature: Option<String>,
    pub(super) redacted_content: Option<String>,
}

/// `messageStop`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stop {
    pub(super) stop_reason: Option<String>,
}

/// `metadata`.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) usage: Option<Value>,
}

/// A whole answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Whole {
    pub(super) output: Output,
    pub(super) stop_reason: Option<String>,
    pub(super) usage: Option<Value>,
}

/// What the model wrote.
#[derive(Debug, Deserialize)]
pub(super) struct Output {
    #[serde(default)]
    pub(super) message: Line,
}

/// The one line of a whole answer; its blocks are read one by one, so that an unreadable one costs
/// no other.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    pub(super) content: Vec<Value>,
}

/// One block of a whole answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Block {
    pub(super) text: Option<String>,
    pub(super) tool_use: Option<ToolUse>,
    pub(super) reasoning_content: Option<ReasoningBlock>,
}

/// A tool that is asked for; a stream sends the input in pieces of its own.
#[derive(Debug, Deserialize)]
pub(super) struct ToolUse {
    #[serde(rename = "toolUseId")]
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) input: Option<Value>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl ToolUse {
    /// The provider runs the tool itself and nobody here is asked for anything.
    pub(super) fn is_providers_own(&self) -> bool {
        self.kind.as_deref() == Some("server_tool_use")
    }
}

/// A block of reasoning.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReasoningBlock {
    pub(super) reasoning_text: Option<ReasoningText>,
    pub(super) redacted_content: Option<String>,
}

/// Reasoning in words.
#[derive(Debug, Deserialize)]
pub(super) struct ReasoningText {
    pub(super) text: Option<String>,
    pub(super) signature: Option<String>,
}

/// Token counts.
#[derive(Debug, Deserialize)]
struct Counts {
    #[serde(rename = "inputTokens")]
    input: Option<u64>,
    #[serde(rename = "outputTokens")]
    output: Option<u64>,
    #[serde(rename = "cacheReadInputTokens")]
    cache_read: Option<u64>,
    #[serde(rename = "cacheWriteInputTokens")]
    cache_write: Option<u64>,
}

/// The counts in our convention, where the provider sent readable ones.
///
/// Bedrock's convention: `inputTokens` leaves out what was read from and written to the prompt
/// cache, which have counts of their own, so the three are our three. `outputTokens` includes
/// reasoning and nothing tells how much of it, so all of it is output.
pub(super) fn usage(value: Option<&Value>) -> Option<Usage> {
    let counts = Counts::deserialize(value?).ok()?;
    Some(Usage {
        fresh_input: counts.input?,
        cached_input: counts.cache_read.unwrap_or(0),
        cache_write: counts.cache_write.unwrap_or(0),
        reasoning: 0,
        output: counts.output.unwrap_or(0),
    })
}

/// Reads a stop reason. Two of them say that the model wrote what nobody can read; an unknown one
/// ends the answer all the same.
pub(super) fn stop_reason(word: &str) -> Result<FinishReason, Refused> {
    Ok(match word {
        "tool_use" => FinishReason::ToolCalls,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "guardrail_intervened" | "content_filtered" => FinishReason::ContentFilter,
        "malformed_model_output" | "malformed_tool_use" => {
            return Err(Refused {
                code: Some(word.to_owned()),
                ..Refused::new(ProviderFault::Down)
            });
        }
        _ => FinishReason::Stop,
    })
}

#[cfg(test)]
mod tests {
    use super::{stop_reason, usage};
    use crate::event::FinishReason;
    use crate::usage::Usage;
    use serde_json::json;

    #[test]
    fn cached_tokens_are_beside_the_fresh_ones() {
        let sent = json!({"inputTokens": 20, "outputTokens": 50, "totalTokens": 157,
            "cacheReadInputTokens": 80, "cacheWriteInputTokens": 7, "cacheDetails": []});
        let expected = Usage {
            fresh_input: 20,
            cached_input: 80,
            cache_write: 7,
            reasoning: 0,
            output: 50,
        };
        assert_eq!(usage(Some(&sent)), Some(expected));
        assert_eq!(expected.input_total() + expected.output_total(), 157);
    }

    #[test]
    fn missing_is_not_zero() {
        assert_eq!(usage(None), None);
        assert_eq!(usage(Some(&json!({}))), None);
        assert_eq!(usage(Some(&json!({"inputTokens": "9"}))), None);
        let some = usage(Some(
            &json!({"inputTokens": 3, "cacheReadInputTokens": null}),
        ));
        assert_eq!(some.map(Usage::input_total), Some(3));
    }

    #[test]
    fn every_documented_reason_is_read() {
        let table = [
            ("end_turn", FinishReason::Stop),
            ("stop_sequence", FinishReason::Stop),
            ("tool_use", FinishReason::ToolCalls),
            ("max_tokens", FinishReason::Length),
            ("model_context_window_exceeded", FinishReason::Length),
            ("guardrail_intervened", FinishReason::ContentFilter),
            ("content_filtered", FinishReason::ContentFilter),
            ("of_next_year", FinishReason::Stop),
        ];
        for (word, reason) in table {
            assert_eq!(stop_reason(word), Ok(reason), "{word}");
        }
        for word in ["malformed_model_output", "malformed_tool_use"] {
            assert!(stop_reason(word).is_err(), "{word}");
        }
    }
}
