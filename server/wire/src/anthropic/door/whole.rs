//! A whole answer as one message.

use crate::chat::Part;
use crate::door::{Answer, Head, Trouble, arguments};
use crate::event::FinishReason;
use crate::usage::Usage;
use serde_json::{Value, json};

pub(crate) fn whole(head: &Head, answer: &Answer) -> Result<Value, Trouble> {
    let content = answer
        .parts
        .iter()
        .filter_map(|part| block(part).transpose());
    let content: Vec<Value> = content.collect::<Result<_, _>>()?;
    Ok(json!({
        "id": format!("msg_{}", head.id),
        "type": "message",
        "role": "assistant",
        "model": head.model,
        "content": content,
        "stop_reason": stop_word(answer.finish, false),
        "stop_sequence": null,
        "usage": counts(answer.usage.unwrap_or_default()),
    }))
}

fn block(part: &Part) -> Result<Option<Value>, Trouble> {
    Ok(Some(match part {
        Part::Text(text) => json!({"type": "text", "text": text}),
        Part::Reasoning(reasoning) => match &reasoning.seal {
            Some(data) if reasoning.redacted => json!({"type": "redacted_thinking", "data": data}),
            seal => json!({
                "type": "thinking",
                "thinking": reasoning.text,
                "signature": seal.as_deref().unwrap_or_default(),
            }),
        },
        Part::ToolCall(call) => json!({
            "type": "tool_use",
            "id": call.id,
            "name": call.name,
            "input": arguments(&call.arguments)?,
        }),
        Part::Image(_) | Part::ToolResult(_) => return Ok(None),
    }))
}

/// Counts in Anthropic's convention: the input leaves out the cache, the output includes reasoning.
/// Where none were told, zeros: the schema demands numbers.
pub(super) fn counts(usage: Usage) -> Value {
    let mut counts = json!({
        "input_tokens": usage.fresh_input,
        "cache_read_input_tokens": usage.cached_input,
        "cache_creation_input_tokens": usage.cache_write,
        "output_tokens": usage.output_total(),
    });
    if usage.reasoning > 0 {
        counts["output_tokens_details"] = json!({"thinking_tokens": usage.reasoning});
    }
    counts
}

/// The dialect's word for a reason.
pub(super) const fn stop_word(reason: FinishReason, called: bool) -> &'static str {
    match reason {
        FinishReason::Stop if called => "tool_use",
        FinishReason::Stop => "end_turn",
        FinishReason::Length => "max_tokens",
        FinishReason::ToolCalls => "tool_use",
        FinishReason::ContentFilter => "refusal",
    }
}
