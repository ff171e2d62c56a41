//! When everything cools: somebody is asked all the same where that is ours to decide, one at a
//! time, and everybody else is told when to come back.

use crate::harness::{House, settings, target};
use crate::upstream::{Act, Upstream, good, head, status};
use engine::{EngineSettings, Fault, How};
use std::time::Duration;

#[tokio::test]
async fn the_last_target_is_probed_although_it_cools() {
    let down = status(500, "", "{}");
    let upstream = Upstream::start(vec![down.clone(), down.clone(), down, good()]).await;
    let house = House::new(settings());
    for _ in 0..3 {
        let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
        assert_eq!(told.ended.how, How::Failed(Fault::ProviderDown));
    }
    // Three in a row have opened its circuit. There is nobody else, so it is asked.
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(
        (told.ended.how, told.text.as_str()),
        (How::Complete, "Hello there")
    );
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(told.ended.how, How::Complete, "it is back");
}

#[tokio::test]
async fn one_probe_is_out_at_a_time_and_the_others_are_told_when() {
    let down = status(500, "", "{}");
    let hanging = vec![head(), Act::AwaitClose];
    let upstream = Upstream::start(vec![down.clone(), down.clone(), down, hanging]).await;
    let mut limits = settings();
    limits.limits.first_text = Duration::from_secs(3);
    let house = House::new(limits);
    for _ in 0..3 {
        house.ask(vec![target(&upstream.base_url(), 7)]).await;
    }
    let probing = {
        let (facts, ask) = (
            crate::harness::facts(vec![target(&upstream.base_url(), 7)]),
            crate::harness::ask("Hello?"),
        );
        let stream = house.start(facts, ask, engine::CancellationToken::new());
        tokio::spawn(crate::harness::collect(stream))
    };
    while upstream.requests().len() < 4 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let other = house
        .ask_as(
            crate::harness::facts(vec![target(&upstream.base_url(), 7)]),
            crate::harness::ask("Hello?"),
        )
        .await;
    assert_eq!(other.ended.attempts, 0, "the probe is out");
    assert_eq!(other.ended.how, How::Failed(Fault::ProviderDown));
    assert!(other.ended.retry_after.is_some(), "and it is told when");
    assert_eq!(upstream.requests().len(), 4);
    let probed = probing.await.unwrap();
    assert_eq!(probed.ended.how, How::Failed(Fault::Timeout));
    house.settled().await;
}

#[tokio::test]
async fn a_providers_word_is_kept_to_and_passed_on_the_earliest_first() {
    let slow = Upstream::start(vec![status(429, "retry-after: 600\r\n", "{}")]).await;
    let soon = Upstream::start(vec![status(429, "retry-after: 60\r\n", "{}")]).await;
    let house = House::new(settings());
    let targets = || vec![target(&slow.base_url(), 7), target(&soon.base_url(), 8)];
    let first = house.ask(targets()).await.ended;
    assert_eq!(first.attempts, 2);
    assert_eq!(first.retry_after, Some(Duration::from_mins(1)));
    let second = house.ask(targets()).await.ended;
    assert_eq!(
        (second.how, second.attempts),
        (How::Failed(Fault::RateLimited), 0)
    );
    let wait = second.retry_after.unwrap().as_secs();
    assert!((55..=66).contains(&wait), "{wait} s, the earliest");
    assert_eq!(slow.requests().len() + soon.requests().len(), 2);
}

#[tokio::test]
async fn of_several_that_cool_the_least_bad_is_probed() {
    let refused = Upstream::start(vec![status(401, "", "{}")]).await;
    let told_so = Upstream::start(vec![status(429, "retry-after: 600\r\n", "{}")]).await;
    let limited = Upstream::start(vec![status(429, "", "{}"), good()]).await;
    let house = House::new(settings());
    let targets = || {
        vec![
            target(&refused.base_url(), 7),
            target(&told_so.base_url(), 8),
            target(&limited.base_url(), 9),
        ]
    };
    assert_eq!(house.ask(targets()).await.ended.attempts, 3);
    let told = house.ask(targets()).await;
    assert_eq!((told.ended.how, told.ended.attempts), (How::Complete, 1));
    assert_eq!(told.started.unwrap().key_name, "Key 9");
    assert_eq!(refused.requests().len() + told_so.requests().len(), 2);
}

#[tokio::test]
async fn a_turn_that_has_asked_does_not_ask_against_the_cooldown() {
    let upstream = Upstream::start(vec![status(500, "", "{}")]).await;
    let house = House::new(EngineSettings {
        retries: 9,
        ..settings()
    });
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(told.ended.how, How::Failed(Fault::ProviderDown));
    assert_eq!(upstream.requests().len(), 3);
    assert_eq!(house.engine.counted().retries, 2);
}
