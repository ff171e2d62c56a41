//! Answers that break off where the reader takes half ones back, and trying again.

use crate::harness::{House, Told, ask, facts, settings, target};
use crate::upstream::{Act, Upstream, good, head, status, text};
use engine::{Broken, EngineSettings, Fault, How, Target};

async fn restarting(house: &House, targets: Vec<Target>) -> Told {
    let mut question = ask("Hello?");
    question.broken = Broken::Restart;
    let told = house.ask_as(facts(targets), question).await;
    house.settled().await;
    told
}

fn half() -> Vec<Act> {
    vec![head(), text("Half an ans")]
}

fn retrying(retries: u32) -> EngineSettings {
    EngineSettings {
        retries,
        ..settings()
    }
}

#[tokio::test]
async fn a_half_answer_is_withdrawn_when_a_fresh_one_begins() {
    let error = "data: {\"error\":{\"type\":\"server_error\"}}\n\n";
    for end in [vec![], vec![Act::Reset], vec![Act::Send(error.into())]] {
        let first = Upstream::start(vec![[half(), end].concat()]).await;
        let second = Upstream::start(vec![good()]).await;
        let house = House::new(settings());
        let targets = vec![target(&first.base_url(), 7), target(&second.base_url(), 8)];
        let told = restarting(&house, targets).await;
        assert_eq!(told.withdrawn, ["Half an ans"]);
        assert_eq!(
            (told.text.as_str(), told.ended.how),
            ("Hello there", How::Complete)
        );
        assert_eq!(told.ended.attempts, 2);
        assert_eq!(told.started.unwrap().key_name, "Key 8");
        // Both were paid for, and both are in the books.
        let settled = house.settlements();
        assert_eq!(settled.len(), 2);
        let sum = settled
            .iter()
            .map(|one| one.cost.unwrap().get())
            .sum::<i64>();
        assert_eq!(told.ended.cost.map(contract::NanoUsd::get), Some(sum));
    }
}

#[tokio::test]
async fn a_half_answer_stays_where_no_fresh_one_begins() {
    let first = Upstream::start(vec![half()]).await;
    let second = Upstream::start(vec![status(500, "", "{}")]).await;
    let house = House::new(settings());
    let targets = vec![target(&first.base_url(), 7), target(&second.base_url(), 8)];
    let told = restarting(&house, targets).await;
    assert_eq!(
        (told.text.as_str(), told.ended.how),
        ("Half an ans", How::Cut)
    );
    assert!(told.withdrawn.is_empty() && told.ended.first_text.is_some());
    assert_eq!(told.ended.attempts, 2);
}

#[tokio::test]
async fn the_only_target_gets_another_try_after_a_pause() {
    for begin in [half(), vec![Act::Reset], status(503, "", "{}")] {
        let upstream = Upstream::start(vec![begin, good()]).await;
        let house = House::new(retrying(1));
        let told = restarting(&house, vec![target(&upstream.base_url(), 7)]).await;
        assert_eq!(
            (told.text.as_str(), told.ended.how),
            ("Hello there", How::Complete)
        );
        assert_eq!(told.ended.attempts, 2);
    }
}

#[tokio::test]
async fn what_will_not_pass_is_not_tried_again() {
    for (code, body, fault) in [
        (401, "{}", Fault::KeyRejected),
        (400, "{}", Fault::BadRequest),
        (429, "{}", Fault::RateLimited),
        (
            429,
            "{\"error\":{\"code\":\"insufficient_quota\"}}",
            Fault::NoCredit,
        ),
        (404, "{}", Fault::ModelNotFound),
    ] {
        let upstream = Upstream::start(vec![status(code, "", body)]).await;
        let house = House::new(retrying(2));
        let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
        assert_eq!(
            (told.ended.how, told.ended.attempts),
            (How::Failed(fault), 1),
            "{body}"
        );
    }
}

#[tokio::test]
async fn tries_end_when_the_target_cools() {
    let upstream = Upstream::start(vec![status(500, "", "{}")]).await;
    let house = House::new(retrying(9));
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(told.ended.how, How::Failed(Fault::ProviderDown));
    assert_eq!(
        upstream.requests().len(),
        3,
        "three faults in a row open its circuit"
    );
}

#[tokio::test]
async fn a_reader_that_keeps_what_it_was_given_gets_no_second_answer() {
    let first = Upstream::start(vec![half()]).await;
    let second = Upstream::start(vec![good()]).await;
    let house = House::new(retrying(2));
    let told = house
        .ask(vec![
            target(&first.base_url(), 7),
            target(&second.base_url(), 8),
        ])
        .await;
    assert_eq!(
        (told.text.as_str(), told.ended.how),
        ("Half an ans", How::Cut)
    );
    assert!(second.requests().is_empty());
}

#[tokio::test]
async fn half_answers_are_not_paid_for_without_end() {
    let upstream = Upstream::start(vec![half()]).await;
    let house = House::new(retrying(9));
    let told = restarting(&house, vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(told.ended.how, How::Cut);
    assert_eq!(told.text, "Half an ans");
    assert!(told.withdrawn.len() <= 2);
    assert!(upstream.requests().len() <= 3);
}
