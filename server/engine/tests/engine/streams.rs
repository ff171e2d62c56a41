//! Streams of every dialect at their edges: an event that cannot be read, a terminator that never
//! comes, and an end at every position there is.

use crate::dialects::{Stage, stages};
use crate::harness::{House, settings};
use crate::upstream::{Act, Upstream};
use contract::NanoUsd;
use contract::keys::KeyProvider;
use engine::{Fault, How};
use wire::{Dialect, Progress};

/// An event in the right frame with nothing readable in it.
fn garbage(stage: &Stage) -> Vec<u8> {
    match stage.provider {
        KeyProvider::Bedrock => crate::dialects::frame("event", "contentBlockDelta", "{not json"),
        _ => b"data: {not json\n\n".to_vec(),
    }
}

/// How far an answer is after these events.
fn progress(stage: &Stage, parts: &[Vec<u8>]) -> Progress {
    let mut decoder = Dialect::of(stage.provider).decoder();
    let mut events = Vec::new();
    for part in parts {
        decoder.feed(part, &mut events);
    }
    decoder.state()
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_skipped_and_counted() {
    for mut stage in stages() {
        let name = stage.provider.as_str();
        // In front of everything, in the middle of the text, and behind it.
        let last = stage.good.len() - 1;
        for at in [0, last / 2, last] {
            stage.good.insert(at, garbage(&stage));
        }
        let upstream = Upstream::start(vec![stage.script(usize::MAX, vec![])]).await;
        let house = House::new(settings());
        let told = house.ask(vec![stage.target(&upstream)]).await;
        assert_eq!(told.text, "Hello there", "{name}");
        assert_eq!(
            (told.ended.how, told.ended.attempts),
            (How::Complete, 1),
            "{name}"
        );
        assert!(!told.ended.estimated, "{name}: its counts came along");
        assert_eq!(house.engine.counted().skipped_events, 3, "{name}");
    }
}

#[tokio::test]
async fn an_end_at_every_position_is_an_answer_only_after_its_finish() {
    for stage in stages() {
        let name = stage.provider.as_str();
        for parts in 0..=stage.good.len() {
            let finished = progress(&stage, &stage.good[..parts]) != Progress::Open;
            for end in [vec![], vec![Act::Reset]] {
                let upstream = Upstream::start(vec![stage.script(parts, end)]).await;
                let house = House::new(settings());
                let told = house.ask(vec![stage.target(&upstream)]).await;
                let expected = match (finished, told.text.is_empty()) {
                    (true, _) => How::Complete,
                    (false, true) => How::Failed(Fault::Cut),
                    (false, false) => How::Cut,
                };
                assert_eq!(told.ended.how, expected, "{name} after {parts} events");
                assert_eq!(told.ended.attempts, 1);
                let settled = house.settlements();
                assert_eq!(settled.len(), 1, "{name}");
                assert_eq!(settled[0].how, expected, "{name}");
                assert!(
                    settled[0].cost > Some(NanoUsd::ZERO),
                    "{name}: it may have worked"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_end_in_the_middle_of_an_event_is_never_a_clean_one() {
    for stage in stages() {
        let name = stage.provider.as_str();
        for parts in 0..stage.good.len() {
            if progress(&stage, &stage.good[..parts]) != Progress::Open {
                break;
            }
            let whole = &stage.good[parts];
            let half = whole[..whole.len() / 2].to_vec();
            let upstream = Upstream::start(vec![stage.script(parts, vec![Act::Bytes(half)])]).await;
            let house = House::new(settings());
            let told = house.ask(vec![stage.target(&upstream)]).await;
            assert!(
                matches!(told.ended.how, How::Cut | How::Failed(Fault::Cut)),
                "{name}, {parts} and a half: {:?}",
                told.ended.how
            );
        }
    }
}
