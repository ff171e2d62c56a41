//! What a door writes, our own decoder of that dialect reads as the same events, however it is cut.

use crate::{DOORS, dialect, golden, head};
use proptest::prelude::*;
use wire::door::{Door, Trouble};
use wire::{FinishReason, ProviderFault, Refused, Usage, WireError, WireEvent};

fn written(door: Door, events: &[WireEvent]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = door.encoder(head(), true);
    for event in events {
        encoder.write(event, &mut out);
    }
    encoder.finish(&mut out);
    out
}

fn read<'a>(door: Door, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<WireEvent> {
    let mut out = Vec::new();
    let mut decoder = dialect(door).decoder();
    for piece in pieces {
        decoder.feed(piece, &mut out);
    }
    decoder.finish(&mut out);
    assert!(decoder.state().is_over());
    out
}

/// Pieces of one kind that follow each other, as one: how an answer was cut is not part of it.
/// Gemini's calls come whole.
fn joined(events: Vec<WireEvent>) -> Vec<WireEvent> {
    let mut out: Vec<WireEvent> = Vec::new();
    for event in events {
        match (out.last_mut(), &event) {
            (Some(WireEvent::Text(last)), WireEvent::Text(more))
            | (Some(WireEvent::Reasoning(last)), WireEvent::Reasoning(more)) => last.push_str(more),
            (
                Some(WireEvent::ToolArguments { index, json }),
                WireEvent::ToolArguments {
                    index: same,
                    json: more,
                },
            ) if index == same => json.push_str(more),
            _ => out.push(event),
        }
    }
    out
}

/// What a door's language has a place for.
fn carried(door: Door, events: &[WireEvent]) -> Vec<WireEvent> {
    let carried = events.iter().filter_map(|event| match event {
        // Reasoning that only its own provider reads. Responses mark it inside the seal.
        WireEvent::ReasoningSeal { redacted: true, .. } if door == Door::Gemini => None,
        WireEvent::ReasoningSeal {
            seal,
            redacted: true,
        } if door == Door::Responses => Some(WireEvent::ReasoningSeal {
            seal: format!("redacted:{seal}"),
            redacted: false,
        }),
        WireEvent::ToolCall {
            index, id, name, ..
        } if matches!(door, Door::Anthropic | Door::Responses) => Some(WireEvent::ToolCall {
            index: *index,
            id: id.clone(),
            name: name.clone(),
            seal: None,
        }),
        event => Some(event.clone()),
    });
    joined(carried.collect())
}

fn said() -> impl Strategy<Value = Vec<WireEvent>> {
    let words = "[a-zA-Zäöü😀日\n\r\t\"\\\\{}:\u{2028}]{1,12}";
    prop_oneof![
        words.prop_map(|text| vec![WireEvent::Text(text)]),
        words.prop_map(|text| vec![WireEvent::Reasoning(text)]),
        // A proof ends the reasoning it is of; more of it is a new one.
        ("[a-zA-Z0-9+/]{1,12}", any::<bool>()).prop_map(|(seal, redacted)| vec![
            WireEvent::Reasoning("because".into()),
            WireEvent::ReasoningSeal { seal, redacted },
            WireEvent::Text("so".into()),
        ]),
    ]
}

fn calls() -> impl Strategy<Value = Vec<(String, Option<String>, String)>> {
    let arguments = prop::collection::btree_map("[a-z]{1,4}", ".{0,8}", 1..3);
    let arguments = arguments.prop_map(|fields| serde_json::json!(fields).to_string());
    let seal = prop::option::of("[a-zA-Z0-9]{1,8}");
    prop::collection::vec(("[a-z_]{1,8}", seal, arguments), 0..3)
}

fn answers() -> impl Strategy<Value = Vec<WireEvent>> {
    let usage = (
        0_u64..9_999,
        0_u64..9_999,
        0_u64..9_999,
        0_u64..999,
        0_u64..9_999,
    );
    let reasons = prop::sample::select(vec![
        FinishReason::Stop,
        FinishReason::Length,
        FinishReason::ContentFilter,
    ]);
    (
        prop::collection::vec(said(), 0..6),
        calls(),
        reasons,
        usage,
        1_usize..9,
    )
        .prop_map(|(said, calls, reason, counts, size)| {
            let mut events: Vec<WireEvent> = said.into_iter().flatten().collect();
            let reason = if calls.is_empty() {
                reason
            } else {
                FinishReason::ToolCalls
            };
            for (index, (name, seal, arguments)) in (0_u32..).zip(calls) {
                let id = format!("id_{index}");
                events.push(WireEvent::ToolCall {
                    index,
                    id,
                    name,
                    seal,
                });
                let letters: Vec<char> = arguments.chars().collect();
                for piece in letters.chunks(size) {
                    let json = piece.iter().collect();
                    events.push(WireEvent::ToolArguments { index, json });
                }
            }
            events.push(WireEvent::Finish(reason));
            events.push(WireEvent::Usage(Usage {
                fresh_input: counts.0,
                cached_input: counts.1,
                cache_write: counts.2,
                reasoning: counts.3,
                output: counts.4,
            }));
            events
        })
}

