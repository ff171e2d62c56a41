//! A stream cut at every byte and split at every boundary means the same or fails in one way.

use super::encoder::{event, exception, frame};
use proptest::prelude::*;
use std::sync::LazyLock;
use wire::bedrock::ConverseStream;
use wire::{
    Decode as _, FinishReason, Progress, ProviderFault, Refused, Usage, WireError, WireEvent,
};

/// The shape the provider sends: reasoning with its seal, text with characters of every width, a
/// call in pieces, counts, and padding that hides the lengths of all of them.
const EVENTS: &[(&str, &str)] = &[
    ("messageStart", r#"{"p":"abcdefghijk","role":"assistant"}"#),
    (
        "contentBlockDelta",
        r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Wetter für 日本?"}},"p":"ab"}"#,
    ),
    (
        "contentBlockDelta",
        r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"RXJj+w=="}},"p":"a"}"#,
    ),
    ("contentBlockStop", r#"{"contentBlockIndex":0,"p":"abcd"}"#),
    (
        "contentBlockDelta",
        r#"{"contentBlockIndex":1,"delta":{"text":"Grüße "},"p":"abcdefgh"}"#,
    ),
    (
        "contentBlockDelta",
        r#"{"contentBlockIndex":1,"delta":{"text":"😀 日本"},"p":"abc"}"#,
    ),
    ("contentBlockStop", r#"{"contentBlockIndex":1}"#),
    (
        "contentBlockStart",
        r#"{"contentBlockIndex":2,"start":{"toolUse":{"name":"weather","toolUseId":"tooluse_x1"}}}"#,
    ),
    (
        "contentBlockDelta",
        r#"{"contentBlockIndex":2,"delta":{"toolUse":{"input":""}},"p":"abcd"}"#,
    ),
    (
        "contentBlockDelta",
        r#"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"city\":\"M\u00fcn"}}}"#,
    ),
    (
        "contentBlockDelta",
        r#"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"chen\"}"}},"p":"a"}"#,
    ),
    ("contentBlockStop", r#"{"contentBlockIndex":2}"#),
    ("messageStop", r#"{"p":"abcdefg","stopReason":"tool_use"}"#),
    (
        "metadata",
        r#"{"metrics":{"latencyMs":412},"p":"ab","usage":{"cacheReadInputTokens":100,"cacheWriteInputTokens":20,"inputTokens":9,"outputTokens":30,"totalTokens":159}}"#,
    ),
];

static STREAM: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let frames = EVENTS.iter().map(|(kind, payload)| event(kind, payload));
    frames.flatten().collect()
});

fn feed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<WireEvent>, ConverseStream) {
    let mut out = Vec::new();
    let mut stream = ConverseStream::default();
    for piece in pieces {
        stream.feed(piece, &mut out);
    }
    stream.finish(&mut out);
    (out, stream)
}

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<WireEvent> {
    feed(pieces).0
}

fn whole() -> Vec<WireEvent> {
    read([STREAM.as_slice()])
}

fn errors(events: &[WireEvent]) -> usize {
    let is_error = |event: &&WireEvent| matches!(event, WireEvent::Error(_));
    events.iter().filter(is_error).count()
}

#[test]
fn the_whole_stream_means_what_it_says() {
    let arguments = |json: &str| WireEvent::ToolArguments {
        index: 0,
        json: json.into(),
    };
    let (events, stream) = feed([STREAM.as_slice()]);
    assert_eq!(
        events,
        [
            WireEvent::Reasoning("Wetter für 日本?".into()),
            WireEvent::ReasoningSeal {
                seal: "RXJj+w==".into(),
                redacted: false,
            },
            WireEvent::Text("Grüße ".into()),
            WireEvent::Text("😀 日本".into()),
            WireEvent::ToolCall {
                index: 0,
                id: "tooluse_x1".into(),
                name: "weather".into(),
                seal: None,
            },
            arguments("{\"city\":\"Mün"),
            arguments("chen\"}"),
            WireEvent::Finish(FinishReason::ToolCalls),
            WireEvent::Usage(Usage {
                fresh_input: 9,
                cached_input: 100,
                cache_write: 20,
                reasoning: 0,
                output: 30,
            }),
        ]
    );
    assert_eq!(stream.state(), Progress::Done);
    assert_eq!((stream.events(), stream.skipped()), (14, 0));
}

#[test]
fn one_split_at_every_byte_changes_nothing() {
    let expected = whole();
    for at in 0..=STREAM.len() {
        let (left, right) = STREAM.split_at(at);
        assert_eq!(read([left, right]), expected, "split at {at}");
    }
}

