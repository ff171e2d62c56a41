//! A whole answer in one JSON body, of `converse` without the stream.
//!
//! Owns the translation into the same events a stream gives, so that nobody downstream can tell.

use crate::bedrock::answer::{Block, ReasoningDelta, Whole, stop_reason, usage};
use crate::bedrock::refusal::read_body;
use crate::bedrock::stream::{begin_call, filled, read_reasoning};
use crate::event::{WireError, WireEvent};
use serde::Deserialize as _;
use serde_json::Value;

/// Reads a whole body; the events end in a finish reason or in an error, as a stream's do.
#[must_use]
pub fn read_whole(body: &[u8]) -> Vec<WireEvent> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let Ok(whole) = Whole::deserialize(&body) else {
        let error = read_body(&body, None).map_or(WireError::Cut, WireError::Refused);
        return vec![WireEvent::Error(error)];
    };
    let mut out = Vec::new();
    let mut calls = 0;
    for block in whole.output.message.content {
        if let Ok(block) = Block::deserialize(block) {
            read_block(block, &mut calls, &mut out);
        }
    }
    match whole.stop_reason.as_deref().map(stop_reason) {
        Some(Ok(reason)) => {
            out.push(WireEvent::Finish(reason));
            out.extend(usage(whole.usage.as_ref()).map(WireEvent::Usage));
        }
        Some(Err(refused)) => out.push(WireEvent::Error(WireError::Refused(refused))),
        None => out.push(WireEvent::Error(WireError::Cut)),
    }
    out
}

fn read_block(block: Block, calls: &mut u32, out: &mut Vec<WireEvent>) {
    if let Some(reasoning) = block.reasoning_content {
        let (text, signature) = reasoning
            .reasoning_text
            .map_or((None, None), |words| (words.text, words.signature));
        let reasoning = ReasoningDelta {
            text,
            signature,
            redacted_content: reasoning.redacted_content,
        };
        read_reasoning(reasoning, out);
    }
    out.extend(filled(block.text).map(WireEvent::Text));
    let Some(mut call) = block.tool_use.filter(|call| !call.is_providers_own()) else {
        return;
    };
    let input = call.input.take().filter(Value::is_object);
    if let Some(event) = begin_call(call, *calls) {
        out.push(event);
        out.extend(input.map(|input| WireEvent::ToolArguments {
            index: *calls,
            json: input.to_string(),
        }));
        *calls = calls.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::read_whole;
    use crate::event::{FinishReason, WireError, WireEvent};
    use crate::fault::ProviderFault;
    use crate::usage::Usage;

    #[test]
    fn a_whole_answer_reads_like_a_stream() {
        let body = r#"{"metrics":{"latencyMs":9},"output":{"message":{"role":"assistant","content":[
            {"reasoningContent":{"reasoningText":{"text":"Hm.","signature":"c2ln"}}},
            {"reasoningContent":{"redactedContent":"cmVk"}},
            {"text":"Grüße"},{"text":7},{"text":""},
            {"toolUse":{"toolUseId":"t1","name":"look","input":{"at":"😀"}}},
            {"toolUse":{"toolUseId":"t2","name":"web","input":{},"type":"server_tool_use"}},
            {"toolUse":{"toolUseId":"t3","name":"wait","input":{}}}]}},
            "stopReason":"tool_use","usage":{"inputTokens":4,"outputTokens":2,"totalTokens":6}}"#;
        let seal = |seal: &str, redacted| WireEvent::ReasoningSeal {
            seal: seal.into(),
            redacted,
        };
        let call = |index, id: &str, name: &str| WireEvent::ToolCall {
            index,
            id: id.into(),
            name: name.into(),
            seal: None,
        };
        let arguments = |index, json: &str| WireEvent::ToolArguments {
            index,
            json: json.into(),
        };
        assert_eq!(
            read_whole(body.as_bytes()),
            [
                WireEvent::Reasoning("Hm.".into()),
                seal("c2ln", false),
                seal("cmVk", true),
                WireEvent::Text("Grüße".into()),
                call(0, "t1", "look"),
                arguments(0, r#"{"at":"😀"}"#),
                call(1, "t3", "wait"),
                arguments(1, "{}"),
                WireEvent::Finish(FinishReason::ToolCalls),
                WireEvent::Usage(Usage {
                    fresh_input: 4,
                    output: 2,
                    ..Usage::default()
                }),
            ]
        );
    }

    #[test]
    fn an_error_in_a_success_is_an_error_and_anything_else_is_cut() {
        let table = [
            (
                r#"{"__type":"ThrottlingException","message":"m"}"#,
                ProviderFault::RateLimited,
            ),
            (
                r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#,
                ProviderFault::ModelNotFound,
            ),
            (
                r#"{"output":{"message":{"content":[]}},"stopReason":"malformed_tool_use"}"#,
                ProviderFault::Down,
            ),
        ];
        for (body, fault) in table {
            let events = read_whole(body.as_bytes());
            assert!(
                matches!(events.as_slice(), [WireEvent::Error(WireError::Refused(refused))]
                    if refused.fault == fault),
                "{body}: {events:?}"
            );
        }
        for body in ["<html></html>", "", "[]", "{}", r#"{"output":{}}"#] {
            let events = read_whole(body.as_bytes());
            assert_eq!(events, [WireEvent::Error(WireError::Cut)], "{body}");
        }
    }
}
