//! Answers as any server may send them: whatever the bytes are, reading ends without a panic, says at
//! most one error, says nothing after it, and does not depend on how the bytes were cut. What was read
//! can be written at any door, and is understood there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::door::{Door, Head};
use wire::embeddings::EmbedDialect;
use wire::openai::Peer;
use wire::{Dialect, WireError, WireEvent};

const DIALECTS: [Dialect; 5] = [
    Dialect::OpenAi(Peer::Compatible),
    Dialect::Anthropic,
    Dialect::Gemini,
    Dialect::Bedrock,
    Dialect::Responses(Peer::OpenAi),
];
const DOORS: [(Door, Dialect); 4] = [
    (Door::OpenAi, Dialect::OpenAi(Peer::Compatible)),
    (Door::Responses, Dialect::Responses(Peer::OpenAi)),
    (Door::Anthropic, Dialect::Anthropic),
    (Door::Gemini, Dialect::Gemini),
];
const VECTORS: [EmbedDialect; 5] = [
    EmbedDialect::OpenAi(Peer::Compatible),
    EmbedDialect::Mistral,
    EmbedDialect::Gemini,
    EmbedDialect::Titan,
    EmbedDialect::Cohere,
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
    // Writing costs several times what reading does.
    if at.is_multiple_of(4) {
        serve(&whole, at / 4);
    }
    let finished = whole
        .iter()
        .any(|event| matches!(event, WireEvent::Finish(_)));
    let cut = whole.last() == Some(&WireEvent::Error(WireError::Cut));
    assert!(!(finished && cut && dialect != Dialect::Bedrock));
}

/// Writes the events at one door: our own reader reads them to one end, and an error among them is
/// an error there.
fn serve(events: &[WireEvent], at: usize) {
    let failed = |events: &[WireEvent]| matches!(events.last(), Some(WireEvent::Error(_)));
    let (door, dialect) = DOORS[at % DOORS.len()];
    let mut bytes = Vec::new();
    let mut encoder = door.encoder(Head::default(), true);
    for event in events {
        encoder.write(event, &mut bytes);
    }
    encoder.finish(&mut bytes);
    let read = read(dialect, [bytes.as_slice()]);
    assert!(failed(&read) || !failed(events));
    match door.write_whole(&Head::default(), events) {
        Ok(body) => assert!(!failed(&dialect.read_whole(&body))),
        Err(trouble) => assert!(door.refuse(&trouble).status >= 400),
    }
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
    let vectors = VECTORS[usize::from(choice) % VECTORS.len()];
    let asked = usize::from(at);
    let read = vectors.read(bytes, asked, None);
    assert!(read.is_err() || read.is_ok_and(|read| read.vectors.len() == asked));
});
