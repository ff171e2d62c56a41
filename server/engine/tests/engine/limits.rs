//! Limits at the engine's door: nobody is asked too fast, and every place comes back.

use crate::harness::{House, ask, facts, settings, target, tenant};
use crate::upstream::{Upstream, good, status};
use contract::{LimitScope, MemberId, NanoUsd, Pace, TeamId};
use engine::{
    AdmissionFacts, CancellationToken, DemoPace, Fault, How, Month, PaceLimit, SpendCap, Target,
    What,
};
use futures_util::StreamExt as _;
use std::sync::atomic::Ordering;
use std::time::Duration;
use uuid::Uuid;

fn member() -> LimitScope {
    LimitScope::Member(MemberId::from_uuid(Uuid::from_u128(2)))
}

fn paced(targets: Vec<Target>, pace: Pace) -> AdmissionFacts {
    let mut facts = facts(targets);
    facts.limits.paces = vec![PaceLimit {
        scope: member(),
        model: None,
        pace,
    }];
    facts
}

fn requests(most: u32) -> Pace {
    Pace {
        requests_per_minute: Some(most),
        ..Pace::default()
    }
}

fn tokens(most: u32) -> Pace {
    Pace {
        tokens_per_minute: Some(most),
        ..Pace::default()
    }
}

fn concurrent(most: u32) -> Pace {
    Pace {
        concurrent: Some(most),
        ..Pace::default()
    }
}

#[tokio::test]
async fn too_fast_calls_nobody_and_says_whose_limit_and_when_to_come_back() {
    let upstream = Upstream::start(vec![good(), good()]).await;
    let house = House::new(settings());
    let facts = || paced(vec![target(&upstream.base_url(), 7)], requests(1));
    let told = house.ask_as(facts(), ask("Hello?")).await;
    assert_eq!((told.ended.how, told.ended.limit), (How::Complete, None));
    let told = house.ask_as(facts(), ask("Hello?")).await;
    assert_eq!(told.ended.how, How::Failed(Fault::TooFast));
    let limit = told.ended.limit.unwrap();
    assert_eq!((limit.scope, limit.what), (member(), What::Requests));
    let wait = told.ended.retry_after.unwrap();
    assert!(
        wait > Duration::from_secs(50) && wait <= Duration::from_mins(1),
        "{wait:?}"
    );
    house.settled().await;
    assert_eq!(upstream.requests().len(), 1);
    assert_eq!(house.intents().len(), 1);
    assert_eq!(house.limiter.held(), 0);
}

#[tokio::test]
async fn what_the_budget_refuses_consumes_no_pace() {
    let house = House::new(settings());
    house.seed(0);
    let mut poor = paced(vec![Target::demo()], requests(1));
    poor.budget = Some(NanoUsd::new(1));
    for _ in 0..5 {
        let told = house.ask_as(poor.clone(), ask("Hello?")).await;
        assert_eq!(told.ended.how, How::Failed(Fault::OverBudget));
    }
    let rich = paced(vec![Target::demo()], requests(1));
    assert_eq!(
        house.ask_as(rich, ask("Hello?")).await.ended.how,
        How::Complete
    );
}

#[tokio::test]
async fn real_tokens_are_charged_when_the_answer_ends() {
    // 11 tokens are used in all, where about 500 were expected.
    let upstream = Upstream::start(vec![good(), good(), status(401, "", "{}")]).await;
    let house = House::new(settings());
    let facts = |most| paced(vec![target(&upstream.base_url(), 7)], tokens(most));
    for _ in 0..2 {
        let told = house.ask_as(facts(600), ask("Hello?")).await;
        assert_eq!(told.ended.how, How::Complete);
    }
    // A provider that did no work is charged nothing, and the request still counts.
    let told = house.ask_as(facts(600), ask("Hello?")).await;
    assert_eq!(told.ended.how, How::Failed(Fault::KeyRejected));
    assert_eq!(house.limiter.held(), 0);
    let long = "word ".repeat(2_000);
    let told = house
        .ask_as(paced(vec![Target::demo()], tokens(600)), ask(&long))
        .await;
    let reached = told.ended.limit.unwrap();
    assert_eq!(
        reached.what,
        What::Tokens,
        "larger than the bucket, which is not quite full"
    );
    assert!(reached.retry_in.unwrap() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_member_over_their_cap_is_told_it_is_theirs_and_others_go_on() {
    let house = House::new(settings());
    let mut facts = facts(vec![Target::demo()]);
    let team = TeamId::from_uuid(Uuid::from_u128(8));
    facts.limits.teams = vec![team];
    let mut capped = facts.clone();
    let cap = NanoUsd::new(10);
    capped.limits.caps = vec![SpendCap {
        scope: member(),
        cap,
    }];
    let engine = house.engine.meters();
    engine.seed_scope(tenant(1), member(), Month::now(), NanoUsd::ZERO);
    let told = house.ask_as(capped, ask("Hello?")).await;
    assert_eq!(told.ended.how, How::Failed(Fault::OverBudget));
    let limit = told.ended.limit.unwrap();
    assert_eq!(
        (limit.scope, limit.what, limit.retry_in),
        (member(), What::Spend, None)
    );
    let told = house.ask_as(facts, ask("Hello?")).await;
    assert_eq!((told.ended.how, told.ended.limit), (How::Complete, None));
    house.settled().await;
    assert_eq!(
        house.intents()[0].teams,
        [team],
        "the ledger knows for whom it was"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_aborted_streams_leave_no_place_held() {
    let mut settings = settings();
    settings.demo_pace = DemoPace::HUMAN;
    let house = House::new(settings);
    house.seed(0);
    let mut facts = paced(vec![Target::demo()], concurrent(64));
    facts.budget = Some(NanoUsd::from_usd(1_000));
    let (mut aborted, mut refused) = (0_u32, 0_u32);
    let mut open = std::collections::VecDeque::new();
    while aborted < 10_000 {
        let mut stream = house.start(facts.clone(), ask("Hello?"), CancellationToken::new());
        // Some go before anything came, some in the middle of the answer.
        if aborted.is_multiple_of(97)
            && let Some(engine::EngineEvent::Ended(ended)) = stream.next().await
        {
            assert_eq!(ended.how, How::Failed(Fault::TooFast));
            refused += 1;
        }
        open.push_back(stream);
        if open.len() > 80 {
            drop(open.pop_front());
        }
        aborted += 1;
    }
    assert!(house.limiter.held() <= 64);
    drop(open);
    house.settled().await;
    assert!(refused > 0, "the limit was met");
    assert_eq!(house.limiter.held(), 0);
    assert_eq!(house.engine.meters().reserved(tenant(1)), NanoUsd::ZERO);
    let told = house
        .ask_as(paced(vec![Target::demo()], concurrent(1)), ask("Hello?"))
        .await;
    assert_eq!(told.ended.how, How::Complete);
}

#[tokio::test]
async fn a_turn_lost_to_a_panic_gives_its_place_back() {
    let house = House::new(settings());
    house.ledger.panic_on_intent.store(true, Ordering::SeqCst);
    let facts = || paced(vec![Target::demo()], concurrent(1));
    let told = house.ask_as(facts(), ask("Hello?")).await;
    assert!(matches!(told.ended.how, How::Failed(_)));
    house.settled().await;
    assert_eq!(house.limiter.held(), 0);
    house.ledger.panic_on_intent.store(false, Ordering::SeqCst);
    assert_eq!(
        house.ask_as(facts(), ask("Hello?")).await.ended.how,
        How::Complete
    );
}
