//! Identical questions at the same time: one call, everybody answered, nobody lost.

use crate::cached::house;
use crate::harness::{House, Told, ask, collect, facts, target, tenant};
use crate::upstream::{Act, Upstream, finish, good, head, status, text, usage_and_done};
use contract::{CacheStatus, MemberId, NanoUsd};
use engine::{
    AdmissionFacts, Ask, Broken, CancellationToken, EngineEvent, Fault, How, Started, TurnStream,
};
use futures_util::StreamExt;
use futures_util::future::join_all;
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

/// An answer whose second half waits for the gate.
fn gated(gate: &Arc<Notify>) -> Vec<Act> {
    vec![
        head(),
        text("Hello "),
        Act::Until(Arc::clone(gate)),
        text("there"),
        finish("stop"),
        usage_and_done(9, 2),
    ]
}

fn page() -> Ask {
    Ask {
        broken: Broken::Restart,
        ..ask("Hello?")
    }
}

/// Member `number` asks on key 7 of the workspace.
fn asker(upstream: &Upstream, number: u128) -> AdmissionFacts {
    let mut facts = facts(vec![target(&upstream.base_url(), 7)]);
    facts.member = Some(MemberId::from_uuid(Uuid::from_u128(number)));
    facts.affinity = Uuid::from_u128(number);
    facts
}

fn start(house: &House, upstream: &Upstream, number: u128) -> (TurnStream, CancellationToken) {
    let stop = CancellationToken::new();
    let turn = house.start(asker(upstream, number), page(), stop.clone());
    (turn, stop)
}

/// Reads up to the first text.
async fn until_text(turn: &mut TurnStream) -> Started {
    let mut started = None;
    loop {
        let event = turn.next().await.expect("every turn ends");
        assert!(!matches!(event, EngineEvent::Ended(_)), "{event:?}");
        match event {
            EngineEvent::Started(by) => started = Some(by),
            _ => {
                return started.expect("a beginning comes first");
            }
        }
    }
}

/// Lets every turn go as far as it can: they run on this thread, and between two waits for the
/// outside world nothing of theirs is left to do.
async fn settle_down() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

async fn until_asked(upstream: &Upstream, times: usize) {
    while upstream.requests().len() < times {
        tokio::task::yield_now().await;
    }
}

fn told_to_all(told: &[Told], status: CacheStatus) {
    for told in told {
        assert_eq!((told.ended.how, told.ended.cache), (How::Complete, status));
        assert_eq!(told.ended.attempts, 0);
        assert_eq!(
            (told.ended.cost, told.ended.usage),
            (Some(NanoUsd::ZERO), None)
        );
        assert_eq!(told.ended.saved.unwrap().cost, Some(NanoUsd::new(13)));
    }
}

#[tokio::test]
async fn fifty_questions_make_one_call_and_pay_once() {
    let gate = Arc::new(Notify::new());
    let upstream = Upstream::start(vec![gated(&gate)]).await;
    let house = house();
    house.seed(0);
    let limited = |number| {
        let mut facts = asker(&upstream, number);
        facts.budget = Some(NanoUsd::from_usd(1_000));
        facts
    };
    let pages =
        (0..25).map(|number| house.start(limited(number), page(), CancellationToken::new()));
    let mut pages: Vec<TurnStream> = pages.collect();
    for turn in &mut pages {
        let started = until_text(turn).await;
        assert_eq!(started.key_name, "Key 7");
    }
    // Programs cannot take text back: they wait for the whole.
    let programs = (25..50)
        .map(|number| house.start(limited(number), ask("Hello?"), CancellationToken::new()));
    let programs: Vec<TurnStream> = programs.collect();
    settle_down().await;
    gate.notify_one();
    let rest = join_all(pages.into_iter().map(StreamExt::collect::<Vec<_>>)).await;
    let whole = |events: &[EngineEvent]| {
        let text = events.iter().map(|event| match event {
            EngineEvent::Text(text) => text.as_str(),
            _ => "",
        });
        text.collect::<String>()
    };
    assert!(rest.iter().all(|events| whole(events) == "there"));
    let hits = rest.iter().filter(|events| {
        matches!(events.last(), Some(EngineEvent::Ended(ended))
            if ended.cache == CacheStatus::Shared && ended.cost == Some(NanoUsd::ZERO))
    });
    assert_eq!(hits.count(), 24);
    let programs = join_all(programs.into_iter().map(collect)).await;
    assert!(programs.iter().all(|told| told.text == "Hello there"));
    told_to_all(&programs, CacheStatus::Shared);
    house.settled().await;
    assert_eq!((upstream.requests().len(), house.intents().len()), (1, 1));
    assert_eq!(house.settlements()[0].cost, Some(NanoUsd::new(13)));
    assert_eq!(house.engine.meters().reserved(tenant(1)), NanoUsd::ZERO);
    assert_eq!(
        house.engine.meters().spent(tenant(1)),
        Some(NanoUsd::new(13))
    );
}

