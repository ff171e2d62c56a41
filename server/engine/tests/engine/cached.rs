//! The exact cache at the engine's door.

use crate::harness::{House, ask, collect, facts, settings, target, tenant};
use crate::upstream::{Upstream, finish, good, head, text};
use contract::NanoUsd;
use engine::{CancellationToken, How};

fn house() -> House {
    let mut settings = settings();
    settings.cache_bytes = 1_000_000;
    House::new(settings)
}

#[tokio::test]
async fn the_same_question_is_answered_once_and_costs_once() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = house();
    let route = || vec![target(&upstream.base_url(), 7)];
    let first = house.ask(route()).await;
    let second = house.ask(route()).await;
    assert_eq!(second.text, first.text);
    let started = second.started.unwrap();
    assert!(started.cached && started.key_name == "Key 7" && started.attempts == 0);
    assert!(second.ended.cached && second.ended.how == How::Complete);
    assert_eq!(
        (second.ended.cost, second.ended.usage),
        (Some(NanoUsd::ZERO), None)
    );
    assert_eq!((upstream.requests().len(), house.intents().len()), (1, 1));
    assert_eq!(house.settlements().len(), 1);
}

#[tokio::test]
async fn answer_again_asks_again_and_another_workspace_never_sees_it() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = house();
    let route = || vec![target(&upstream.base_url(), 7)];
    house.ask(route()).await;
    let mut again = ask("Hello?");
    again.bypass_cache = true;
    assert!(!house.ask_as(facts(route()), again).await.ended.cached);
    let mut other = facts(route());
    other.tenant = tenant(2);
    assert!(!house.ask_as(other, ask("Hello?")).await.ended.cached);
    assert!(
        !house
            .ask_as(facts(route()), ask("Hello!"))
            .await
            .ended
            .cached
    );
    assert_eq!(upstream.requests().len(), 4);
}

#[tokio::test]
async fn half_answers_and_forgotten_ones_are_not_kept() {
    let cut = vec![head(), text("Hel")];
    let long = vec![head(), text("Hel"), finish("length")];
    let upstream = Upstream::start(vec![cut, long, good()]).await;
    let house = house();
    let route = || vec![target(&upstream.base_url(), 7)];
    for how in [How::Cut, How::Length, How::Complete] {
        let ended = house.ask(route()).await.ended;
        assert_eq!((ended.how, ended.cached), (how, false));
    }
    assert!(house.ask(route()).await.ended.cached);
    house.engine.forget_answers(tenant(1));
    assert!(!house.ask(route()).await.ended.cached);
}

#[tokio::test]
async fn a_cached_answer_can_be_stopped() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = house();
    let route = || vec![target(&upstream.base_url(), 7)];
    house.ask(route()).await;
    let stop = CancellationToken::new();
    stop.cancel();
    let told = collect(house.start(facts(route()), ask("Hello?"), stop)).await;
    assert_eq!(told.ended.how, How::Stopped);
}
