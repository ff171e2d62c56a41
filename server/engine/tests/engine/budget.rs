//! Budgets at the engine's door: reserved before, settled after, never passed.

use crate::harness::{House, ask, facts, settings, target, tenant};
use crate::upstream::{Upstream, good, status};
use contract::{AttemptId, NanoUsd};
use engine::{Fault, How, Target};
use futures_util::future::join_all;
use std::collections::HashSet;

fn limited(targets: Vec<Target>, nano: i64) -> engine::AdmissionFacts {
    let mut facts = facts(targets);
    facts.budget = Some(NanoUsd::new(nano));
    facts
}

#[tokio::test]
async fn an_empty_budget_calls_nobody() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    house.seed(999);
    let route = vec![target(&upstream.base_url(), 7)];
    let told = house.ask_as(limited(route, 1_000), ask("Hello?")).await;
    assert_eq!(told.ended.how, How::Failed(Fault::OverBudget));
    house.settled().await;
    assert!(upstream.requests().is_empty() && house.intents().is_empty());
}

#[tokio::test]
async fn a_budget_nobody_seeded_calls_nobody() {
    let house = House::new(settings());
    let told = house
        .ask_as(limited(vec![Target::demo()], i64::MAX / 2), ask("Hello?"))
        .await;
    assert_eq!(told.ended.how, How::Failed(Fault::LedgerDown));
}

#[tokio::test]
async fn under_a_budget_the_provider_is_told_the_output_limit() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    house.seed(0);
    let route = vec![target(&upstream.base_url(), 7)];
    let told = house.ask_as(limited(route, 1_000_000), ask("Hello?")).await;
    assert_eq!(told.ended.how, How::Complete);
    assert!(upstream.requests()[0].contains("\"max_tokens\":8192"));
    house.settled().await;
    // 8192 tokens written at 2 each, and at least one read.
    assert!(house.intents()[0].reserved > NanoUsd::new(16_384));
    assert_eq!(
        house.engine.meters().spent(tenant(1)),
        Some(NanoUsd::new(13))
    );
    assert_eq!(house.engine.meters().reserved(tenant(1)), NanoUsd::ZERO);
}

#[tokio::test]
async fn a_refused_attempt_gives_its_money_to_the_next() {
    let down = Upstream::start(vec![status(500, "", "{}")]).await;
    let up = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    house.seed(0);
    let route = vec![target(&down.base_url(), 7), target(&up.base_url(), 8)];
    // Enough for one attempt, not for two.
    let told = house.ask_as(limited(route, 17_000), ask("Hello?")).await;
    assert_eq!((told.ended.how, told.ended.attempts), (How::Complete, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_turns_at_once_never_pass_the_cap() {
    let cap = 3_000_000;
    let house = House::new(settings());
    house.seed(0);
    let turns = (0..40).map(|_| house.ask_as(limited(vec![Target::demo()], cap), ask("Hello?")));
    let told = join_all(turns).await;
    house.settled().await;
    let sum: NanoUsd = told.iter().filter_map(|told| told.ended.cost).sum();
    let refused = told
        .iter()
        .filter(|told| told.ended.how == How::Failed(Fault::OverBudget))
        .count();
    assert!(sum <= NanoUsd::new(cap), "{sum:?}");
    assert!(refused > 0 && refused < 40, "{refused} refused");
    assert_eq!(house.engine.meters().spent(tenant(1)), Some(sum));
    assert_eq!(house.engine.meters().reserved(tenant(1)), NanoUsd::ZERO);
    let settled: HashSet<AttemptId> = house
        .settlements()
        .iter()
        .map(|s| s.intent.attempt)
        .collect();
    assert_eq!(settled.len(), 40 - refused);
    assert_eq!(house.settlements().len(), 40 - refused);
}
