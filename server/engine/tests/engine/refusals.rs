//! Refusals before any text: classified, free, and answered by the next target where that helps.

use crate::harness::{House, settings, target};
use crate::upstream::{Act, Upstream, good, head, nobody, status};
use contract::NanoUsd;
use engine::{Fault, How, Target};
use std::time::Duration;

async fn fault_of(script: Vec<Act>) -> (House, How, Option<Duration>) {
    let upstream = Upstream::start(vec![script]).await;
    let house = House::new(settings());
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert!(told.started.is_none() && told.text.is_empty());
    assert_eq!(told.ended.attempts, 1);
    assert_eq!(house.settlements().len(), 1);
    assert_eq!(house.intents().len(), 1);
    assert_eq!(house.settlements()[0].how, told.ended.how);
    (house, told.ended.how, told.ended.retry_after)
}

#[tokio::test]
async fn each_status_has_its_fault_and_costs_nothing() {
    let quota = "{\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}";
    let table = [
        (401, "{}", Fault::KeyRejected),
        (402, "{}", Fault::NoCredit),
        (429, quota, Fault::NoCredit),
        (404, "{}", Fault::ModelNotFound),
        (302, "", Fault::ModelNotFound),
        (
            400,
            "{\"error\":{\"code\":\"context_length_exceeded\"}}",
            Fault::ContextTooLong,
        ),
        (
            400,
            "{\"error\":{\"code\":\"content_filter\"}}",
            Fault::ContentPolicy,
        ),
        (422, "{}", Fault::BadRequest),
        (500, "<html>", Fault::ProviderDown),
        (529, "{}", Fault::ProviderDown),
    ];
    for (code, body, fault) in table {
        let (house, how, _) = fault_of(status(code, "", body)).await;
        assert_eq!(how, How::Failed(fault), "{code} {body}");
        let settlement = &house.settlements()[0];
        assert_eq!(
            (settlement.cost, settlement.usage),
            (Some(NanoUsd::ZERO), None),
            "{code}"
        );
    }
}

#[tokio::test]
async fn a_rate_limit_passes_on_when_to_come_back() {
    let (_, how, wait) = fault_of(status(429, "retry-after: 17\r\n", "{}")).await;
    assert_eq!(
        (how, wait),
        (
            How::Failed(Fault::RateLimited),
            Some(Duration::from_secs(17))
        )
    );
    let headers = "retry-after-ms: 1500\r\nretry-after: 17\r\n";
    let (_, _, wait) = fault_of(status(429, headers, "{}")).await;
    assert_eq!(wait, Some(Duration::from_millis(1500)));
}

#[tokio::test]
async fn an_error_inside_a_success_is_a_refusal_too() {
    let error = "data: {\"error\":{\"code\":\"insufficient_quota\",\"message\":\"m\"}}\n\n";
    let (house, how, _) = fault_of(vec![head(), Act::Send(error.into())]).await;
    assert_eq!(how, How::Failed(Fault::NoCredit));
    assert_eq!(house.settlements()[0].cost, Some(NanoUsd::ZERO));
    let json = "[{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\"}}]";
    let (_, how, _) = fault_of(status(200, "", json)).await;
    assert_eq!(how, How::Failed(Fault::RateLimited));
}

#[tokio::test]
async fn nobody_listening_and_a_reset_before_the_head_are_the_providers_fault() {
    let house = House::new(settings());
    let told = house.ask(vec![target(&nobody().await, 7)]).await;
    assert_eq!(told.ended.how, How::Failed(Fault::ProviderDown));
    assert_eq!(told.ended.cost, Some(NanoUsd::ZERO), "nothing was sent");
    let (house, how, _) = fault_of(vec![Act::Reset]).await;
    assert_eq!(how, How::Failed(Fault::ProviderDown));
    assert!(
        house.settlements()[0].estimated,
        "the request may have been read"
    );
}

#[tokio::test]
async fn the_next_target_answers_where_the_first_fails() {
    let down = Upstream::start(vec![status(500, "", "{}")]).await;
    let up = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let told = house
        .ask(vec![target(&down.base_url(), 7), target(&up.base_url(), 8)])
        .await;
    assert_eq!(
        (told.ended.how, told.text.as_str()),
        (How::Complete, "Hello there")
    );
    let started = told.started.unwrap();
    assert_eq!((started.key_name.as_str(), started.attempts), ("Key 8", 2));
    assert_eq!(told.ended.attempts, 2);
    let settled: Vec<_> = house
        .settlements()
        .iter()
        .map(|s| (s.intent.number, s.how))
        .collect();
    assert!(
        settled.contains(&(1, How::Failed(Fault::ProviderDown))),
        "{settled:?}"
    );
    assert!(settled.contains(&(2, How::Complete)), "{settled:?}");
    assert_eq!(settled.len(), 2);
}

#[tokio::test]
async fn a_policy_refusal_is_not_shopped_around() {
    let strict = Upstream::start(vec![status(
        400,
        "",
        "{\"error\":{\"code\":\"content_filter\"}}",
    )])
    .await;
    let other = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let told = house
        .ask(vec![
            target(&strict.base_url(), 7),
            target(&other.base_url(), 8),
        ])
        .await;
    assert_eq!(told.ended.how, How::Failed(Fault::ContentPolicy));
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_missing_key_calls_nobody_and_leaves_no_entry() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let told = house.ask(vec![target(&upstream.base_url(), 404)]).await;
    assert_eq!(
        (told.ended.how, told.ended.attempts),
        (How::Failed(Fault::NoKey), 0)
    );
    assert!(upstream.requests().is_empty() && house.intents().is_empty());
    assert!(house.settlements().is_empty());
}

#[tokio::test]
async fn private_addresses_are_refused_unless_allowed() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = House::new(engine::EngineSettings::default());
    for base in [
        upstream.base_url(),
        "https://127.0.0.1:9/v1".into(),
        "https://localhost:9/v1".into(),
    ] {
        let told = house.ask(vec![target(&base, 7)]).await;
        assert_eq!(told.ended.how, How::Failed(Fault::EgressRefused), "{base}");
        assert_eq!(told.ended.cost, Some(NanoUsd::ZERO));
    }
    assert!(upstream.requests().is_empty());
}

#[tokio::test]
async fn a_rejected_key_cools_and_the_others_go_on() {
    let upstream = Upstream::start(vec![status(401, "", "{}")]).await;
    let house = House::new(settings());
    let route = || vec![target(&upstream.base_url(), 7), Target::demo()];
    for _ in 0..3 {
        let told = house.ask(route()).await;
        assert_eq!(told.ended.how, How::Complete);
    }
    assert_eq!(
        upstream.requests().len(),
        1,
        "a cooling key is not tried again"
    );
    let alone = house.ask(vec![target(&upstream.base_url(), 7)]).await.ended;
    assert_eq!(
        (alone.how, alone.attempts),
        (How::Failed(Fault::KeyRejected), 0)
    );
    assert!(alone.retry_after.is_some());
}
