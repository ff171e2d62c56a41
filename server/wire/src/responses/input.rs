//! Lines of the conversation as the items of a response's input.

use crate::chat::{ChatRequest, Dropped, Image, Message, Part, Reasoning, Speaker};
use serde_json::{Value, json};

/// The items. Calls, results and reasoning are items of their own, between the lines.
pub(super) fn input(request: &ChatRequest, dropped: &mut Vec<Dropped>) -> Vec<Value> {
    let mut items = Vec::new();
    for message in &request.messages {
        line(message, &mut items, dropped);
    }
    items
}

fn line(message: &Message, items: &mut Vec<Value>, dropped: &mut Vec<Dropped>) {
    let mut content = Vec::new();
    for part in &message.parts {
        let item = match part {
            Part::Text(text) if text.is_empty() => continue,
            Part::Text(text) => {
                content.push(said(message.speaker, text));
                continue;
            }
            Part::Image(_) if message.speaker == Speaker::Assistant => {
                dropped.push(Dropped("assistant image"));
                continue;
            }
            Part::Image(image) => {
                content.push(json!({"type": "input_image", "image_url": address(image)}));
                continue;
            }
            Part::Reasoning(reasoning) => {
                let Some(item) = sealed(reasoning) else {
                    dropped.push(Dropped("reasoning"));
                    continue;
                };
                item
            }
            Part::ToolCall(call) => {
                if call.seal.is_some() {
                    dropped.push(Dropped("tool call signature"));
                }
                json!({
                    "type": "function_call",
                    "call_id": call.id,
                    "name": call.name,
                    "arguments": call.arguments,
                })
            }
            Part::ToolResult(result) => {
                // Ahead of what the person says with it.
                items.push(json!({
                    "type": "function_call_output",
                    "call_id": result.id,
                    "output": result.text,
                }));
                continue;
            }
        };
        speak(message.speaker, &mut content, items);
        items.push(item);
    }
    speak(message.speaker, &mut content, items);
}

fn said(speaker: Speaker, text: &str) -> Value {
    let kind = match speaker {
        Speaker::User => "input_text",
        Speaker::Assistant => "output_text",
    };
    json!({"type": kind, "text": text})
}

/// What was said so far becomes a line.
fn speak(speaker: Speaker, content: &mut Vec<Value>, items: &mut Vec<Value>) {
    if content.is_empty() {
        return;
    }
    let role = match speaker {
        Speaker::User => "user",
        Speaker::Assistant => "assistant",
    };
    let content = std::mem::take(content);
    items.push(json!({"type": "message", "role": role, "content": content}));
}

/// Reasoning as it came; only its own maker can open the seal. What is sealed as a whole was never
/// this provider's.
fn sealed(reasoning: &Reasoning) -> Option<Value> {
    let seal = reasoning.seal.as_ref().filter(|_| !reasoning.redacted)?;
    let summary = (!reasoning.text.is_empty())
        .then(|| json!({"type": "summary_text", "text": reasoning.text}));
    let summary: Vec<Value> = summary.into_iter().collect();
    Some(json!({"type": "reasoning", "summary": summary, "encrypted_content": seal}))
}

fn address(image: &Image) -> String {
    match image {
        Image::Url(url) => url.clone(),
        Image::Inline { media_type, base64 } => format!("data:{media_type};base64,{base64}"),
    }
}
