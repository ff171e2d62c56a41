//! Whole answers as one chat completion.

use super::stream::{extra_content, finish_word, reasoning_detail};
use super::usage::counts;
use crate::chat::Part;
use crate::door::{Answer, Head};
use crate::usage::Usage;
use serde_json::{Map, Value, json};

/// `answers`: all that there are to the request. Their counts are told as one.
pub(crate) fn whole(head: &Head, answers: &[Answer]) -> Value {
    let choices: Vec<Value> = (0..).zip(answers).map(|it| choice(it.0, it.1)).collect();
    let mut body = json!({
        "id": format!("chatcmpl-{}", head.id),
        "object": "chat.completion",
        "created": head.created,
        "model": head.model,
        "choices": choices,
    });
    let usage = answers.iter().filter_map(|answer| answer.usage);
    if let Some(usage) = usage.reduce(Usage::plus) {
        body["usage"] = counts(usage);
    }
    body
}

fn choice(index: u32, answer: &Answer) -> Value {
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
    let likelihoods = (!answer.likelihoods.is_empty())
        .then(|| json!({"content": answer.likelihoods, "refusal": null}));
    json!({
        "index": index,
        "message": message,
        "logprobs": likelihoods,
        "finish_reason": finish_word(answer.finish, false),
    })
}
