//! The stream's state machine, event by event, and whole bodies beside it.

use super::ResponseStream;
use crate::decode::Decode as _;
use crate::event::{FinishReason, WireError, WireEvent};
use crate::fault::ProviderFault;
use crate::responses::read_whole;
use crate::usage::Usage;
use serde_json::{Value, json};

fn read(events: &[Value]) -> (Vec<WireEvent>, ResponseStream) {
    let mut out = Vec::new();
    let mut stream = ResponseStream::default();
    for event in events {
        stream.feed(format!("data: {event}\n\n").as_bytes(), &mut out);
    }
    stream.finish(&mut out);
    (out, stream)
}

fn said(text: &str) -> Value {
    json!({"type": "response.output_text.delta", "output_index": 0, "delta": text})
}

fn text(text: &str) -> WireEvent {
    WireEvent::Text(text.into())
}

fn fault(events: &[WireEvent]) -> Option<ProviderFault> {
    match events.last() {
        Some(WireEvent::Error(WireError::Refused(refused))) => Some(refused.fault),
        _ => None,
    }
}

#[test]
fn only_the_last_events_end_an_answer() {
    let cut = WireEvent::Error(WireError::Cut);
    assert_eq!(read(&[]).0, std::slice::from_ref(&cut));
    let mut stream = ResponseStream::default();
    let mut out = Vec::new();
    stream.feed(
        format!("data: {}\n\ndata: [DONE]\n\n", said("a")).as_bytes(),
        &mut out,
    );
    stream.finish(&mut out);
    assert_eq!(out, [text("a"), cut]);
    let completed = json!({"type": "response.completed", "response": {"status": "completed"}});
    let (events, _) = read(&[said("a"), completed, said("b")]);
    assert_eq!(events, [text("a"), WireEvent::Finish(FinishReason::Stop)]);
}

#[test]
fn an_answer_that_is_not_complete_says_why() {
    for (reason, finish) in [
        ("max_output_tokens", FinishReason::Length),
        ("content_filter", FinishReason::ContentFilter),
        ("odd", FinishReason::Length),
    ] {
        let response = json!({"status": "incomplete", "incomplete_details": {"reason": reason}});
        let (events, _) = read(&[json!({"type": "response.incomplete", "response": response})]);
        assert_eq!(events, [WireEvent::Finish(finish)], "{reason}");
    }
}

#[test]
fn failures_are_typed_in_every_shape() {
    let error = json!({"code": "rate_limit_exceeded", "message": "s3cret"});
    let failed = json!({"status": "failed", "error": error});
    for event in [
        json!({"type": "response.failed", "response": failed}),
        json!({"type": "error", "code": "rate_limit_exceeded", "message": "s3cret"}),
        json!({"type": "error", "error": error}),
        json!({"error": error}),
    ] {
        let (events, _) = read(&[said("a"), event.clone(), said("b")]);
        assert_eq!(fault(&events), Some(ProviderFault::RateLimited), "{event}");
        assert_eq!(events.len(), 2);
        assert!(!format!("{events:?}").contains("s3cret"));
    }
    let unsaid = json!({"type": "response.failed", "response": {"status": "failed"}});
    assert_eq!(fault(&read(&[unsaid]).0), Some(ProviderFault::Down));
    let body = json!({"status": "failed", "error": error}).to_string();
    assert_eq!(
        fault(&read_whole(body.as_bytes())),
        Some(ProviderFault::RateLimited)
    );
}

#[test]
fn calls_come_in_pieces_or_whole_and_once() {
    let item = |arguments: &str| json!({"type": "function_call", "call_id": "a", "name": "f", "arguments": arguments});
    let event = |kind: &str, more: Value| {
        let mut event = json!({"type": kind, "output_index": 1});
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        event
    };
    let added = event("response.output_item.added", json!({"item": item("")}));
    let more = |json: &str| {
        event(
            "response.function_call_arguments.delta",
            json!({"delta": json}),
        )
    };
    let whole = event(
        "response.function_call_arguments.done",
        json!({"arguments": "{\"x\":1}"}),
    );
    let done = event(
        "response.output_item.done",
        json!({"item": item("{\"x\":1}")}),
    );
    let shapes = [
        vec![
            added.clone(),
            more("{\"x\""),
            more(":1}"),
            whole.clone(),
            done.clone(),
        ],
        vec![added, whole, done.clone()],
        vec![done],
    ];
    for shape in shapes {
        let (mut events, _) = read(&shape);
        events.pop();
        let calls = events
            .iter()
            .filter(|event| matches!(event, WireEvent::ToolCall { .. }));
        assert_eq!(calls.count(), 1);
        let arguments = events.iter().filter_map(|event| match event {
            WireEvent::ToolArguments { index: 0, json } => Some(json.as_str()),
            _ => None,
        });
        assert_eq!(arguments.collect::<String>(), "{\"x\":1}");
    }
}

#[test]
fn parts_of_a_summary_are_paragraphs() {
    let part =
        |at: u32| json!({"type": "response.reasoning_summary_part.added", "summary_index": at});
    let words =
        |text: &str| json!({"type": "response.reasoning_summary_text.delta", "delta": text});
    let (mut events, _) = read(&[part(0), words("One."), part(1), words("Two.")]);
    events.pop();
    let thought = |text: &str| WireEvent::Reasoning(text.into());
    assert_eq!(events, [thought("One."), thought("\n\n"), thought("Two.")]);
}

#[test]
fn one_unreadable_event_is_skipped_and_counted() {
    let mut out = Vec::new();
    let mut stream = ResponseStream::default();
    stream.feed(b"data: {broken\n\ndata: 7\n\n", &mut out);
    assert_eq!((out.len(), stream.skipped()), (0, 2));
}

#[test]
fn a_whole_answer_reads_like_a_stream() {
    let body = json!({
        "object": "response",
        "status": "completed",
        "error": null,
        "output": [
            {"type": "reasoning", "summary": [{"text": "Hm."}], "encrypted_content": "proof"},
            {"type": "message", "content": [{"type": "output_text", "text": "Hi"}]},
            {"type": "web_search_call"},
            {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"},
        ],
        "usage": {"input_tokens": 9, "output_tokens": 5, "total_tokens": 14,
                  "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
                  "output_tokens_details": {"reasoning_tokens": 3}},
    });
    let usage = Usage {
        fresh_input: 3,
        cached_input: 4,
        cache_write: 2,
        reasoning: 3,
        output: 2,
    };
    let json = "{}".to_owned();
    assert_eq!(
        read_whole(body.to_string().as_bytes()),
        [
            WireEvent::Reasoning("Hm.".into()),
            WireEvent::ReasoningSeal {
                seal: "proof".into(),
                redacted: false,
            },
            text("Hi"),
            WireEvent::ToolCall {
                index: 0,
                id: "a".into(),
                name: "f".into(),
                seal: None,
            },
            WireEvent::ToolArguments { index: 0, json },
            WireEvent::Finish(FinishReason::ToolCalls),
            WireEvent::Usage(usage),
        ]
    );
    for body in [
        &b"<html></html>"[..],
        b"",
        b"{}",
        br#"{"status":"in_progress"}"#,
    ] {
        assert_eq!(read_whole(body), [WireEvent::Error(WireError::Cut)]);
    }
}
