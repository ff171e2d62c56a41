//! The JSON shapes of a streamed or whole answer, read leniently.
//!
//! Owns our own tolerant mirror of the documented types: peers leave out `created`, send empty
//! finish reasons, numeric codes and extra fields. Refuses only what cannot be an answer at all.

use super::counts::Counts;
use crate::event::{FinishReason, WireEvent};
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
    x_groq: Option<Value>,
    #[serde(default)]
    pub(super) error: Option<Value>,
}

impl Chunk {
    /// The counts, where the peer sent readable ones. Unreadable counts never cost the text that
    /// came with them.
    pub(super) fn usage(&self) -> Option<Usage> {
        let counts = |value: &Value| Counts::deserialize(value).ok()?.usage();
        let usual = self.usage.as_ref().and_then(counts);
        // Groq puts them here, unasked.
        let groqs = || self.x_groq.as_ref()?.get("usage").and_then(counts);
        usual.or_else(groqs)
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
    #[serde(default)]
    logprobs: Option<Value>,
    #[serde(default)]
    pub(super) error: Option<Value>,
}

impl Choice {
    /// How likely the tokens of the text were, where that was asked for.
    pub(super) fn likelihoods(&mut self) -> Option<WireEvent> {
        let mut told = self.logprobs.take()?;
        match told.get_mut("content")?.take() {
            Value::Array(tokens) if !tokens.is_empty() => Some(WireEvent::Likelihoods(tokens)),
            _ => None,
        }
    }
}

/// The content of a choice.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Delta {
    #[serde(default)]
    content: Option<Value>,
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
    /// The words, each text and whether it is reasoning: one text, or at Mistral's reasoning models
    /// a list of parts. Whatever else a peer may send costs nobody the rest of the piece.
    pub(super) fn words(&mut self) -> Vec<(String, bool)> {
        match self.content.take() {
            Some(Value::String(text)) => vec![(text, false)],
            Some(Value::Array(parts)) => parts.iter().flat_map(part).collect(),
            _ => Vec::new(),
        }
    }

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

fn part(part: &Value) -> Vec<(String, bool)> {
    let text = |value: &Value| Some(value.get("text")?.as_str()?.to_owned());
    match part.get("thinking").and_then(Value::as_array) {
        Some(thoughts) => {
            let thoughts = thoughts.iter().filter_map(text);
            thoughts.map(|text| (text, true)).collect()
        }
        None => text(part).map(|text| (text, false)).into_iter().collect(),
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
