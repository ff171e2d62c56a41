//! Whole bodies, and what only newer servers send.

use super::read_whole;
use crate::event::{FinishReason, WireError, WireEvent};
use crate::fault::ProviderFault;
use crate::usage::Usage;

#[test]
fn a_whole_answer_reads_like_a_stream() {
    let body = br#"{"type":"message","role":"assistant","content":[
        {"type":"thinking","thinking":"hm","signature":"s"},
        {"type":"text","text":"Hi"},
        {"type":"tool_use","id":"t1","name":"f","input":{"x":1}}],
        "stop_reason":"tool_use","usage":{"input_tokens":4,"cache_read_input_tokens":8,
        "cache_creation_input_tokens":2,"output_tokens":3}}"#;
    assert_eq!(
        read_whole(body),
        [
            WireEvent::Reasoning("hm".into()),
            WireEvent::ReasoningSeal {
                seal: "s".into(),
                redacted: false
            },
            WireEvent::Text("Hi".into()),
            WireEvent::ToolCall {
                index: 0,
                id: "t1".into(),
                name: "f".into(),
                seal: None
            },
            WireEvent::ToolArguments {
                index: 0,
                json: r#"{"x":1}"#.into()
            },
            WireEvent::Finish(FinishReason::ToolCalls),
            WireEvent::Usage(Usage {
                fresh_input: 4,
                cached_input: 8,
                cache_write: 2,
                reasoning: 0,
                output: 3,
            }),
        ]
    );
}

#[test]
fn an_error_in_a_success_is_an_error_and_anything_else_is_cut() {
    let body = br#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#;
    assert!(matches!(
        read_whole(body).as_slice(),
        [WireEvent::Error(WireError::Refused(refused))]
            if refused.fault == ProviderFault::Down
    ));
    for body in [&b"<html></html>"[..], b"", b"[]", b"{}"] {
        assert_eq!(read_whole(body), [WireEvent::Error(WireError::Cut)]);
    }
}

/// A piece of an earlier call belongs to that call, wherever it comes.
#[test]
fn arguments_go_to_the_call_whose_block_they_name() {
    use super::MessageStream;
    use crate::decode::Decode as _;
    let begin = |at: u8| {
        format!(
            "data: {{\"type\":\"content_block_start\",\"index\":{at},\"content_block\":\
             {{\"type\":\"tool_use\",\"id\":\"t{at}\",\"name\":\"f\",\"input\":{{}}}}}}\n\n"
        )
    };
    let more = |at: u8| {
        format!(
            "data: {{\"type\":\"content_block_delta\",\"index\":{at},\"delta\":\
             {{\"type\":\"input_json_delta\",\"partial_json\":\"{at}\"}}}}\n\n"
        )
    };
    let stream = [begin(3), begin(5), more(3), more(5), more(4)].concat();
    let mut out = Vec::new();
    MessageStream::default().feed(stream.as_bytes(), &mut out);
    let arguments = |index, json: &str| WireEvent::ToolArguments {
        index,
        json: json.into(),
    };
    assert_eq!(out[2..], [arguments(0, "3"), arguments(1, "5")]);
}

/// Newer models tell apart what they reasoned with.
#[test]
fn reasoning_is_counted_apart_where_it_is_told() {
    let body = br#"{"content":[],"stop_reason":"end_turn","usage":{"input_tokens":3,
        "output_tokens":10,"output_tokens_details":{"thinking_tokens":4}}}"#;
    let usage = Usage {
        fresh_input: 3,
        reasoning: 4,
        output: 6,
        ..Usage::default()
    };
    assert_eq!(read_whole(body).last(), Some(&WireEvent::Usage(usage)));
}
