//! Providers that take too long, at each place where a limit stands. Every bound here is set by the
//! test, as an installation or a target sets it: short where it must pass, long where it must not.
//! Which ones hold without being set is proven without any clock in `engine::plan::patience`.

use crate::harness::{House, Told, settings, target};
use crate::upstream::{Act, Upstream, finish, good, head, text};
use engine::{Fault, How, Limits};
use std::time::Duration;

const LONG: Duration = Duration::from_mins(2);
const SHORT: Duration = Duration::from_millis(150);

async fn told(limits: Limits, script: Vec<Act>) -> (House, Upstream, Told) {
    let upstream = Upstream::start(vec![script]).await;
    let mut settings = settings();
    settings.limits = limits;
    let house = House::new(settings);
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(house.settlements().len(), 1);
    assert!(
        house.settlements()[0].estimated,
        "the provider may have worked"
    );
    (house, upstream, told)
}

#[tokio::test]
async fn a_slow_head() {
    let limits = Limits {
        head: SHORT,
        ..Limits::default()
    };
    let (_, upstream, told) = told(limits, vec![Act::AwaitClose]).await;
    assert_eq!(told.ended.how, How::Failed(Fault::Timeout));
    upstream.until_closed().await;
}

#[tokio::test]
async fn a_slow_first_text() {
    let limits = Limits {
        first_text: SHORT,
        ..Limits::default()
    };
    let (_, upstream, told) = told(limits, vec![head(), Act::AwaitClose]).await;
    assert_eq!(told.ended.how, How::Failed(Fault::Timeout));
    upstream.until_closed().await;
}

#[tokio::test]
async fn comments_do_not_count_as_a_first_text() {
    let limits = Limits {
        first_text: SHORT,
        ..Limits::default()
    };
    let script = vec![head(), Act::Repeat(": still working\n\n".into())];
    let (_, _, told) = told(limits, script).await;
    assert_eq!(told.ended.how, How::Failed(Fault::Timeout));
}

#[tokio::test]
async fn a_stall_after_text_keeps_what_arrived() {
    let limits = Limits {
        stall: SHORT,
        ..Limits::default()
    };
    let (_, upstream, told) = told(limits, vec![head(), text("Hello "), Act::AwaitClose]).await;
    assert_eq!(told.ended.how, How::Failed(Fault::Timeout));
    assert_eq!(told.text, "Hello ");
    upstream.until_closed().await;
}

#[tokio::test]
async fn comments_after_text_do_not_hide_a_stall() {
    let limits = Limits {
        stall: SHORT,
        ..Limits::default()
    };
    let script = vec![
        head(),
        text("Hello "),
        Act::Repeat(": still here\n\n".into()),
    ];
    let (_, _, told) = told(limits, script).await;
    assert_eq!(told.ended.how, How::Failed(Fault::Timeout));
}

#[tokio::test]
async fn the_whole_attempt_has_a_limit() {
    let limits = Limits {
        total: 4 * SHORT,
        ..Limits::default()
    };
    let mut script = vec![head()];
    for _ in 0..200 {
        script.extend([text("word "), Act::Wait(SHORT / 3)]);
    }
    let (_, _, told) = told(limits, script).await;
    assert_eq!(told.ended.how, How::Failed(Fault::Timeout));
    assert!(told.text.starts_with("word "));
}

#[tokio::test]
async fn a_finished_answer_does_not_wait_for_its_terminator() {
    let limits = Limits {
        stall: LONG,
        ..Limits::default()
    };
    let script = vec![head(), text("Hello"), finish("stop"), Act::Wait(LONG)];
    let (_, _, told) = told(limits, script).await;
    assert_eq!(told.ended.how, How::Complete);
}

#[tokio::test]
async fn a_slow_target_gives_way_to_the_next() {
    let slow = Upstream::start(vec![vec![Act::AwaitClose]]).await;
    let quick = Upstream::start(vec![good()]).await;
    let mut settings = settings();
    settings.limits.head = SHORT;
    let house = House::new(settings);
    let told = house
        .ask(vec![
            target(&slow.base_url(), 7),
            target(&quick.base_url(), 8),
        ])
        .await;
    // The quick one has the same short limit; on a busy machine it may miss it as well.
    assert_eq!(told.ended.attempts, 2);
    assert_eq!(slow.requests().len(), 1);
    slow.until_closed().await;
}

/// Limits that are short only while another target can take over.
fn impatient(house: &mut engine::EngineSettings) {
    house.limits = Limits {
        head: LONG,
        first_text: LONG,
        head_with_next: SHORT,
        first_text_with_next: SHORT,
        ..Limits::default()
    };
}

