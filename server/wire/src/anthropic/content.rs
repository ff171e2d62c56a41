//! Lines of the conversation as Anthropic's content blocks.

use crate::chat::{ChatRequest, Dropped, Image, Message, Part, Speaker};
use serde_json::{Value, json};

/// The lines, neighbours of one speaker merged, as the dialect asks for.
pub(super) fn messages(request: &ChatRequest, dropped: &mut Vec<Dropped>) -> Vec<Value> {
    let mut lines: Vec<(Speaker, Vec<Value>)> = Vec::new();
    for message in &request.messages {
        let blocks = blocks(message, dropped);
        if blocks.is_empty() {
            continue;
        }
        match lines.last_mut() {
            Some((speaker, last)) if *speaker == message.speaker => last.extend(blocks),
            _ => lines.push((message.speaker, blocks)),
        }
    }
    for (speaker, content) in &mut lines {
        if *speaker == Speaker::User {
            // Results of tools come before what the person says with them.
            content.sort_by_key(|block| block["type"] != "tool_result");
        }
    }
    mark(&mut lines);
    let line = |(speaker, content)| {
        let role = match speaker {
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        };
        json!({"role": role, "content": Value::Array(content)})
    };
    lines.into_iter().map(line).collect()
}

/// Puts a cache breakpoint behind the last two lines of the person: the first is where the previous
/// question ended, so it is met by this one; the second is where the next one will meet it.
fn mark(lines: &mut [(Speaker, Vec<Value>)]) {
    let asked = lines
        .iter_mut()
        .rev()
        .filter(|(speaker, _)| *speaker == Speaker::User);
    for (_, content) in asked.take(2) {
        if let Some(block) = content.last_mut() {
            block["cache_control"] = json!({"type": "ephemeral"});
        }
    }
}

fn blocks(message: &Message, dropped: &mut Vec<Dropped>) -> Vec<Value> {
    let parts = message.parts.iter();
    parts.filter_map(|part| block(part, dropped)).collect()
}

/// `None`: empty, or cannot be carried.
fn block(part: &Part, dropped: &mut Vec<Dropped>) -> Option<Value> {
    Some(match part {
        // Empty texts are refused, and say nothing.
        Part::Text(text) if text.trim().is_empty() => return None,
        Part::Text(text) => json!({"type": "text", "text": text}),
        Part::Image(Image::Url(url)) => {
            json!({"type": "image", "source": {"type": "url", "url": url}})
        }
        Part::Image(Image::Inline { media_type, base64 }) => json!({
            "type": "image",
            "source": {"type": "base64", "media_type": media_type, "data": base64},
        }),
        Part::Reasoning(reasoning) => match &reasoning.seal {
            Some(data) if reasoning.redacted => json!({"type": "redacted_thinking", "data": data}),
            Some(seal) => {
                json!({"type": "thinking", "thinking": reasoning.text, "signature": seal})
            }
            None => {
                dropped.push(Dropped("reasoning"));
                return None;
            }
        },
        Part::ToolCall(call) => {
            if call.seal.is_some() {
                dropped.push(Dropped("tool call signature"));
            }
            json!({
                "type": "tool_use",
                "id": call.id,
                "name": call.name,
                "input": call.object(dropped),
            })
        }
        Part::ToolResult(result) => {
            let mut block = json!({
                "type": "tool_result",
                "tool_use_id": result.id,
                "content": result.text,
            });
            if result.failed {
                block["is_error"] = true.into();
            }
            block
        }
    })
}
