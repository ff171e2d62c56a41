//! A whole answer as one chat completion.

use super::stream::{extra_content, finish_word, reasoning_detail};
use super::usage::counts;
use crate::chat::Part;
use crate::door::{Answer, Head};
use serde_json::{Map, Value, json};

pub(crate) fn whole(head: &Head, answer: &Answer) -> Value {
    let mut message = Map::new();
    message.insert("role".into(), "assistant".into());
    message.insert("content".into(), answer.text().into());
    // The schema wants it said that there is none.
    message.insert("refusal".into(), Value::Null);
    let (mut thought, mut details, mut calls) = (String::new(), Vec::new(), Vec::new());
    for part in &answer.parts {
        match part {
            Part::Reasoning(reasoning) => {
                thought.push_str(&reasoning.text);
                let seal = reasoning.seal.as_ref();
                details.extend(seal.map(|seal| reasoning_detail(seal, reasoning.redacted)));
            }
            Part::ToolCall(call) => {
                let function = json!({"name": call.name, "arguments": call.arguments});
                let mut value = json!({"id": call.id, "type": "function", "function": function});
                if let Some(seal) = &call.seal {
                    value["extra_content"] = extra_content(seal);
                }
                calls.push(value);
            }
            Part::Text(_) | Part::Image(_) | Part::ToolResult(_) => {}
        }
    }
    if !thought.is_empty() {
        message.insert("reasoning_content".into(), thought.into());
    }
    for (name, list) in [("reasoning_details", details), ("tool_calls", calls)] {
        if !list.is_empty() {
            message.insert(name.into(), list.into());
        }
    }
    let mut body = json!({
        "id": format!("chatcmpl-{}", head.id),
        "object": "chat.completion",
        "created": head.created,
        "model": head.model,
        "choices": [{
            "index": 0,
            "message": message,
            "logprobs": null,
            "finish_reason": finish_word(answer.finish, false),
        }],
    });
    if let Some(usage) = answer.usage {
        body["usage"] = counts(usage);
    }
    body
}