/// Gemini's counts have no place for what was put into a cache: it is read as fresh.
fn without_cache_writes(door: Door, mut events: Vec<WireEvent>) -> Vec<WireEvent> {
    for event in &mut events {
        if let WireEvent::Usage(usage) = event
            && door == Door::Gemini
        {
            usage.fresh_input += std::mem::take(&mut usage.cache_write);
        }
    }
    events
}

proptest! {
    #[test]
    fn an_answer_is_read_back_as_it_was(events in answers()) {
        for (_, door) in DOORS {
            let expected = without_cache_writes(door, carried(door, &events));
            let bytes = written(door, &events);
            prop_assert_eq!(&carried(door, &read(door, [bytes.as_slice()])), &expected, "{:?}", door);
        }
    }

    #[test]
    fn a_whole_answer_is_read_back_as_it_was(events in answers()) {
        for (_, door) in DOORS {
            let body = door.write_whole(&head(), &events).unwrap();
            let read = carried(door, &dialect(door).read_whole(&body));
            if door == Door::OpenAi {
                // One message has one place for each kind; their order is lost.
                let finish = |events: &[WireEvent]| events[events.len() - 2..].to_vec();
                prop_assert_eq!(finish(&read), finish(&events));
            } else {
                let expected = without_cache_writes(door, carried(door, &events));
                prop_assert_eq!(&read, &expected, "{:?}", door);
            }
        }
    }

    #[test]
    fn a_written_answer_cut_anywhere_is_a_prefix_that_is_known_to_be_cut(
        events in answers(),
        at in any::<prop::sample::Index>(),
    ) {
        for (_, door) in DOORS {
            let bytes = written(door, &events);
            let whole = read(door, [bytes.as_slice()]);
            let (left, right) = bytes.split_at(at.index(bytes.len() + 1));
            prop_assert_eq!(&read(door, [left, right]), &whole);
            let mut out = Vec::new();
            let mut decoder = dialect(door).decoder();
            decoder.feed(left, &mut out);
            decoder.finish(&mut out);
            let finished = out.iter().any(|event| matches!(event, WireEvent::Finish(_)));
            if finished {
                prop_assert!(whole.starts_with(&out));
            } else {
                prop_assert_eq!(out.pop(), Some(WireEvent::Error(WireError::Cut)));
                prop_assert!(whole.starts_with(&out));
            }
        }
    }
}

/// Committed streams, split and cut at every byte; the longest at every seventh.
#[test]
fn a_committed_stream_means_the_same_wherever_it_is_split_and_never_ends_well_where_it_is_cut() {
    for (folder, door) in DOORS {
        for name in ["reasoned_call", "broken_off"] {
            let file = golden::file(&format!("{folder}/{name}.stream.txt"));
            let bytes = std::fs::read(file).unwrap();
            let whole = read(door, [bytes.as_slice()]);
            let step = if bytes.len() > 4_096 { 7 } else { 1 };
            for at in (0..=bytes.len()).step_by(step) {
                let (left, right) = bytes.split_at(at);
                assert_eq!(read(door, [left, right]), whole, "{folder}/{name} at {at}");
                let mut cut = read(door, [left]);
                let finished = |event: &WireEvent| matches!(event, WireEvent::Finish(_));
                if !cut.iter().any(finished) {
                    assert!(matches!(cut.pop(), Some(WireEvent::Error(_))));
                }
                assert!(whole.starts_with(&cut), "{folder}/{name} at {at}");
            }
        }
    }
}

#[test]
fn a_broken_answer_is_read_back_as_a_broken_one() {
    for fault in [
        ProviderFault::RateLimited,
        ProviderFault::ContextTooLong,
        ProviderFault::Timeout,
        ProviderFault::Down,
        ProviderFault::BadRequest,
    ] {
        let error = WireEvent::Error(WireError::Refused(Refused::new(fault)));
        let events = [WireEvent::Text("Half".into()), error];
        for (_, door) in DOORS {
            let bytes = written(door, &events);
            let read = read(door, [bytes.as_slice()]);
            let [
                WireEvent::Text(_),
                WireEvent::Error(WireError::Refused(refused)),
            ] = &read[..]
            else {
                unreachable!("{door:?}: {read:?}");
            };
            assert_eq!(refused.fault, fault, "{door:?} {}", Trouble::from(refused));
        }
    }
}
