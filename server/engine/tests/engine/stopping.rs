//! Stopping: the upstream really ends, what was used is settled, nothing hangs.

use crate::harness::{House, ask, collect, facts, settings, target, tenant};
use crate::upstream::{Act, Upstream, head, text};
use contract::NanoUsd;
use engine::{CancellationToken, DemoPace, EngineEvent, How, Target};
use futures_util::StreamExt;

#[tokio::test]
async fn stop_closes_the_upstream_and_settles_what_was_used() {
    let upstream = Upstream::start(vec![vec![head(), text("Hello "), Act::AwaitClose]]).await;
    let house = House::new(settings());
    let stop = CancellationToken::new();
    let mut turn = house.start(
        facts(vec![target(&upstream.base_url(), 7)]),
        ask("Hello?"),
        stop.clone(),
    );
    while !matches!(turn.next().await, Some(EngineEvent::Text(_))) {}
    stop.cancel();
    let Some(EngineEvent::Ended(ended)) = turn.next().await else {
        panic!("a stopped turn ends");
    };
    assert_eq!((ended.how, ended.estimated), (How::Stopped, true));
    assert!(turn.next().await.is_none());
    upstream.until_closed().await;
    house.settled().await;
    let [settlement] = &house.settlements()[..] else {
        panic!("one settlement");
    };
    assert_eq!(
        (settlement.how, settlement.cost),
        (How::Stopped, ended.cost)
    );
    assert_eq!(settlement.completion_bytes, 6);
    assert_eq!(house.engine.meters().reserved(tenant(1)), NanoUsd::ZERO);
}

#[tokio::test]
async fn stop_before_the_head_closes_too() {
    let upstream = Upstream::start(vec![vec![Act::AwaitClose]]).await;
    let house = House::new(settings());
    let stop = CancellationToken::new();
    let turn = house.start(
        facts(vec![target(&upstream.base_url(), 7)]),
        ask("Hello?"),
        stop.clone(),
    );
    while upstream.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    let told = collect(turn).await;
    assert_eq!((told.ended.how, told.started), (How::Stopped, None));
    upstream.until_closed().await;
    house.settled().await;
    assert_eq!(house.settlements().len(), 1);
}

#[tokio::test]
async fn stop_before_anything_calls_nobody() {
    let upstream = Upstream::start(vec![vec![Act::AwaitClose]]).await;
    let house = House::new(settings());
    let stop = CancellationToken::new();
    stop.cancel();
    let turn = house.start(
        facts(vec![target(&upstream.base_url(), 7)]),
        ask("Hello?"),
        stop,
    );
    assert_eq!(collect(turn).await.ended.how, How::Stopped);
    house.settled().await;
    assert!(upstream.requests().is_empty() && house.settlements().is_empty());
}

#[tokio::test]
async fn dropping_the_stream_closes_the_upstream_and_settles() {
    let upstream = Upstream::start(vec![vec![head(), text("Hello "), Act::AwaitClose]]).await;
    let house = House::new(settings());
    let facts = facts(vec![target(&upstream.base_url(), 7)]);
    let mut turn = house.start(facts, ask("Hello?"), CancellationToken::new());
    while !matches!(turn.next().await, Some(EngineEvent::Text(_))) {}
    drop(turn);
    upstream.until_closed().await;
    house.settled().await;
    assert_eq!(house.settlements().len(), 1);
    assert_eq!(house.settlements()[0].how, How::Stopped);
    assert_eq!(house.engine.meters().reserved(tenant(1)), NanoUsd::ZERO);
}

#[tokio::test]
async fn a_reader_that_does_not_read_can_still_be_stopped() {
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"more \"}}]}\n\n";
    let upstream = Upstream::start(vec![vec![head(), Act::Repeat(event.repeat(20))]]).await;
    let house = House::new(settings());
    let stop = CancellationToken::new();
    let turn = house.start(
        facts(vec![target(&upstream.base_url(), 7)]),
        ask("Hello?"),
        stop.clone(),
    );
    while upstream.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    upstream.until_closed().await;
    let told = collect(turn).await;
    assert_eq!(told.ended.how, How::Stopped);
    house.settled().await;
    assert_eq!(house.settlements().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_demo_model_stops_between_two_words() {
    let mut settings = settings();
    settings.demo_pace = DemoPace::HUMAN;
    let house = House::new(settings);
    let stop = CancellationToken::new();
    let mut turn = house.start(facts(vec![Target::demo()]), ask("Hello?"), stop.clone());
    let mut words = 0;
    while words < 5 {
        if let Some(EngineEvent::Text(_)) = turn.next().await {
            words += 1;
        }
    }
    stop.cancel();
    let told = collect_rest(turn).await;
    assert!(told.1 < 10, "{} words after stop", told.1);
    assert_eq!(told.0, How::Stopped);
    house.settled().await;
    assert_eq!(house.settlements().len(), 1);
}

async fn collect_rest(mut turn: engine::TurnStream) -> (How, u32) {
    let mut words = 0;
    loop {
        match turn.next().await.expect("a stopped turn ends") {
            EngineEvent::Ended(ended) => return (ended.how, words),
            _ => words += 1,
        }
    }
}
