//! A whole answer, collected from its events.

use super::trouble::Trouble;
use crate::chat::{Part, Reasoning, ToolCall};
use crate::event::{FinishReason, WireEvent};
use crate::usage::Usage;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a call without arguments is given: programs parse it without looking whether it is empty.
pub(crate) const NO_ARGUMENTS: &str = "{}";

/// An answer that was completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Texts, reasoning and calls in their order; neighbours of one kind are one part.
    pub parts: Vec<Part>,
    /// How likely its tokens were, see [`WireEvent::Likelihoods`].
    pub likelihoods: Vec<Value>,
    /// Why it ended.
    pub finish: FinishReason,
    /// Token counts, where they were told.
    pub usage: Option<Usage>,
}

impl Answer {
    /// Collects the events of one answer. An error among them is the trouble.
    pub fn collect(events: &[WireEvent]) -> Result<Self, Trouble> {
        let (mut parts, mut likelihoods) = (Vec::new(), Vec::new());
        let mut calls: BTreeMap<u32, usize> = BTreeMap::new();
        let (mut finish, mut usage) = (FinishReason::Stop, None);
        for event in events {
            match event {
                WireEvent::Text(text) => add_text(text, &mut parts),
                WireEvent::Likelihoods(tokens) => likelihoods.extend_from_slice(tokens),
                WireEvent::Reasoning(text) => add_reasoning(text, &mut parts),
                WireEvent::ReasoningSeal { seal, redacted } => {
                    add_seal(seal, *redacted, &mut parts);
                }
                WireEvent::ToolCall {
                    index,
                    id,
                    name,
                    seal,
                } => {
                    calls.insert(*index, parts.len());
                    parts.push(Part::ToolCall(ToolCall {
                        id: id.clone(),
                        name: name.clone(),
                        arguments: String::new(),
                        seal: seal.clone(),
                    }));
                }
                WireEvent::ToolArguments { index, json } => {
                    let at = calls.get(index);
                    if let Some(Part::ToolCall(call)) = at.and_then(|&at| parts.get_mut(at)) {
                        call.arguments.push_str(json);
                    }
                }
                WireEvent::Usage(counts) => usage = Some(*counts),
                WireEvent::Finish(reason) => finish = *reason,
                WireEvent::Error(error) => return Err(Trouble::from(error)),
            }
        }
        for part in &mut parts {
            if let Part::ToolCall(call) = part
                && call.arguments.is_empty()
            {
                NO_ARGUMENTS.clone_into(&mut call.arguments);
            }
        }
        Ok(Self {
            parts,
            likelihoods,
            finish: told_finish(finish, !calls.is_empty()),
            usage,
        })
    }

    /// The words, without what came between them.
    pub(crate) fn text(&self) -> Option<String> {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let text: String = texts.collect();
        (!text.is_empty()).then_some(text)
    }
}

/// Some servers say that they stopped where they asked for a tool; programs go by the reason.
pub(crate) const fn told_finish(reason: FinishReason, called: bool) -> FinishReason {
    match reason {
        FinishReason::Stop if called => FinishReason::ToolCalls,
        reason => reason,
    }
}

/// A call's arguments as an object. No text at all is a call without arguments; anything else that
/// is no object cannot be told in languages that carry objects.
pub(crate) fn arguments(json: &str) -> Result<Value, Trouble> {
    if json.trim().is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    match serde_json::from_str(json) {
        Ok(Value::Object(object)) => Ok(Value::Object(object)),
        _ => Err(Trouble::broken_arguments()),
    }
}

fn add_text(text: &str, parts: &mut Vec<Part>) {
    match parts.last_mut() {
        Some(Part::Text(last)) => last.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

fn add_reasoning(text: &str, parts: &mut Vec<Part>) {
    match parts.last_mut() {
        Some(Part::Reasoning(last)) if last.seal.is_none() => last.text.push_str(text),
        _ => parts.push(Part::Reasoning(Reasoning {
            text: text.to_owned(),
            ..Reasoning::default()
        })),
    }
}

fn add_seal(seal: &str, redacted: bool, parts: &mut Vec<Part>) {
    match parts.last_mut() {
        Some(Part::Reasoning(last)) if last.seal.is_none() && !redacted => {
            last.seal = Some(seal.to_owned());
        }
        _ => parts.push(Part::Reasoning(Reasoning {
            text: String::new(),
            seal: Some(seal.to_owned()),
            redacted,
        })),
    }
}
