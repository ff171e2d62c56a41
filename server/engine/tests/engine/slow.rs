//! Providers that take too long, at each place where a limit stands.

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
