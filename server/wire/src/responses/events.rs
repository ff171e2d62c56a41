//! The JSON shapes of a streamed or whole response, read leniently.

use crate::event::{FinishReason, WireEvent};
use crate::usage::Usage;
use serde::Deserialize;
use serde_json::Value;

/// One event, whatever its kind; the kind says which fields it has.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Event {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) output_index: Option<u64>,
    #[serde(default)]
    pub(super) summary_index: Option<u64>,
    #[serde(default)]
    pub(super) delta: Option<Value>,
    #[serde(default)]
    logprobs: Option<Value>,
    #[serde(default)]
    pub(super) arguments: Option<String>,
    #[serde(default)]
    pub(super) item: Option<Item>,
    #[serde(default)]
    pub(super) response: Option<Response>,
    #[serde(default)]
    pub(super) error: Option<Value>,
    #[serde(default)]
    pub(super) code: Option<Value>,
    #[serde(default)]
    pub(super) message: Option<Value>,
}

impl Event {
    /// How likely the tokens of the words were, where that was asked for.
    pub(super) fn likelihoods(&mut self) -> Option<WireEvent> {
        match self.logprobs.take()? {
            Value::Array(tokens) if !tokens.is_empty() => Some(WireEvent::Likelihoods(tokens)),
            _ => None,
        }
    }

    /// More of something, in words.
    pub(super) fn words(&self) -> Option<&str> {
        let words = self.delta.as_ref()?.as_str();
        words.filter(|words| !words.is_empty())
    }
}

/// A response: without its output at the beginning, whole at the end.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Response {
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(default)]
    pub(super) output: Option<Vec<Item>>,
    #[serde(default)]
    pub(super) error: Option<Value>,
    #[serde(default)]
    incomplete_details: Option<Incomplete>,
    #[serde(default)]
    usage: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
struct Incomplete {
    #[serde(default)]
    reason: Option<String>,
}

impl Response {
    /// Why it ended.
    pub(super) fn finish(&self, called: bool) -> FinishReason {
        let reason = self.incomplete_details.as_ref();
        let reason = reason.and_then(|details| details.reason.as_deref());
        match (self.status.as_deref(), reason) {
            (_, Some("content_filter")) => FinishReason::ContentFilter,
            (Some("incomplete"), _) | (_, Some("max_output_tokens")) => FinishReason::Length,
            _ if called => FinishReason::ToolCalls,
            _ => FinishReason::Stop,
        }
    }

    /// The counts, where readable ones came.
    pub(super) fn usage(&self) -> Option<Usage> {
        Counts::deserialize(self.usage.as_ref()?).ok()?.usage()
    }
}

/// An item of the output.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Item {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) call_id: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) arguments: Option<String>,
    #[serde(default)]
    pub(super) encrypted_content: Option<String>,
    #[serde(default)]
    pub(super) content: Option<Vec<Words>>,
    #[serde(default)]
    pub(super) summary: Option<Vec<Words>>,
}

/// Words of an item.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

impl Words {
    /// What is said.
    pub(super) fn said(self) -> Option<String> {
        let words = self.text.or(self.refusal);
        words.filter(|words| !words.is_empty())
    }
}

/// Token counts: the input includes what came from the cache and what was put there, the output
/// includes reasoning.
#[derive(Debug, Deserialize)]
struct Counts {
    #[serde(default)]
    input_tokens: Option<u64>,
    #[serde(default)]
    output_tokens: Option<u64>,
    #[serde(default)]
    input_tokens_details: Option<InputDetails>,
    #[serde(default)]
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Debug, Default, Deserialize)]
struct InputDetails {
    #[serde(default)]
    cached_tokens: Option<u64>,
    #[serde(default)]
    cache_write_tokens: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
struct OutputDetails {
    #[serde(default)]
    reasoning_tokens: Option<u64>,
}

impl Counts {
    /// In our convention; `None`: the numbers did not come.
    fn usage(&self) -> Option<Usage> {
        let input = self.input_tokens?;
        let output = self.output_tokens.unwrap_or(0);
        let details = self.input_tokens_details.as_ref();
        let cached = details.and_then(|details| details.cached_tokens);
        let cached = cached.unwrap_or(0).min(input);
        let written = details.and_then(|details| details.cache_write_tokens);
        let written = written.unwrap_or(0).min(input - cached);
        let details = self.output_tokens_details.as_ref();
        let reasoning = details.and_then(|details| details.reasoning_tokens);
        let reasoning = reasoning.unwrap_or(0).min(output);
        Some(Usage {
            fresh_input: input - cached - written,
            cached_input: cached,
            cache_write: written,
            reasoning,
            output: output - reasoning,
        })
    }
}
