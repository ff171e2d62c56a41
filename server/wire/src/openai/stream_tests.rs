//! The stream's state machine, event by event.

use super::ChatStream;
use crate::decode::Decode as _;
use crate::event::{FinishReason, WireError, WireEvent};
use crate::fault::ProviderFault;

fn read(stream: &str) -> (Vec<WireEvent>, ChatStream) {
    let mut out = Vec::new();
    let mut decoder = ChatStream::default();
    decoder.feed(stream.as_bytes(), &mut out);
    decoder.finish(&mut out);
    (out, decoder)
}

fn text(text: &str) -> WireEvent {
    WireEvent::Text(text.into())
}

const HELLO: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n";
const STOP: &str =
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

#[test]
fn the_end_of_the_connection_alone_is_never_success() {
    assert_eq!(
        read(HELLO).0,
        [text("Hello"), WireEvent::Error(WireError::Cut)]
    );
    assert_eq!(read("").0, [WireEvent::Error(WireError::Cut)]);
}

#[test]
fn a_finish_reason_without_a_terminator_is_complete() {
    let (events, _) = read(&format!("{HELLO}{STOP}"));
    assert_eq!(
        events,
        [text("Hello"), WireEvent::Finish(FinishReason::Stop)]
    );
}

#[test]
fn an_empty_finish_reason_is_none() {
    let chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"\"}]}\n\n";
    assert_eq!(read(chunk).0, [text("a"), WireEvent::Error(WireError::Cut)]);
}

#[test]
fn a_terminator_alone_ends_without_an_error() {
    assert_eq!(
        read(&format!("{HELLO}data: [DONE]\n\n{HELLO}")).0,
        [text("Hello")]
    );
}

#[test]
fn an_error_inside_a_success_is_typed_and_terminal() {
    let shapes = [
        "data: {\"error\":{\"message\":\"m\",\"code\":\"rate_limit_exceeded\"}}\n\n",
        "event: error\ndata: {\"error\":{\"type\":\"rate_limit_error\"}}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}],\
         \"error\":{\"code\":429,\"message\":\"m\"}}\n\n",
    ];
    for shape in shapes {
        let (events, _) = read(&format!("{HELLO}{shape}{HELLO}{STOP}"));
        assert_eq!(events.len(), 2, "{shape}");
        assert!(
            matches!(&events[1], WireEvent::Error(WireError::Refused(refused))
                if refused.fault == ProviderFault::RateLimited),
            "{shape}: {events:?}"
        );
    }
    let unreadable = read("event: error\ndata: overloaded\n\n").0;
    assert!(matches!(
        &unreadable[..],
        [WireEvent::Error(WireError::Refused(_))]
    ));
}

#[test]
fn one_unreadable_event_is_skipped_and_counted() {
    let (events, stream) = read(&format!("data: {{broken\n\n{HELLO}data: 7\n\n{STOP}"));
    assert_eq!(
        events,
        [text("Hello"), WireEvent::Finish(FinishReason::Stop)]
    );
    assert_eq!(stream.skipped(), 2);
}

#[test]
fn comments_are_not_progress() {
    let (_, stream) = read(": PROCESSING\n\n: PROCESSING\n\n");
    assert_eq!(stream.events(), 0);
}

#[test]
fn reasoning_comes_apart_from_the_answer_and_once() {
    let chunk = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"abcd\",\
                 \"reasoning\":\"abcd\"}}]}\n\n";
    let thought = WireEvent::Reasoning("abcd".into());
    assert_eq!(
        read(&format!("{chunk}{STOP}")).0,
        [thought, WireEvent::Finish(FinishReason::Stop)]
    );
}

fn calls(pieces: &[&str]) -> Vec<WireEvent> {
    let mut stream = String::new();
    for piece in pieces {
        stream += r#"data: {"choices":[{"delta":{"tool_calls":["#;
        stream += piece;
        stream += "]}}]}\n\n";
    }
    stream += STOP;
    let mut events = read(&stream).0;
    events.pop();
    events
}

