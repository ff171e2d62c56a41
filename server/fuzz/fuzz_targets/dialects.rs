//! Answers as any server may send them: whatever the bytes are, reading ends without a panic, says at
//! most one error, says nothing after it, and does not depend on how the bytes were cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::openai::Peer;
use wire::{Dialect, WireError, WireEvent};

const DIALECTS: [Dialect; 4] = [
    Dialect::OpenAi(Peer::Compatible),
    Dialect::Anthropic,
    Dialect::Gemini,
    Dialect::Bedrock,
];
const KINDS: [&str; 7] = [
    "messageStart",
    "contentBlockStart",
    "contentBlockDelta",
    "contentBlockStop",
    "messageStop",
    "metadata",
    "throttlingException",
];

fn read<'a>(dialect: Dialect, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<WireEvent> {
    let mut out = Vec::new();
    let mut decoder = dialect.decoder();
    for piece in pieces {
        decoder.feed(piece, &mut out);
    }
    decoder.finish(&mut out);
    assert!(decoder.state().is_over());
    out
}

/// The bytes as payloads of messages whose checksums hold: no fuzzer finds those.
fn frames(bytes: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    for payload in bytes.split(|byte| *byte == 0xff) {
        let (kind, payload) = payload.split_first().unwrap_or((&0, &[]));
        let kind = KINDS[usize::from(*kind) % KINDS.len()];
        let (message, name) = if kind.ends_with("Exception") {
            ("exception", ":exception-type")
        } else {
            ("event", ":event-type")
        };
        let mut headers = Vec::new();
        for (name, value) in [(":message-type", message), (name, kind)] {
            headers.push(name.len() as u8);
            headers.extend(name.bytes().chain([7, 0, value.len() as u8]));
            headers.extend(value.bytes());
        }
        let begin = stream.len();
        let length = |bytes: usize| (bytes as u32).to_be_bytes();
        stream.extend(length(16 + headers.len() + payload.len()));
        stream.extend(length(headers.len()));
        let sum = crc32fast::hash(&stream[begin..]);
        stream.extend(sum.to_be_bytes());
        stream.extend(headers);
        stream.extend(payload);
        let sum = crc32fast::hash(&stream[begin..]);
        stream.extend(sum.to_be_bytes());
    }
    stream
}

fn check(dialect: Dialect, bytes: &[u8], at: usize) {
    let whole = read(dialect, [bytes]);
    let at = at % (bytes.len() + 1);
    let (left, right) = bytes.split_at(at);
    assert_eq!(whole, read(dialect, [left, right]));
    let errors = whole
        .iter()
        .filter(|event| matches!(event, WireEvent::Error(_)));
    assert!(errors.count() <= 1);
    let error = whole
        .iter()
        .position(|event| matches!(event, WireEvent::Error(_)));
    assert!(error.is_none_or(|error| error + 1 == whole.len()));
    let finished = whole
        .iter()
        .any(|event| matches!(event, WireEvent::Finish(_)));
    let cut = whole.last() == Some(&WireEvent::Error(WireError::Cut));
    assert!(!(finished && cut && dialect != Dialect::Bedrock));
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&[choice, at], bytes)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let dialect = DIALECTS[usize::from(choice) % DIALECTS.len()];
    check(dialect, bytes, usize::from(at));
    if dialect == Dialect::Bedrock {
        check(dialect, &frames(bytes), usize::from(at));
    }
    assert!(!dialect.read_whole(bytes).is_empty());
    let refused = dialect.read_refusal(400 + u16::from(at), bytes, None);
    assert!(refused.code.is_none_or(|code| code.len() <= 64));
});
