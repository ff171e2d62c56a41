//! A whole answer as one piece.

use super::stream::call_part;
use crate::chat::Part;
use crate::door::{Answer, Head, Trouble};
use crate::event::FinishReason;
use crate::usage::Usage;
use serde_json::{Value, json};

pub(crate) fn whole(head: &Head, answer: &Answer) -> Result<Value, Trouble> {
    let mut parts = Vec::new();
    for part in &answer.parts {
        match part {
            Part::Text(text) => parts.push(json!({"text": text})),
            Part::Reasoning(reasoning) => {
                if !reasoning.text.is_empty() {
                    parts.push(json!({"text": reasoning.text, "thought": true}));
                }
                if let Some(seal) = reasoning.seal.as_ref().filter(|_| !reasoning.redacted) {
                    parts.push(json!({"text": "", "thoughtSignature": seal}));
                }
            }
            Part::ToolCall(call) => parts.push(call_part(call)?),
            Part::Image(_) | Part::ToolResult(_) => {}
        }
    }
    let content = json!({"role": "model", "parts": parts});
    let reason = finish_word(answer.finish);
    let mut body = json!({
        "candidates": [{"index": 0, "content": content, "finishReason": reason}],
        "modelVersion": head.model,
        "responseId": head.id,
    });
    if let Some(usage) = answer.usage {
        body["usageMetadata"] = counts(usage);
    }
    Ok(body)
}

/// Counts in Gemini's convention: the prompt includes the cache, the candidates leave out thoughts.
pub(super) fn counts(usage: Usage) -> Value {
    let mut counts = json!({
        "promptTokenCount": usage.input_total(),
        "candidatesTokenCount": usage.output,
        "totalTokenCount": usage.input_total().saturating_add(usage.output_total()),
    });
    for (name, count) in [
        ("cachedContentTokenCount", usage.cached_input),
        ("thoughtsTokenCount", usage.reasoning),
    ] {
        if count > 0 {
            counts[name] = count.into();
        }
    }
    counts
}

/// The dialect's word for a reason; a call is a natural end here.
pub(super) const fn finish_word(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Stop | FinishReason::ToolCalls => "STOP",
        FinishReason::Length => "MAX_TOKENS",
        FinishReason::ContentFilter => "SAFETY",
    }
}
