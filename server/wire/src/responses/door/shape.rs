//! A response and its items as JSON.

use crate::chat::{Reasoning, ToolCall};
use crate::door::Head;
use crate::event::FinishReason;
use crate::usage::Usage;
use serde_json::{Map, Value, json};

/// Marks a seal that is the reasoning itself, which has to be told apart when it comes back.
const REDACTED: &str = "redacted:";

/// A proof as it is handed out.
pub(super) fn seal(seal: &str, redacted: bool) -> String {
    let mark = if redacted { REDACTED } else { "" };
    format!("{mark}{seal}")
}

/// A proof as it was, and whether it is the reasoning itself; an empty one is none.
pub(super) fn unseal(sealed: &str) -> Option<(String, bool)> {
    let stripped = sealed.strip_prefix(REDACTED);
    let seal = stripped.unwrap_or(sealed);
    (!seal.is_empty()).then(|| (seal.to_owned(), stripped.is_some()))
}

/// The id of an item: its kind, the answer, and its place in it.
pub(super) fn item_id(kind: &str, head: &Head, at: usize) -> String {
    format!("{kind}_{}_{at}", head.id)
}

/// A line of the answer.
pub(super) fn message(id: &str, status: &str, words: Option<Value>) -> Value {
    let content: Vec<Value> = words.into_iter().collect();
    json!({"type": "message", "id": id, "status": status, "role": "assistant", "content": content})
}

/// Words of a line, and how likely their tokens were.
pub(super) fn output_text(text: &str, likelihoods: &[Value]) -> Value {
    json!({"type": "output_text", "text": text, "annotations": [], "logprobs": likelihoods})
}

/// Reasoning.
pub(super) fn reasoning(id: &str, reasoning: &Reasoning) -> Value {
    let mut item = json!({"type": "reasoning", "id": id, "summary": []});
    if !reasoning.text.is_empty() {
        item["summary"] = json!([{"type": "summary_text", "text": reasoning.text}]);
    }
    if let Some(proof) = &reasoning.seal {
        item["encrypted_content"] = seal(proof, reasoning.redacted).into();
    }
    item
}

/// A call.
pub(super) fn call(id: &str, status: &str, call: &ToolCall) -> Value {
    json!({
        "type": "function_call",
        "id": id,
        "status": status,
        "call_id": call.id,
        "name": call.name,
        "arguments": call.arguments,
    })
}

/// Why a response is not complete, where it is not.
pub(super) const fn incomplete(reason: FinishReason) -> Option<&'static str> {
    match reason {
        FinishReason::Length => Some("max_output_tokens"),
        FinishReason::ContentFilter => Some("content_filter"),
        FinishReason::Stop | FinishReason::ToolCalls => None,
    }
}

/// A response, with what was asked for repeated. The schema wants most fields said even where there
/// is nothing to say.
pub(super) fn response(head: &Head, status: &str, output: Value) -> Map<String, Value> {
    let mut response = Map::new();
    for (name, value) in [
        ("error", Value::Null),
        ("incomplete_details", Value::Null),
        ("instructions", Value::Null),
        ("max_output_tokens", Value::Null),
        ("metadata", json!({})),
        ("parallel_tool_calls", true.into()),
        ("previous_response_id", Value::Null),
        ("reasoning", json!({"effort": null, "summary": null})),
        ("store", true.into()),
        ("temperature", json!(1.0)),
        ("text", json!({"format": {"type": "text"}})),
        ("tool_choice", "auto".into()),
        ("tools", json!([])),
        ("top_p", json!(1.0)),
        ("truncation", "disabled".into()),
        ("usage", Value::Null),
    ] {
        response.insert(name.to_owned(), value);
    }
    for (name, value) in &head.echo {
        response.insert(name.clone(), value.clone());
    }
    for (name, value) in [
        ("id", format!("resp_{}", head.id).into()),
        ("object", "response".into()),
        ("created_at", head.created.into()),
        ("model", head.model.as_str().into()),
        ("status", status.into()),
        ("output", output),
    ] {
        response.insert(name.to_owned(), value);
    }
    response
}

/// The response at its end.
pub(super) fn ended(
    head: &Head,
    reason: FinishReason,
    usage: Option<Usage>,
    output: Value,
) -> Map<String, Value> {
    let why = incomplete(reason);
    let status = if why.is_some() {
        "incomplete"
    } else {
        "completed"
    };
    let mut response = response(head, status, output);
    if let Some(why) = why {
        response.insert("incomplete_details".into(), json!({"reason": why}));
    }
    if let Some(usage) = usage {
        response.insert("usage".into(), counts(usage));
    }
    response
}

fn counts(usage: Usage) -> Value {
    let (input, output) = (usage.input_total(), usage.output_total());
    json!({
        "input_tokens": input,
        "input_tokens_details": {
            "cached_tokens": usage.cached_input,
            "cache_write_tokens": usage.cache_write,
        },
        "output_tokens": output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": input.saturating_add(output),
    })
}