#[test]
fn a_cut_at_every_byte_is_a_prefix_and_either_complete_or_cut() {
    let expected = whole();
    let finished = WireEvent::Finish(FinishReason::ToolCalls);
    for at in 0..=STREAM.len() {
        let mut events = read([&STREAM[..at]]);
        let cut = events.last() == Some(&WireEvent::Error(WireError::Cut));
        if cut {
            events.pop();
        }
        assert!(expected.starts_with(&events), "cut at {at}: {events:?}");
        assert_eq!(cut, !events.contains(&finished), "cut at {at}: {events:?}");
    }
}

#[test]
fn an_exception_inside_a_success_is_typed_and_terminal() {
    let hello = event(
        "contentBlockDelta",
        r#"{"delta":{"text":"a"},"contentBlockIndex":0}"#,
    );
    let throttled = exception("throttlingException", r#"{"message":"Too many tokens"}"#);
    let (events, stream) = feed([hello.as_slice(), &throttled, &hello]);
    let refused = Refused {
        code: Some("throttlingexception".into()),
        ..Refused::new(ProviderFault::RateLimited)
    };
    assert_eq!(
        events,
        [
            WireEvent::Text("a".into()),
            WireEvent::Error(WireError::Refused(refused))
        ]
    );
    assert_eq!(stream.state(), Progress::Failed);
}

#[test]
fn every_damaged_byte_cuts_the_stream_there() {
    let expected = whole();
    for at in 0..STREAM.len() {
        let mut bytes = STREAM.clone();
        bytes[at] ^= 0x40;
        let mut events = read([bytes.as_slice()]);
        let last = events.pop();
        assert_eq!(last, Some(WireEvent::Error(WireError::Cut)), "at {at}");
        assert!(expected.starts_with(&events), "at {at}: {events:?}");
    }
}

#[test]
fn nothing_counts_after_the_last_event() {
    let (events, stream) = feed([STREAM.as_slice(), b"garbage that is no frame", &STREAM]);
    assert_eq!(events, whole());
    assert_eq!(stream.state(), Progress::Done);
}

#[test]
fn an_event_above_the_limit_is_a_typed_error() {
    let limit = 1024 * 1024;
    let payload = format!(r#"{{"delta":{{"text":"{}"}}}}"#, "x".repeat(limit));
    let large = event("contentBlockDelta", &payload);
    // The length alone is enough.
    for bytes in [large.as_slice(), &large[..12]] {
        let events = read([bytes]);
        assert_eq!(events, [WireEvent::Error(WireError::TooLarge { limit })]);
    }
}

#[test]
fn frames_that_say_nothing_known_are_passed_over() {
    let mut bytes = frame(&[], "");
    bytes.extend(event("initial-response", "{}"));
    bytes.extend_from_slice(&STREAM);
    let (events, stream) = feed([bytes.as_slice()]);
    assert_eq!(events, whole());
    assert_eq!(stream.skipped(), 1);
}

proptest! {
    #[test]
    fn any_chunking_means_the_same(sizes in prop::collection::vec(1_usize..60, 1..200)) {
        let mut rest = STREAM.as_slice();
        let mut pieces = Vec::new();
        for size in sizes {
            let (piece, tail) = rest.split_at(size.min(rest.len()));
            pieces.push(piece);
            rest = tail;
        }
        pieces.push(rest);
        prop_assert_eq!(read(pieces), whole());
    }

    #[test]
    fn garbage_never_panics_and_always_ends(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (events, stream) = feed([bytes.as_slice()]);
        prop_assert!(stream.state().is_over());
        prop_assert!(errors(&events) <= 1);
    }

    #[test]
    fn garbage_in_good_frames_never_panics_and_always_ends(
        payloads in prop::collection::vec((0..EVENTS.len(), ".{0,80}"), 0..12),
    ) {
        let frames = payloads.iter().map(|(at, payload)| event(EVENTS[*at].0, payload));
        let bytes: Vec<u8> = frames.flatten().collect();
        let (events, stream) = feed([bytes.as_slice()]);
        prop_assert!(stream.state().is_over());
        prop_assert!(errors(&events) <= 1);
    }

    #[test]
    fn a_damaged_byte_adds_at_most_one_event(at in 0_usize..STREAM.len(), byte in any::<u8>()) {
        let mut bytes = STREAM.clone();
        bytes[at] = byte;
        let (events, stream) = feed([bytes.as_slice()]);
        prop_assert!(stream.state().is_over());
        prop_assert!(events.len() <= whole().len() + 1);
    }
}
