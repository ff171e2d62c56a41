//! What a route allows beside its order: going elsewhere with what one target declined or cannot
//! read, regions, prices, and what a target is known to be able to.

use crate::harness::{House, Told, ask, facts, settings, target};
use crate::upstream::{Upstream, good, status};
use contract::models::RouteOptions;
use engine::{Fault, How, Target};

async fn told(house: &House, targets: Vec<Target>, options: RouteOptions) -> Told {
    let mut facts = facts(targets);
    facts.route.as_mut().unwrap().options = options;
    let told = house.ask_as(facts, ask("Hello?")).await;
    house.settled().await;
    told
}

fn declined() -> RouteOptions {
    RouteOptions {
        declined_elsewhere: true,
        ..RouteOptions::default()
    }
}

fn longer() -> RouteOptions {
    RouteOptions {
        longer_elsewhere: true,
        ..RouteOptions::default()
    }
}

fn reads(base_url: &str, number: u128, context: Option<u64>) -> Target {
    let mut target = target(base_url, number);
    target.facts.context = context;
    target
}

const TOO_LONG: &str = "{\"error\":{\"code\":\"context_length_exceeded\"}}";

#[tokio::test]
async fn what_one_declines_goes_elsewhere_only_where_the_route_says_so() {
    let body = "{\"error\":{\"code\":\"content_filter\"}}";
    let strict = Upstream::start(vec![status(400, "", body)]).await;
    let other = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let targets = || vec![target(&strict.base_url(), 7), target(&other.base_url(), 8)];
    let kept = told(&house, targets(), RouteOptions::default()).await;
    assert_eq!(kept.ended.how, How::Failed(Fault::ContentPolicy));
    let kept = told(&house, targets(), longer()).await;
    assert_eq!(kept.ended.how, How::Failed(Fault::ContentPolicy));
    assert!(other.requests().is_empty());
    let asked = told(&house, targets(), declined()).await;
    assert_eq!((asked.ended.how, asked.ended.attempts), (How::Complete, 2));
    assert_eq!(asked.text, "Hello there");
}

#[tokio::test]
async fn a_bad_request_is_never_shopped_around() {
    let body = "{\"error\":{\"message\":\"odd\"}}";
    let strict = Upstream::start(vec![status(400, "", body)]).await;
    let other = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let options = RouteOptions {
        declined_elsewhere: true,
        longer_elsewhere: true,
        ..RouteOptions::default()
    };
    let targets = vec![target(&strict.base_url(), 7), target(&other.base_url(), 8)];
    let told = told(&house, targets, options).await;
    assert_eq!(told.ended.how, How::Failed(Fault::BadRequest));
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn what_is_too_long_goes_to_one_that_reads_more_where_the_route_says_so() {
    let short = Upstream::start(vec![status(400, "", TOO_LONG)]).await;
    let same = Upstream::start(vec![good()]).await;
    let unknown = Upstream::start(vec![good()]).await;
    let long = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let targets = || {
        vec![
            reads(&short.base_url(), 7, Some(8_000)),
            reads(&same.base_url(), 8, Some(8_000)),
            reads(&unknown.base_url(), 9, None),
            reads(&long.base_url(), 10, Some(128_000)),
        ]
    };
    let kept = told(&house, targets(), RouteOptions::default()).await;
    assert_eq!(kept.ended.how, How::Failed(Fault::ContextTooLong));
    let asked = told(&house, targets(), longer()).await;
    assert_eq!(asked.started.unwrap().key_name, "Key 10");
    assert_eq!(asked.ended.attempts, 2);
    assert!(same.requests().is_empty() && unknown.requests().is_empty());
    // It is nobody's fault but the conversation's.
    assert_eq!(short.requests().len(), 2, "nothing cools");
}

#[tokio::test]
async fn a_conversation_that_cannot_fit_is_sent_to_nobody() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let mut facts = facts(vec![reads(&upstream.base_url(), 7, Some(1_000))]);
    facts.route.as_mut().unwrap().options = longer();
    let told = house.ask_as(facts, ask(&"word ".repeat(2_000))).await;
    house.settled().await;
    assert_eq!(told.ended.how, How::Failed(Fault::ContextTooLong));
    assert_eq!(told.ended.attempts, 0);
    assert!(upstream.requests().is_empty() && house.intents().is_empty());
}

#[tokio::test]
async fn only_targets_in_the_named_regions_are_asked() {
    let abroad = Upstream::start(vec![good()]).await;
    let home = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let only = || RouteOptions {
        regions: vec!["eu".into()],
        ..RouteOptions::default()
    };
    let mut us = target(&abroad.base_url(), 7);
    us.facts.region = Some("us".into());
    let unknown = target(&abroad.base_url(), 8);
    let mut eu = target(&home.base_url(), 9);
    eu.facts.region = Some("eu".into());
    let asked = told(&house, vec![us.clone(), unknown, eu], only()).await;
    assert_eq!(asked.started.unwrap().key_name, "Key 9");
    let nobody = told(&house, vec![us], only()).await;
    assert_eq!(
        (nobody.ended.how, nobody.ended.attempts),
        (How::Failed(Fault::NoTarget), 0)
    );
    assert!(abroad.requests().is_empty(), "nothing leaves the region");
}

#[tokio::test]
async fn a_route_can_leave_out_what_has_no_price() {
    let free = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let mut unpriced = target(&free.base_url(), 7);
    unpriced.price = None;
    let options = RouteOptions {
        priced_only: true,
        ..RouteOptions::default()
    };
    let told = told(&house, vec![unpriced, Target::demo()], options).await;
    assert!(told.started.unwrap().demo);
    assert!(free.requests().is_empty());
}