#[tokio::test]
async fn a_silent_target_is_left_sooner_while_another_can_take_over() {
    for silent in [vec![Act::AwaitClose], vec![head(), Act::AwaitClose]] {
        let first = Upstream::start(vec![silent]).await;
        // The last one is slower than that, and is waited for.
        let slow = [vec![Act::Wait(3 * SHORT)], good()].concat();
        let last = Upstream::start(vec![slow]).await;
        let mut settings = settings();
        impatient(&mut settings);
        let house = House::new(settings);
        let told = house
            .ask(vec![
                target(&first.base_url(), 7),
                target(&last.base_url(), 8),
            ])
            .await;
        assert_eq!(
            (told.text.as_str(), told.ended.how),
            ("Hello there", How::Complete)
        );
        assert_eq!(told.ended.attempts, 2);
        let mut settled = house.settlements();
        settled.sort_by_key(|one| one.intent.number);
        assert_eq!(settled[0].how, How::Failed(Fault::Timeout));
        first.until_closed().await;
    }
}

#[tokio::test]
async fn a_target_that_cools_is_nobody_who_could_take_over() {
    let slow = [vec![Act::Wait(3 * SHORT)], good()].concat();
    let first = Upstream::start(vec![slow]).await;
    let revoked = Upstream::start(vec![crate::upstream::status(401, "", "{}")]).await;
    let mut settings = settings();
    impatient(&mut settings);
    let house = House::new(settings);
    house.ask(vec![target(&revoked.base_url(), 8)]).await;
    let told = house
        .ask(vec![
            target(&first.base_url(), 7),
            target(&revoked.base_url(), 8),
        ])
        .await;
    assert_eq!((told.ended.how, told.ended.attempts), (How::Complete, 1));
}

#[tokio::test]
async fn reasoning_is_progress_and_a_model_known_to_reason_is_waited_for() {
    let thought = Act::Send(
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n".into(),
    );
    let mut thinks = vec![head()];
    for _ in 0..4 {
        thinks.extend([thought.clone(), Act::Wait(SHORT / 2)]);
    }
    thinks.extend(good().split_off(1));
    let silent = [vec![Act::Wait(3 * SHORT)], good()].concat();
    for (script, known) in [(thinks, false), (silent, true)] {
        let first = Upstream::start(vec![script]).await;
        let other = Upstream::start(vec![good()]).await;
        let mut settings = settings();
        impatient(&mut settings);
        // Time for a busy machine: what extends is the progress, not this.
        settings.limits.stall = LONG;
        let house = House::new(settings);
        let mut reasons = target(&first.base_url(), 7);
        reasons.facts.reasoning = known.then_some(true);
        let told = house.ask(vec![reasons, target(&other.base_url(), 8)]).await;
        assert_eq!((told.ended.how, told.ended.attempts), (How::Complete, 1));
        assert!(other.requests().is_empty());
    }
}

#[tokio::test]
async fn a_target_has_times_of_its_own() {
    let quiet = || vec![head(), text("Hello "), Act::AwaitClose];
    for set in [
        |it: &mut engine::TargetLimits| it.stall = Some(SHORT),
        |it: &mut engine::TargetLimits| it.total = Some(4 * SHORT),
    ] {
        let upstream = Upstream::start(vec![quiet()]).await;
        let house = House::new(settings());
        let mut own = target(&upstream.base_url(), 7);
        set(&mut own.limits);
        let told = house.ask(vec![own]).await;
        assert_eq!(told.ended.how, How::Failed(Fault::Timeout));
    }
    // Longer than the installation's, with another target behind it.
    let slow = [vec![head(), Act::Wait(3 * SHORT)], good().split_off(1)].concat();
    let upstream = Upstream::start(vec![slow]).await;
    let mut settings = settings();
    impatient(&mut settings);
    let house = House::new(settings);
    let mut patient = target(&upstream.base_url(), 7);
    patient.limits.first_text = Some(LONG);
    let told = house.ask(vec![patient, engine::Target::demo()]).await;
    assert_eq!((told.ended.how, told.ended.attempts), (How::Complete, 1));
    // And a connection that never comes about: nobody answers the first word of TLS.
    let mute = Upstream::start(vec![good()]).await;
    let mut far = target(&mute.base_url().replace("http:", "https:"), 8);
    far.limits.connect = Some(SHORT);
    let told = house.ask(vec![far]).await;
    assert_eq!(told.ended.how, How::Failed(Fault::Timeout));
    assert_eq!(told.ended.cost, Some(contract::NanoUsd::ZERO));
}
