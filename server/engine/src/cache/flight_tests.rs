use super::{Fell, Flights, Follower, Landed, Lead, Seat, View};
use crate::cache::kept::KeptAnswer;
use crate::cache::key::CacheKey;
use crate::event::{EngineEvent, How, Started};
use crate::fault::Fault;
use contract::keys::KeyScope;
use contract::{AttemptId, CacheStatus};
use std::sync::Arc;
use uuid::Uuid;

fn lead(flights: &Arc<Flights>) -> Lead {
    match flights.join(CacheKey::for_tests(1)) {
        Seat::Lead(lead) => lead,
        Seat::Follow(_) => panic!("somebody leads already"),
    }
}

fn follow(flights: &Arc<Flights>) -> Follower {
    match flights.join(CacheKey::for_tests(1)) {
        Seat::Follow(follower) => follower,
        Seat::Lead(_) => panic!("nobody leads"),
    }
}

fn started() -> EngineEvent {
    EngineEvent::Started(Started {
        attempt: AttemptId::from_uuid(Uuid::nil()),
        provider: "demo",
        key_name: "Demo".to_owned(),
        scope: KeyScope::Workspace,
        model: "tiny".to_owned(),
        demo: true,
        cache: CacheStatus::Miss,
        waited: std::time::Duration::ZERO,
        as_written: false,
        left_out: Vec::new(),
        attempts: 1,
    })
}

fn text(text: &str) -> EngineEvent {
    EngineEvent::Text(text.to_owned())
}

#[tokio::test]
async fn followers_see_everything_wherever_they_join_and_the_end_is_the_last_they_see() {
    let flights = Arc::new(Flights::default());
    let lead = lead(&flights);
    let tee = lead.tee();
    let mut early = follow(&flights);
    tee.show(&started());
    tee.show(&text("Hel"));
    let mut late = follow(&flights);
    tee.show(&text("lo"));
    lead.land(Landed {
        how: How::Complete,
        answer: Arc::new(KeptAnswer::for_tests("Hello")),
        scope: KeyScope::Workspace,
    });
    assert_eq!(flights.count(), 0);
    for follower in [&mut early, &mut late] {
        assert!(matches!(follower.next().await, View::Begins(_)));
        assert!(matches!(follower.next().await, View::Text(text) if text == "Hello"));
        assert!(matches!(follower.next().await, View::Landed(_)));
    }
}

#[tokio::test]
async fn a_fresh_answer_withdraws_what_was_seen() {
    let flights = Arc::new(Flights::default());
    let lead = lead(&flights);
    let tee = lead.tee();
    let mut follower = follow(&flights);
    tee.show(&started());
    tee.show(&text("Half"));
    assert!(matches!(follower.next().await, View::Begins(_)));
    assert!(matches!(follower.next().await, View::Text(text) if text == "Half"));
    tee.show(&started());
    tee.show(&text("Whole"));
    assert!(matches!(follower.next().await, View::Begins(_)));
    assert!(matches!(follower.next().await, View::Text(text) if text == "Whole"));
    let fell = Fell {
        fault: Some(Fault::ProviderDown),
        ..Fell::default()
    };
    lead.fall(fell);
    assert!(matches!(follower.next().await, View::Fell(seen) if seen == fell));
}

#[tokio::test]
async fn a_leader_that_vanishes_leaves_the_seat_to_the_next() {
    let flights = Arc::new(Flights::default());
    let first = lead(&flights);
    let mut followers = [follow(&flights), follow(&flights)];
    drop(first);
    for follower in &mut followers {
        assert!(matches!(follower.next().await, View::Fell(fell) if fell.fault.is_none()));
    }
    let _second = lead(&flights);
    assert!(matches!(
        flights.join(CacheKey::for_tests(1)),
        Seat::Follow(_)
    ));
    assert!(matches!(
        flights.join(CacheKey::for_tests(2)),
        Seat::Lead(_)
    ));
}