#[test]
fn tool_calls_come_in_pieces_or_whole_with_or_without_numbers() {
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
    let pieces = calls(&[
        r#"{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}"#,
        r#"{"index":0,"function":{"arguments":"{\"x\""}}"#,
        r#"{"index":0,"function":{"arguments":":1}"}}"#,
        r#"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
    ]);
    assert_eq!(
        pieces,
        [
            call(0, "a", "f"),
            arguments(0, r#"{"x""#),
            arguments(0, ":1}"),
            call(1, "b", "g"),
            arguments(1, "{}"),
        ]
    );
    let whole = calls(&[
        r#"{"function":{"name":"f","arguments":"{}"}}"#,
        r#"{"id":"","function":{"name":"g","arguments":"{}"}}"#,
    ]);
    assert_eq!(
        whole,
        [
            call(0, "call_0", "f"),
            arguments(0, "{}"),
            call(1, "call_1", "g"),
            arguments(1, "{}"),
        ]
    );
    let unnamed = calls(&[r#"{"index":3,"function":{"arguments":"{}"}}"#]);
    assert_eq!(unnamed, []);
}

#[test]
fn an_event_above_the_limit_is_a_typed_error() {
    let (events, _) = read(&format!("data: {}\n\n{STOP}", "x".repeat(1024 * 1024)));
    assert_eq!(
        events,
        [WireEvent::Error(WireError::TooLarge { limit: 1024 * 1024 })]
    );
}

#[test]
fn an_error_inside_a_choice_is_an_error() {
    let broken = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\",\
                  \"error\":{\"code\":429,\"message\":\"m\"}}]}\n\n";
    let (events, _) = read(&format!("{HELLO}{broken}{STOP}"));
    assert!(
        matches!(&events[..], [_, WireEvent::Error(WireError::Refused(refused))]
        if refused.fault == ProviderFault::RateLimited)
    );
}

#[test]
fn words_in_parts_are_words_and_thoughts_among_them_are_thoughts() {
    let parts = "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":\
                 [{\"type\":\"text\",\"text\":\"Hm.\"}]},{\"type\":\"text\",\"text\":\"Yes.\"}]}}]}\n\n";
    let odd = "data: {\"choices\":[{\"delta\":{\"content\":7}}]}\n\n";
    let (events, stream) = read(&format!("{parts}{odd}{STOP}"));
    let thought = WireEvent::Reasoning("Hm.".into());
    let end = WireEvent::Finish(FinishReason::Stop);
    assert_eq!(events, [thought, text("Yes."), end]);
    assert_eq!(stream.skipped(), 0);
}

#[test]
fn counts_are_found_where_groq_puts_them() {
    let chunk = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\
                 \"x_groq\":{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}}\n\n";
    let (events, _) = read(chunk);
    assert!(matches!(&events[..], [_, WireEvent::Usage(usage)] if usage.fresh_input == 3));
}

#[test]
fn proofs_of_reasoning_come_through() {
    let chunk = "data: {\"choices\":[{\"delta\":{\"reasoning_details\":[\
                 {\"type\":\"reasoning.text\",\"text\":\"Hm.\",\"signature\":\"p\"},\
                 {\"type\":\"reasoning.encrypted\",\"data\":\"h\"},{\"type\":\"reasoning.summary\"}],\
                 \"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"},\
                 \"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}}]}}]}\n\n";
    let seal = |seal: &str, redacted| WireEvent::ReasoningSeal {
        seal: seal.into(),
        redacted,
    };
    let (mut events, _) = read(&format!("{chunk}{STOP}"));
    events.pop();
    let call = WireEvent::ToolCall {
        index: 0,
        id: "a".into(),
        name: "f".into(),
        seal: Some("s".into()),
    };
    assert_eq!(events, [seal("p", false), seal("h", true), call]);
}

#[test]
fn other_choices_are_ignored() {
    let other = "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"},\
                 \"finish_reason\":\"stop\"}]}\n\n";
    assert_eq!(read(&format!("{other}{HELLO}{STOP}")).0.len(), 2);
}
