//! Lines of the conversation as Gemini's contents.

use crate::chat::{ChatRequest, Dropped, Image, Part, Speaker, ToolCall, ToolResult};
use serde_json::{Value, json};

/// The lines, neighbours of one speaker merged, as the dialect asks for.
pub(super) fn contents(request: &ChatRequest, dropped: &mut Vec<Dropped>) -> Vec<Value> {
    let mut lines: Vec<(Speaker, Vec<Value>)> = Vec::new();
    for message in &request.messages {
        let parts = message.parts.iter();
        let parts: Vec<Value> = parts.filter_map(|part| encode(part, dropped)).collect();
        if parts.is_empty() {
            continue;
        }
        match lines.last_mut() {
            Some((speaker, last)) if *speaker == message.speaker => last.extend(parts),
            _ => lines.push((message.speaker, parts)),
        }
    }
    let line = |(speaker, parts)| {
        let role = match speaker {
            Speaker::User => "user",
            Speaker::Assistant => "model",
        };
        json!({"role": role, "parts": Value::Array(parts)})
    };
    lines.into_iter().map(line).collect()
}

/// `None`: empty, or cannot be carried.
fn encode(part: &Part, dropped: &mut Vec<Dropped>) -> Option<Value> {
    Some(match part {
        Part::Text(text) if text.is_empty() => return None,
        Part::Text(text) => json!({"text": text}),
        Part::Image(Image::Inline { media_type, base64 }) => {
            json!({"inlineData": {"mimeType": media_type, "data": base64}})
        }
        Part::Image(Image::Url(url)) if is_readable(url) => json!({"fileData": {"fileUri": url}}),
        Part::Image(Image::Url(_)) => {
            dropped.push(Dropped("image url"));
            return None;
        }
        Part::Reasoning(reasoning) => {
            // Reasoning that is sealed as a whole was never this provider's.
            let Some(seal) = reasoning.seal.as_ref().filter(|_| !reasoning.redacted) else {
                dropped.push(Dropped("reasoning"));
                return None;
            };
            // The proof is what counts; the words are a summary that is not read again.
            json!({"text": "", "thoughtSignature": seal})
        }
        Part::ToolCall(call) => tool_call(call, dropped),
        Part::ToolResult(result) => tool_result(result),
    })
}

/// Only addresses of Google's own are read.
fn is_readable(url: &str) -> bool {
    url.starts_with("gs://") || url.starts_with("https://generativelanguage.googleapis.com/")
}

fn tool_call(call: &ToolCall, dropped: &mut Vec<Dropped>) -> Value {
    let arguments = call.object(dropped);
    let mut part = json!({"functionCall": {"id": call.id, "name": call.name, "args": arguments}});
    if let Some(seal) = &call.seal {
        part["thoughtSignature"] = seal.clone().into();
    }
    part
}

/// What a tool gave: its own object, or its text as one.
fn tool_result(result: &ToolResult) -> Value {
    let response = match serde_json::from_str(&result.text) {
        Ok(Value::Object(object)) if !result.failed => Value::Object(object),
        _ if result.failed => json!({"error": result.text}),
        _ => json!({"result": result.text}),
    };
    json!({"functionResponse": {"id": result.id, "name": result.name, "response": response}})
}