#[tokio::test]
async fn a_leader_that_stops_stops_nobody_else() {
    let never = vec![head(), text("Hello "), Act::AwaitClose];
    let upstream = Upstream::start(vec![never, good()]).await;
    let house = house();
    let (mut leader, stop) = start(&house, &upstream, 1);
    assert_eq!(until_text(&mut leader).await.cache, CacheStatus::Miss);
    let mut others: Vec<TurnStream> = (2..6)
        .map(|number| start(&house, &upstream, number).0)
        .collect();
    for turn in &mut others {
        assert_eq!(until_text(turn).await.cache, CacheStatus::Shared);
    }
    stop.cancel();
    assert_eq!(collect_rest(leader).await.0, How::Stopped);
    upstream.until_closed().await;
    let mut calls = 0;
    for turn in others {
        let (how, text, ended) = collect_rest(turn).await;
        // The half answer was withdrawn, and a fresh one came.
        assert_eq!((how, text.as_str()), (How::Complete, "Hello there"));
        calls += ended.attempts;
    }
    assert_eq!((calls, upstream.requests().len()), (1, 2));
    house.settled().await;
    assert_eq!(house.settlements().len(), 2);
}

#[tokio::test]
async fn a_follower_that_stops_stops_nobody_else() {
    let gate = Arc::new(Notify::new());
    let upstream = Upstream::start(vec![gated(&gate)]).await;
    let house = house();
    let (mut leader, _keep) = start(&house, &upstream, 1);
    until_text(&mut leader).await;
    let (mut follower, stop) = start(&house, &upstream, 2);
    until_text(&mut follower).await;
    stop.cancel();
    assert_eq!(collect_rest(follower).await.0, How::Stopped);
    drop(start(&house, &upstream, 3));
    gate.notify_one();
    assert_eq!(collect_rest(leader).await.0, How::Complete);
    assert_eq!(upstream.requests().len(), 1);
}

#[tokio::test]
async fn when_the_leader_fails_one_follower_asks_and_answers_all() {
    let gate = Arc::new(Notify::new());
    let mut down = vec![Act::Until(Arc::clone(&gate))];
    down.extend(status(503, "", "{}"));
    let upstream = Upstream::start(vec![down, good()]).await;
    let house = house();
    let leader = start(&house, &upstream, 1).0;
    until_asked(&upstream, 1).await;
    let others: Vec<TurnStream> = (2..12)
        .map(|number| start(&house, &upstream, number).0)
        .collect();
    settle_down().await;
    gate.notify_one();
    assert_eq!(
        collect(leader).await.ended.how,
        How::Failed(Fault::ProviderDown)
    );
    let told = join_all(others.into_iter().map(collect)).await;
    assert!(told.iter().all(|told| told.text == "Hello there"));
    let asked: u32 = told.iter().map(|told| told.ended.attempts).sum();
    assert_eq!((asked, upstream.requests().len()), (1, 2));
}

#[tokio::test]
async fn a_provider_that_keeps_failing_is_not_asked_once_for_everybody() {
    let gate = Arc::new(Notify::new());
    let mut down = vec![Act::Until(Arc::clone(&gate))];
    down.extend(status(401, "", "{}"));
    let upstream = Upstream::start(vec![down]).await;
    let house = house();
    let leader = start(&house, &upstream, 1).0;
    until_asked(&upstream, 1).await;
    let others: Vec<TurnStream> = (2..12)
        .map(|number| start(&house, &upstream, number).0)
        .collect();
    settle_down().await;
    gate.notify_one();
    gate.notify_one();
    let refused = collect(leader).await.ended;
    let told = join_all(others.into_iter().map(async |turn| {
        gate.notify_one();
        collect(turn).await
    }));
    for told in told.await {
        assert!(
            matches!(told.ended.how, How::Failed(Fault::KeyRejected)),
            "{told:?}"
        );
        // Who led last may have met a key that rests already, and asked with none.
        let payer = told.ended.payer;
        assert!(payer.is_none() || payer == refused.payer, "{payer:?}");
    }
    assert!(upstream.requests().len() <= 2);
    house.settled().await;
}

#[tokio::test]
async fn who_wants_a_fresh_answer_asks_alone_and_so_does_who_keeps_none() {
    let gate = Arc::new(Notify::new());
    let upstream = Upstream::start(vec![gated(&gate), good()]).await;
    let house = house();
    let (mut leader, _keep) = start(&house, &upstream, 1);
    until_text(&mut leader).await;
    let again = Ask {
        bypass_cache: true,
        ..page()
    };
    let told = house.ask_as(asker(&upstream, 2), again).await;
    assert_eq!(told.ended.cache, CacheStatus::Bypassed);
    let mut without = asker(&upstream, 3);
    without.cache.kept = engine::CacheUse::Off;
    let told = house.ask_as(without, page()).await;
    assert_eq!(told.ended.cache, CacheStatus::Off);
    assert_eq!(upstream.requests().len(), 3);
    gate.notify_one();
    assert_eq!(collect_rest(leader).await.0, How::Complete);
}

