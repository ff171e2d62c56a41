//! The lines of a conversation as Converse wants them.
//!
//! Owns the blocks and their order: lines alternate, the first is the person's, and results of
//! tools come first in theirs. Refuses blank texts, because the provider refuses the whole
//! conversation for one.

use crate::bedrock::model::Model;
use crate::chat::{Dropped, Image, Message, Part, Reasoning, Speaker, ToolCall, ToolResult};
use serde_json::{Map, Value, json};

/// What the person says where the conversation begins with the model: the least that is not blank.
const OPENING: &str = ".";
/// Longest id of a call.
const ID_MAX: usize = 64;

/// One line: blocks of one speaker.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) speaker: Speaker,
    pub(super) blocks: Vec<Value>,
    /// How many of the blocks are results of tools; they are the first.
    pub(super) results: usize,
}

impl Line {
    fn new(speaker: Speaker) -> Self {
        Self {
            speaker,
            blocks: Vec::new(),
            results: 0,
        }
    }

    /// The line as it is sent.
    pub(super) fn into_value(self) -> Value {
        let role = match self.speaker {
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        };
        json!({"role": role, "content": self.blocks})
    }
}

/// The lines of a conversation.
pub(super) fn encode_lines(
    messages: &[Message],
    model: Model,
    dropped: &mut Vec<Dropped>,
) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for message in messages {
        let mut line = match lines.pop() {
            Some(last) if last.speaker == message.speaker => last,
            last => {
                lines.extend(last);
                Line::new(message.speaker)
            }
        };
        for part in &message.parts {
            encode_part(part, model, &mut line, dropped);
        }
        if !line.blocks.is_empty() {
            lines.push(line);
        }
    }
    if lines
        .first()
        .is_some_and(|line| line.speaker == Speaker::Assistant)
    {
        let mut opening = Line::new(Speaker::User);
        opening.blocks.extend(text(OPENING));
        lines.insert(0, opening);
    }
    lines
}

/// The conversation ends in the results of a call that came without its reasoning.
pub(super) fn ends_in_bare_call(lines: &[Line]) -> bool {
    let [.., call, results] = lines else {
        return false;
    };
    let reasoned = |line: &Line| {
        let first = line.blocks.first();
        first.is_some_and(|block| block.get("reasoningContent").is_some())
    };
    results.results > 0 && call.speaker == Speaker::Assistant && !reasoned(call)
}

/// A block of text; a blank text is none.
pub(super) fn text(text: &str) -> Option<Value> {
    (!text.trim().is_empty()).then(|| json!({"text": text}))
}

fn encode_part(part: &Part, model: Model, line: &mut Line, dropped: &mut Vec<Dropped>) {
    let by_person = line.speaker == Speaker::User;
    let block = match part {
        Part::Text(words) => text(words),
        Part::Image(_) if !by_person => told("assistant image", dropped),
        Part::Image(image) => encode_image(image, dropped),
        Part::Reasoning(_) if by_person || !model.takes_reasoning() => told("reasoning", dropped),
        Part::Reasoning(reasoning) => encode_reasoning(reasoning, dropped),
        Part::ToolCall(call) => Some(encode_call(call, dropped)),
        Part::ToolResult(result) => {
            let block = encode_result(result, model, dropped);
            line.blocks.insert(line.results, block);
            line.results += 1;
            None
        }
    };
    line.blocks.extend(block);
}

fn told(name: &'static str, dropped: &mut Vec<Dropped>) -> Option<Value> {
    dropped.push(Dropped(name));
    None
}

fn encode_image(image: &Image, dropped: &mut Vec<Dropped>) -> Option<Value> {
    let Image::Inline { media_type, base64 } = image else {
        return told("image url", dropped);
    };
    let format = match media_type.to_ascii_lowercase().as_str() {
        "image/png" => "png",
        "image/jpeg" | "image/jpg" => "jpeg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        _ => return told("image type", dropped),
    };
    Some(json!({"image": {"format": format, "source": {"bytes": base64}}}))
}

/// The words may be empty: newer models show their seal only.
fn encode_reasoning(reasoning: &Reasoning, dropped: &mut Vec<Dropped>) -> Option<Value> {
    let Some(seal) = &reasoning.seal else {
        return told("reasoning", dropped);
    };
    let content = if reasoning.redacted {
        json!({"redactedContent": seal})
    } else {
        json!({"reasoningText": {"text": reasoning.text, "signature": seal}})
    };
    Some(json!({"reasoningContent": content}))
}

fn encode_call(call: &ToolCall, dropped: &mut Vec<Dropped>) -> Value {
    if call.seal.is_some() {
        dropped.push(Dropped("tool call signature"));
    }
    let read: Option<Map<String, Value>> = serde_json::from_str(&call.arguments).ok();
    // No arguments at all is how a call of a tool without parameters is streamed.
    if read.is_none() && !call.arguments.trim().is_empty() {
        dropped.push(Dropped("tool call arguments"));
    }
    let input = read.unwrap_or_default();
    json!({"toolUse": {"toolUseId": id(&call.id), "name": call.name, "input": input}})
}

fn encode_result(result: &ToolResult, model: Model, dropped: &mut Vec<Dropped>) -> Value {
    let mut content: Vec<Value> = text(&result.text).into_iter().collect();
    if content.is_empty() && result.failed {
        // A failure without a word is refused; silence is not.
        content.extend(text("failed"));
    }
    let mut block = json!({"toolUseId": id(&result.id), "content": content});
    if model.takes_result_status() {
        let status = if result.failed { "error" } else { "success" };
        block["status"] = status.into();
    } else if result.failed {
        dropped.push(Dropped("tool failure"));
    }
    json!({"toolResult": block})
}

/// An id in the letters that are allowed. Other providers' ids come here when a conversation moves,
/// and a call and its result are changed alike. The end tells ids apart, so that is what is kept.
fn id(id: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let letters = id.chars().map(|c| if plain(c) { c } else { '_' });
    let id: String = letters.collect();
    let start = id.len().saturating_sub(ID_MAX);
    id.get(start..).unwrap_or_default().to_owned()
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
