//! The exact cache at the engine's door.

use crate::harness::{House, ask, collect, facts, settings, target, tenant};
use crate::upstream::{Upstream, finish, good, head, text, usage_and_done};
use contract::keys::KeyScope;
use contract::{CacheStatus, MemberId, NanoUsd, Saved};
use engine::{
    AdmissionFacts, Broken, CacheUse, CancellationToken, EngineEvent, How, Purged, Target,
};
use futures_util::StreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

pub(crate) fn house() -> House {
    let mut settings = settings();
    settings.cache_bytes = 1_000_000;
    House::new(settings)
}

async fn status(house: &House, facts: AdmissionFacts) -> CacheStatus {
    let told = house.ask_as(facts, ask("Hello?")).await;
    assert_eq!(told.ended.how, How::Complete);
    let started = told.started.unwrap();
    assert_eq!(started.cache, told.ended.cache);
    told.ended.cache
}

#[tokio::test]
async fn the_same_question_is_answered_once_and_costs_once() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = house();
    let route = || vec![target(&upstream.base_url(), 7)];
    let first = house.ask(route()).await;
    let second = house.ask(route()).await;
    assert_eq!(second.text, first.text);
    assert_eq!(
        (first.ended.cache, first.ended.saved),
        (CacheStatus::Miss, None)
    );
    let started = second.started.unwrap();
    assert_eq!(started.cache, CacheStatus::Exact);
    assert!(started.key_name == "Key 7" && started.attempts == 0);
    assert_eq!(second.ended.how, How::Complete);
    assert_eq!(
        (second.ended.cost, second.ended.usage),
        (Some(NanoUsd::ZERO), None)
    );
    let saved = Saved {
        input_tokens: 9,
        output_tokens: 2,
        cost: first.ended.cost,
        estimated: false,
    };
    assert_eq!(second.ended.saved, Some(saved));
    assert_eq!(saved.cost, Some(NanoUsd::new(13)));
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
    let again = house.ask_as(facts(route()), again).await;
    assert_eq!(again.ended.cache, CacheStatus::Bypassed);
    let mut other = facts(route());
    other.tenant = tenant(2);
    assert_eq!(status(&house, other).await, CacheStatus::Miss);
    let another = house.ask_as(facts(route()), ask("Hello!")).await;
    assert_eq!(another.ended.cache, CacheStatus::Miss);
    assert_eq!(upstream.requests().len(), 4);
}

#[tokio::test]
async fn people_whose_own_keys_pay_share_nothing() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = house();
    let own = |number: u128| {
        let member = MemberId::from_uuid(Uuid::from_u128(number));
        let mut own = target(&upstream.base_url(), number);
        own.key.scope = KeyScope::Member(member);
        let mut facts = facts(vec![own]);
        facts.member = Some(member);
        facts
    };
    let of_the_workspace = || facts(vec![target(&upstream.base_url(), 7)]);
    for (facts, expected) in [
        (of_the_workspace(), CacheStatus::Miss),
        (own(8), CacheStatus::Miss),
        (own(9), CacheStatus::Miss),
        (own(8), CacheStatus::Exact),
        (of_the_workspace(), CacheStatus::Exact),
    ] {
        assert_eq!(status(&house, facts).await, expected);
    }
    assert_eq!(upstream.requests().len(), 3);
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
        assert_eq!((ended.how, ended.cache), (how, CacheStatus::Miss));
    }
    assert_eq!(house.ask(route()).await.ended.cache, CacheStatus::Exact);
    house.engine.forget_answers(tenant(1));
    assert_eq!(house.ask(route()).await.ended.cache, CacheStatus::Miss);
}

#[tokio::test]
async fn a_workspace_that_keeps_no_answers_asks_every_time() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = house();
    let with = |kept| {
        let mut facts = facts(vec![target(&upstream.base_url(), 7)]);
        facts.cache.kept = kept;
        facts
    };
    for (kept, expected) in [
        (CacheUse::Off, CacheStatus::Off),
        (CacheUse::Usual, CacheStatus::Miss),
        (CacheUse::Off, CacheStatus::Off),
        (CacheUse::For(Duration::from_hours(1)), CacheStatus::Exact),
        (CacheUse::For(Duration::from_nanos(1)), CacheStatus::Miss),
    ] {
        assert_eq!(status(&house, with(kept)).await, expected, "{kept:?}");
    }
}

#[tokio::test]
async fn what_was_purged_is_asked_again_and_nothing_else_is() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = house();
    let purge_of = |model: &str| Purged {
        models: [(model.to_owned(), 1)].into(),
        ..Purged::default()
    };
    let everything = Purged {
        everything: 2,
        ..Purged::default()
    };
    for (epoch, purged, expected) in [
        (0, Purged::default(), CacheStatus::Miss),
        (0, Purged::default(), CacheStatus::Exact),
        (1, purge_of("another"), CacheStatus::Exact),
        (1, purge_of("fast"), CacheStatus::Miss),
        (1, purge_of("fast"), CacheStatus::Exact),
        (2, everything.clone(), CacheStatus::Miss),
        (2, everything, CacheStatus::Exact),
    ] {
        let mut facts = facts(vec![target(&upstream.base_url(), 7)]);
        facts.cache.epoch = epoch;
        facts.cache.purged = Arc::new(purged);
        assert_eq!(status(&house, facts).await, expected, "{epoch}");
    }
}

