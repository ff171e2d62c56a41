//! The stream's state machine, frame by frame.

use super::ConverseStream;
use crate::bedrock::frames::Frame;
use crate::decode::{Decode as _, Progress};
use crate::event::{FinishReason, WireError, WireEvent};
use crate::fault::ProviderFault;
use crate::usage::Usage;

fn event(kind: &str, payload: &str) -> Frame {
    Frame::of(
        &[(":event-type", kind), (":message-type", "event")],
        payload,
    )
}

fn exception(kind: &str, payload: &str) -> Frame {
    let headers = [(":exception-type", kind), (":message-type", "exception")];
    Frame::of(&headers, payload)
}

fn read(frames: &[Frame]) -> (Vec<WireEvent>, ConverseStream) {
    let mut out = Vec::new();
    let mut stream = ConverseStream::default();
    for frame in frames {
        stream.read(frame, &mut out);
    }
    stream.finish(&mut out);
    (out, stream)
}

fn hello() -> Frame {
    event(
        "contentBlockDelta",
        r#"{"contentBlockIndex":0,"delta":{"text":"Hello"},"p":"abcd"}"#,
    )
}

fn stop(reason: &str) -> Frame {
    event("messageStop", &format!(r#"{{"stopReason":"{reason}"}}"#))
}

fn text(text: &str) -> WireEvent {
    WireEvent::Text(text.into())
}

const CUT: WireEvent = WireEvent::Error(WireError::Cut);

#[test]
fn the_end_of_the_connection_alone_is_never_success() {
    assert_eq!(read(&[hello()]).0, [text("Hello"), CUT]);
    let (events, mut stream) = read(&[]);
    assert_eq!(events, [CUT]);
    let mut again = Vec::new();
    stream.finish(&mut again);
    assert_eq!((again, stream.state()), (vec![], Progress::Failed));
}

#[test]
fn a_stop_reason_without_counts_is_complete() {
    let (events, stream) = read(&[hello(), stop("end_turn")]);
    assert_eq!(
        events,
        [text("Hello"), WireEvent::Finish(FinishReason::Stop)]
    );
    assert_eq!(stream.state(), Progress::Done);
}

#[test]
fn counts_after_the_stop_reason_end_the_answer() {
    let metadata = event(
        "metadata",
        r#"{"metrics":{"latencyMs":1},"usage":{"inputTokens":9,"outputTokens":4,"totalTokens":13}}"#,
    );
    let mut out = Vec::new();
    let mut stream = ConverseStream::default();
    for frame in [stop("end_turn"), metadata, hello()] {
        stream.read(&frame, &mut out);
    }
    assert_eq!(stream.state(), Progress::Done);
    let usage = Usage {
        fresh_input: 9,
        output: 4,
        ..Usage::default()
    };
    assert_eq!(
        out,
        [
            WireEvent::Finish(FinishReason::Stop),
            WireEvent::Usage(usage)
        ]
    );
}

#[test]
fn an_exception_inside_a_success_is_typed_and_terminal() {
    let error = Frame::of(
        &[
            (":message-type", "error"),
            (":error-code", "ThrottlingException"),
            (":error-message", "m"),
        ],
        "",
    );
    let too_long = r#"{"message":"Input is too long for requested model."}"#;
    let table = [
        (
            exception("throttlingException", r#"{"message":"m"}"#),
            ProviderFault::RateLimited,
        ),
        (
            exception("modelStreamErrorException", "{}"),
            ProviderFault::Down,
        ),
        (
            exception("validationException", too_long),
            ProviderFault::ContextTooLong,
        ),
        (exception("", "not json"), ProviderFault::Down),
        (error, ProviderFault::RateLimited),
        (stop("malformed_tool_use"), ProviderFault::Down),
    ];
    for (frame, fault) in table {
        let shape = format!("{frame:?}");
        let (events, stream) = read(&[hello(), frame, hello(), stop("end_turn")]);
        assert_eq!(events.len(), 2, "{shape}");
        assert!(
            matches!(&events[1], WireEvent::Error(WireError::Refused(refused))
                if refused.fault == fault),
            "{shape}: {events:?}"
        );
        assert_eq!(stream.state(), Progress::Failed);
    }
}

#[test]
fn an_unreadable_event_is_skipped_and_counted_and_an_unknown_one_passed_over() {
    let (events, stream) = read(&[
        event("contentBlockDelta", "{broken"),
        event("contentBlockDelta", r#"{"delta":{"text":7}}"#),
        event("messageStart", r#"{"role":"assistant"}"#),
        event("eventOfNextYear", "\u{0}"),
        Frame::of(&[], ""),
        hello(),
        stop("end_turn"),
    ]);
    assert_eq!(events.len(), 2);
    assert_eq!((stream.events(), stream.skipped()), (7, 3));
}

#[test]
fn reasoning_comes_with_its_seal() {
    let delta = |content: &str| {
        let payload = format!(r#"{{"delta":{{"reasoningContent":{content}}}}}"#);
        event("contentBlockDelta", &payload)
    };
    let (events, _) = read(&[
        delta(r#"{"text":"Hm"}"#),
        delta(r#"{"text":""}"#),
        delta(r#"{"signature":"c2ln"}"#),
        delta(r#"{"redactedContent":"cmVk"}"#),
        stop("max_tokens"),
    ]);
    let seal = |seal: &str, redacted| WireEvent::ReasoningSeal {
        seal: seal.into(),
        redacted,
    };
    assert_eq!(
        events,
        [
            WireEvent::Reasoning("Hm".into()),
            seal("c2ln", false),
            seal("cmVk", true),
            WireEvent::Finish(FinishReason::Length),
        ]
    );
}

#[test]
fn calls_are_counted_from_zero_whatever_their_blocks_are() {
    let start = |block: u32, call: &str| {
        let payload = format!(r#"{{"contentBlockIndex":{block},"start":{{"toolUse":{call}}}}}"#);
        event("contentBlockStart", &payload)
    };
    let input = |block: u32, piece: &str| {
        let json = serde_json::Value::from(piece);
        let payload =
            format!(r#"{{"contentBlockIndex":{block},"delta":{{"toolUse":{{"input":{json}}}}}}}"#);
        event("contentBlockDelta", &payload)
    };
    let (events, stream) = read(&[
        start(2, r#"{"toolUseId":"a","name":"f"}"#),
        input(2, ""),
        input(2, r#"{"x""#),
        input(2, ":1}"),
        event("contentBlockStop", r#"{"contentBlockIndex":2}"#),
        input(2, "late"),
        start(
            3,
            r#"{"toolUseId":"s","name":"web","type":"server_tool_use"}"#,
        ),
        input(3, "{}"),
        start(4, r#"{"toolUseId":"b"}"#),
        start(5, r#"{"name":"g"}"#),
        input(5, "{}"),
        stop("tool_use"),
    ]);
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
        events,
        [
            call(0, "a", "f"),
            arguments(0, r#"{"x""#),
            arguments(0, ":1}"),
            call(1, "call_1", "g"),
            arguments(1, "{}"),
            WireEvent::Finish(FinishReason::ToolCalls),
        ]
    );
    assert_eq!(stream.skipped(), 1);
}
