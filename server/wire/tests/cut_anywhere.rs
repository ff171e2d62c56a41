//! A stream cut at every byte and split at every boundary means the same or fails in one way.

use proptest::prelude::*;
use wire::openai::ChatStream;
use wire::{Decode as _, FinishReason, WireError, WireEvent};

/// The shape a real peer sends: role first, text with characters of every width, usage, end.
const STREAM: &str = concat!(
    ": keep-alive\r\n\r\n",
    "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",",
    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},",
    "\"finish_reason\":null}],\"usage\":null}\r\n\r\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Grüße \"},\"finish_reason\":null}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"😀 日本\"}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    "data: {\"choices\":[],\ndata: \"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,",
    "\"total_tokens\":13}}\n\n",
    "data: [DONE]\n\n",
);

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<WireEvent> {
    let mut out = Vec::new();
    let mut stream = ChatStream::default();
    for piece in pieces {
        stream.feed(piece, &mut out);
    }
    stream.finish(&mut out);
    out
}

fn whole() -> Vec<WireEvent> {
    read([STREAM.as_bytes()])
}

#[test]
fn the_whole_stream_means_what_it_says() {
    let events = whole();
    assert_eq!(events.len(), 4);
    assert_eq!(events[0], WireEvent::Text("Grüße ".into()));
    assert_eq!(events[1], WireEvent::Text("😀 日本".into()));
    assert_eq!(events[2], WireEvent::Finish(FinishReason::Stop));
    assert!(matches!(events[3], WireEvent::Usage(usage) if usage.fresh_input == 9));
}

#[test]
fn one_split_at_every_byte_changes_nothing() {
    let bytes = STREAM.as_bytes();
    for at in 0..=bytes.len() {
        let (left, right) = bytes.split_at(at);
        assert_eq!(read([left, right]), whole(), "split at {at}");
    }
}

#[test]
fn a_cut_at_every_byte_is_a_prefix_and_either_complete_or_cut() {
    let bytes = STREAM.as_bytes();
    let expected = whole();
    let finished = WireEvent::Finish(FinishReason::Stop);
    for at in 0..=bytes.len() {
        let mut events = read([&bytes[..at]]);
        let cut = events.last() == Some(&WireEvent::Error(WireError::Cut));
        if cut {
            events.pop();
        }
        assert!(expected.starts_with(&events), "cut at {at}: {events:?}");
        assert_eq!(cut, !events.contains(&finished), "cut at {at}: {events:?}");
    }
}

proptest! {
    #[test]
    fn any_chunking_means_the_same(sizes in prop::collection::vec(1_usize..40, 1..200)) {
        let mut rest = STREAM.as_bytes();
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
        let mut out = Vec::new();
        let mut stream = ChatStream::default();
        stream.feed(&bytes, &mut out);
        stream.finish(&mut out);
        prop_assert!(stream.state().is_over());
        let errors = out.iter().filter(|event| matches!(event, WireEvent::Error(_))).count();
        prop_assert!(errors <= 1);
    }

    #[test]
    fn a_damaged_byte_adds_at_most_one_event(at in 0_usize..STREAM.len(), byte in any::<u8>()) {
        let mut bytes = STREAM.as_bytes().to_vec();
        bytes[at] = byte;
        let events = read([bytes.as_slice()]);
        let most = whole().len() + 1;
        prop_assert!(events.len() <= most);
    }
}