#[tokio::test]
async fn answers_are_counted_by_kind_with_what_they_saved() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = house();
    for _ in 0..3 {
        house.ask(vec![target(&upstream.base_url(), 7)]).await;
    }
    let mut counts = house.engine.take_cache_counts();
    counts.sort_by_key(|count| count.answers);
    let [miss, exact] = &counts[..] else {
        panic!("two kinds, not {counts:?}");
    };
    assert_eq!((miss.status, miss.answers), (CacheStatus::Miss, 1));
    assert_eq!((exact.status, exact.answers), (CacheStatus::Exact, 2));
    assert_eq!(
        (exact.model.as_str(), exact.saved),
        ("tiny", NanoUsd::new(26))
    );
    assert_eq!(
        (exact.saved_input, exact.saved_output, exact.unpriced),
        (18, 4, 0)
    );
}

#[tokio::test]
async fn the_providers_prompt_cache_saves_what_the_prices_say() {
    let counted = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3000000,\
        \"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":2000000}}}\n\n\
        data: [DONE]\n\n";
    let answer = vec![
        head(),
        text("Hello"),
        finish("stop"),
        crate::upstream::Act::Send(counted.to_owned()),
    ];
    let upstream = Upstream::start(vec![answer]).await;
    let house = House::new(settings());
    let mut priced = target(&upstream.base_url(), 7);
    let unknown = house.ask(vec![priced.clone()]).await;
    assert_eq!(unknown.ended.saved_by_provider, None);
    priced.price.as_mut().unwrap().cached = Some(NanoUsd::new(100_000));
    let known = house.ask(vec![priced]).await;
    assert_eq!(known.ended.saved_by_provider, Some(NanoUsd::new(1_800_000)));
    assert_eq!(known.ended.usage.unwrap().cached_input, 2_000_000);
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

/// Time stands still in these; only waiting lets it pass.
mod at_a_pace {
    use super::*;

    fn page() -> engine::Ask {
        engine::Ask {
            broken: Broken::Restart,
            ..ask("Tell me a long story")
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pages_are_given_it_within_a_second_and_programs_at_once() {
        let house = house();
        let demo = || facts(vec![Target::demo()]);
        let first = house.ask_as(demo(), page()).await;
        let began = Instant::now();
        let second = house.ask_as(demo(), page()).await;
        let took = began.elapsed();
        assert_eq!(
            (&second.text, second.ended.cache),
            (&first.text, CacheStatus::Exact)
        );
        assert!(
            took > Duration::from_millis(100) && took < Duration::from_secs(1),
            "{took:?}"
        );
        let began = Instant::now();
        let program = house.ask_as(demo(), ask("Tell me a long story")).await;
        assert_eq!(
            (&program.text, program.ended.cache),
            (&first.text, CacheStatus::Exact)
        );
        assert_eq!(began.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn it_stops_between_two_pieces() {
        let house = house();
        let first = house.ask_as(facts(vec![Target::demo()]), page()).await;
        let stop = CancellationToken::new();
        let mut turn = house.start(facts(vec![Target::demo()]), page(), stop.clone());
        let mut text = String::new();
        loop {
            match turn.next().await.expect("every turn ends") {
                EngineEvent::Started(_) | EngineEvent::Continued(_) | EngineEvent::Piece(_) => {}
                EngineEvent::Text(piece) => {
                    text += &piece;
                    stop.cancel();
                }
                EngineEvent::Ended(ended) => {
                    assert_eq!(ended.how, How::Stopped);
                    break;
                }
            }
        }
        assert!(first.text.starts_with(&text) && text.len() < first.text.len() / 2);
    }
}

#[tokio::test]
async fn a_target_behind_the_first_is_found_where_the_strategy_chooses() {
    let upstream = Upstream::start(vec![vec![
        head(),
        text("Hello"),
        finish("stop"),
        usage_and_done(1, 1),
    ]])
    .await;
    let house = house();
    let route = |order: [u128; 2], strategy| {
        let mut facts = facts(order.map(|key| target(&upstream.base_url(), key)).into());
        facts.route.as_mut().unwrap().strategy = strategy;
        facts
    };
    let ordered = engine::Strategy::Priority;
    assert_eq!(
        status(&house, route([7, 8], ordered)).await,
        CacheStatus::Miss
    );
    assert_eq!(
        status(&house, route([8, 7], ordered)).await,
        CacheStatus::Miss
    );
    house.engine.forget_answers(tenant(1));
    assert_eq!(
        status(&house, route([7, 8], ordered)).await,
        CacheStatus::Miss
    );
    let cheapest = engine::Strategy::LeastCost;
    assert_eq!(
        status(&house, route([8, 7], cheapest)).await,
        CacheStatus::Exact
    );
}