#[tokio::test]
async fn an_answer_that_was_being_written_while_somebody_purged_is_given_to_nobody_later() {
    let gate = Arc::new(Notify::new());
    let upstream = Upstream::start(vec![gated(&gate), good()]).await;
    let house = house();
    let (mut leader, _keep) = start(&house, &upstream, 1);
    until_text(&mut leader).await;
    let after = |number| {
        let mut facts = asker(&upstream, number);
        facts.cache.epoch = 1;
        facts.cache.purged = Arc::new(engine::Purged {
            everything: 1,
            ..engine::Purged::default()
        });
        facts
    };
    let told = house.ask_as(after(2), page()).await;
    assert_eq!(told.ended.cache, CacheStatus::Miss);
    gate.notify_one();
    assert_eq!(collect_rest(leader).await.0, How::Complete);
    house.engine.heed_cache(tenant(1), &after(3).cache);
    assert_eq!(upstream.requests().len(), 2);
}

#[tokio::test]
async fn a_truncated_answer_is_given_to_everybody_aboard_and_kept_for_nobody() {
    let gate = Arc::new(Notify::new());
    let long = vec![
        head(),
        text("Hello "),
        Act::Until(Arc::clone(&gate)),
        finish("length"),
        usage_and_done(9, 2),
    ];
    let upstream = Upstream::start(vec![long, good()]).await;
    let house = house();
    let (mut leader, _keep) = start(&house, &upstream, 1);
    until_text(&mut leader).await;
    let program = house.start(asker(&upstream, 2), ask("Hello?"), CancellationToken::new());
    settle_down().await;
    gate.notify_one();
    let told = collect(program).await;
    assert_eq!(
        (told.ended.how, told.text.as_str()),
        (How::Length, "Hello ")
    );
    assert_eq!(collect_rest(leader).await.0, How::Length);
    let later = house.ask_as(asker(&upstream, 3), ask("Hello?")).await;
    assert_eq!(
        (later.ended.how, later.ended.cache),
        (How::Complete, CacheStatus::Miss)
    );
}

/// What is left of a turn: how it ended, and the text of the answer that stands.
async fn collect_rest(mut turn: TurnStream) -> (How, String, engine::Ended) {
    let mut text = String::new();
    loop {
        match turn.next().await.expect("every turn ends") {
            EngineEvent::Started(_) => text.clear(),
            EngineEvent::Continued(_) | EngineEvent::Piece(_) => {}
            EngineEvent::Text(piece) => text += &piece,
            EngineEvent::Ended(ended) => return (ended.how, text, ended),
        }
    }
}

#[tokio::test]
async fn whoever_follows_an_answer_that_is_gone_on_with_gets_the_whole_of_it() {
    let gate = Arc::new(Notify::new());
    // It breaks off behind the gate.
    let half = vec![head(), text("Hello "), Act::Until(Arc::clone(&gate))];
    let first = Upstream::start(vec![half]).await;
    let rest = vec![head(), text("there"), finish("stop"), usage_and_done(9, 2)];
    let second = Upstream::start(vec![rest]).await;
    let house = house();
    let both = |number| {
        let mut able = target(&second.base_url(), 8);
        able.facts.prefill = Some(engine::Prefill::LeftOpen);
        let mut facts = facts(vec![target(&first.base_url(), 7), able]);
        facts.member = Some(MemberId::from_uuid(Uuid::from_u128(number)));
        let route = facts.route.as_mut().expect("the facts are good");
        route.options.goes_on = true;
        facts
    };
    let start = |number, ask| house.start(both(number), ask, CancellationToken::new());
    let leader = start(1, page());
    until_asked(&first, 1).await;
    let followers = [start(2, page()), start(3, ask("Hello?"))];
    settle_down().await;
    gate.notify_one();
    let led = collect(leader).await;
    assert_eq!((led.text.as_str(), led.ended.attempts), ("Hello there", 2));
    assert_eq!(led.continued, ["Key 8"]);
    for told in join_all(followers.map(collect)).await {
        assert_eq!(told.text, "Hello there");
        assert!(told.withdrawn.is_empty());
        let ended = (told.ended.how, told.ended.cache, told.ended.attempts);
        assert_eq!(ended, (How::Complete, CacheStatus::Shared, 0));
    }
    assert_eq!(second.requests().len(), 1);
    house.settled().await;
}
