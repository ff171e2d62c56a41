//! The JSON shapes of a streamed or whole answer, read leniently.

use crate::event::FinishReason;
use crate::usage::Usage;
use serde::Deserialize;
use serde_json::Value;

/// One event, whatever its kind; the kind says which fields it has.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) index: Option<u64>,
    #[serde(default)]
    pub(super) message: Option<Whole>,
    #[serde(default)]
    pub(super) content_block: Option<Block>,
    #[serde(default)]
    pub(super) delta: Option<Delta>,
    #[serde(default)]
    pub(super) usage: Option<Counts>,
    #[serde(default)]
    pub(super) error: Option<Value>,
}

/// A message: empty at the beginning of a stream, whole without one.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Whole {
    #[serde(default)]
    pub(super) content: Vec<Block>,
    #[serde(default)]
    pub(super) stop_reason: Option<String>,
    #[serde(default)]
    pub(super) usage: Option<Counts>,
}

/// A block as it begins, or whole.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Block {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) thinking: String,
    #[serde(default)]
    pub(super) signature: String,
    #[serde(default)]
    pub(super) data: String,
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) input: Option<Value>,
}

/// More of a block, or the end of the message.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Delta {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) thinking: String,
    #[serde(default)]
    pub(super) signature: String,
    #[serde(default)]
    pub(super) partial_json: String,
    #[serde(default)]
    pub(super) stop_reason: Option<String>,
}

/// Token counts in Anthropic's convention: `input_tokens` leaves out what was read from and written
/// to the prompt cache, and `output_tokens` includes reasoning, which newer models tell apart. Counts
/// at the end are of the whole answer; those it leaves out stand as they were told at its beginning.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Counts {
    #[serde(default)]
    input_tokens: Option<u64>,
    #[serde(default)]
    cache_read_input_tokens: Option<u64>,
    #[serde(default)]
    cache_creation_input_tokens: Option<u64>,
    #[serde(default)]
    output_tokens: Option<u64>,
    #[serde(default)]
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
struct OutputDetails {
    #[serde(default)]
    thinking_tokens: Option<u64>,
}

impl Counts {
    /// These counts, and `earlier` ones where these are silent.
    pub(super) fn over(self, earlier: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.or(earlier.input_tokens),
            cache_read_input_tokens: self
                .cache_read_input_tokens
                .or(earlier.cache_read_input_tokens),
            cache_creation_input_tokens: self
                .cache_creation_input_tokens
                .or(earlier.cache_creation_input_tokens),
            output_tokens: self.output_tokens.or(earlier.output_tokens),
            output_tokens_details: self.output_tokens_details.or(earlier.output_tokens_details),
        }
    }

    /// In our convention; `None`: the numbers never came.
    pub(super) fn usage(self) -> Option<Usage> {
        let output = self.output_tokens.unwrap_or(0);
        let details = self.output_tokens_details.unwrap_or_default();
        let reasoning = details.thinking_tokens.unwrap_or(0).min(output);
        Some(Usage {
            fresh_input: self.input_tokens?,
            cached_input: self.cache_read_input_tokens.unwrap_or(0),
            cache_write: self.cache_creation_input_tokens.unwrap_or(0),
            reasoning,
            output: output - reasoning,
        })
    }
}

/// Reads a stop reason; an unknown word ends the answer all the same.
pub(super) fn finish_reason(word: &str) -> FinishReason {
    match word {
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "refusal" => FinishReason::ContentFilter,
        _ => FinishReason::Stop,
    }
}
