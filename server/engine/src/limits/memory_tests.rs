//! Decisions over several limits are one step, and nothing taken is ever lost.

use super::{MOST_COUNTERS, MemoryLimiter, SWEEP_FROM};
use crate::limits::{PaceLimit, SLOT_WAIT, Slot, Used, What, Wish};
use contract::{LimitScope, MemberId, Pace, TenantId};
use proptest::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use tokio::time::advance;
use uuid::Uuid;

fn tenant(id: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(id))
}

fn member(id: u128) -> LimitScope {
    LimitScope::Member(MemberId::from_uuid(Uuid::from_u128(id)))
}

fn limit(scope: LimitScope, requests: u32, tokens: u32, concurrent: u32) -> PaceLimit {
    let some = |most: u32| (most > 0).then_some(most);
    PaceLimit {
        scope,
        model: None,
        pace: Pace {
            requests_per_minute: some(requests),
            tokens_per_minute: some(tokens),
            concurrent: some(concurrent),
        },
    }
}

fn wish(limits: &[PaceLimit], tokens: u64) -> Wish<'_> {
    Wish {
        tenant: tenant(1),
        limits,
        tokens,
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_question_consumes_nothing_of_any_limit() {
    let limiter = MemoryLimiter::default();
    let workspace = limit(LimitScope::Workspace, 3, 1_000, 2);
    let both = [workspace.clone(), limit(member(1), 1, 0, 0)];
    limiter
        .decide(wish(&both, 100))
        .unwrap()
        .give_back(Used::Tokens(100));
    for _ in 0..50 {
        let reached = limiter.decide(wish(&both, 100)).err().unwrap();
        assert_eq!((reached.scope, reached.what), (member(1), What::Requests));
        assert_eq!(reached.retry_in, Some(Duration::from_mins(1)));
    }
    // Another member finds the rest of the workspace's limits untouched.
    let other = [workspace, limit(member(2), 9, 0, 0)];
    let held: Vec<_> = (0..2)
        .map(|_| limiter.decide(wish(&other, 450)).unwrap())
        .collect();
    let reached = limiter.decide(wish(&other, 1)).err().unwrap();
    assert_eq!(reached.scope, LimitScope::Workspace);
    assert_eq!(limiter.held(), 4, "two places, each in two limits");
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn the_longest_wait_is_told_and_is_true() {
    let limiter = MemoryLimiter::default();
    let limits = [limit(LimitScope::Workspace, 60, 600, 1)];
    let slot = limiter.decide(wish(&limits, 600)).unwrap();
    let reached = limiter.decide(wish(&limits, 300)).err().unwrap();
    assert_eq!(
        (reached.what, reached.retry_in),
        (What::Tokens, Some(Duration::from_secs(30)))
    );
    advance(Duration::from_secs(30)).await;
    let reached = limiter.decide(wish(&limits, 300)).err().unwrap();
    assert_eq!(
        (reached.what, reached.retry_in),
        (What::Concurrent, Some(SLOT_WAIT))
    );
    slot.give_back(Used::Unknown);
    assert!(limiter.decide(wish(&limits, 300)).is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_answer_longer_than_expected_is_charged_to_the_minutes_after_it() {
    let limiter = MemoryLimiter::default();
    let limits = [limit(LimitScope::Workspace, 0, 1_000, 0)];
    let slot = limiter.decide(wish(&limits, 500)).unwrap();
    slot.give_back(Used::Tokens(3_000));
    let reached = limiter.decide(wish(&limits, 500)).err().unwrap();
    assert_eq!(reached.retry_in, Some(Duration::from_secs(150)));
    advance(Duration::from_secs(150)).await;
    // And a shorter one gives the rest back.
    let slot = limiter.decide(wish(&limits, 500)).unwrap();
    assert!(limiter.decide(wish(&limits, 500)).is_err());
    slot.give_back(Used::Tokens(100));
    assert!(limiter.decide(wish(&limits, 400)).is_ok());
}

#[tokio::test(start_paused = true)]
async fn where_nobody_was_asked_everything_comes_back() {
    let limiter = MemoryLimiter::default();
    let limits = [limit(LimitScope::Workspace, 1, 100, 1)];
    for _ in 0..10 {
        limiter
            .decide(wish(&limits, 100))
            .unwrap()
            .give_back(Used::Nothing);
    }
    limiter
        .decide(wish(&limits, 100))
        .unwrap()
        .give_back(Used::Unknown);
    assert!(limiter.decide(wish(&limits, 1)).is_err());
}

#[tokio::test(start_paused = true)]
async fn models_and_workspaces_have_counters_of_their_own() {
    let limiter = MemoryLimiter::default();
    let all = limit(LimitScope::Workspace, 2, 0, 0);
    let of = |model: &str| PaceLimit {
        model: Some(model.into()),
        ..limit(LimitScope::Workspace, 1, 0, 0)
    };
    let fast = [all.clone(), of("fast")];
    let slow = [all, of("slow")];
    limiter
        .decide(wish(&fast, 1))
        .unwrap()
        .give_back(Used::Tokens(1));
    let reached = limiter.decide(wish(&fast, 1)).err().unwrap();
    assert_eq!(reached.model.as_deref(), Some("fast"));
    limiter
        .decide(wish(&slow, 1))
        .unwrap()
        .give_back(Used::Tokens(1));
    let reached = limiter.decide(wish(&slow, 1)).err().unwrap();
    assert!(reached.retry_in.is_some());
    let elsewhere = Wish {
        tenant: tenant(2),
        ..wish(&fast, 1)
    };
    assert!(limiter.decide(elsewhere).is_ok());
}

#[tokio::test(start_paused = true)]
async fn counters_that_say_nothing_are_forgotten_and_there_is_a_most() {
    let limiter = MemoryLimiter::default();
    let ask = |id: u128, requests| {
        let limits = [limit(member(id), requests, 0, 0)];
        let slot = limiter.decide(wish(&limits, 1));
        slot.map(|slot| slot.give_back(Used::Tokens(1))).is_ok()
    };
    for id in 0..5_000 {
        assert!(ask(id, 60));
        advance(Duration::from_secs(1)).await;
    }
    assert!(
        limiter.counters() <= SWEEP_FROM as u64 + 1,
        "{}",
        limiter.counters()
    );
    for id in 0..2 * MOST_COUNTERS as u128 {
        assert!(ask(10_000 + id, 1));
    }
    assert_eq!(limiter.counters(), MOST_COUNTERS as u64);
}

struct Guard(Option<Box<dyn Slot>>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(slot) = self.0.take() {
            slot.give_back(Used::Unknown);
        }
    }
}

#[test]
fn a_panic_gives_the_place_back() {
    let limiter = MemoryLimiter::default();
    let limits = [limit(LimitScope::Workspace, 0, 0, 1)];
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _held = Guard(limiter.decide(wish(&limits, 1)).ok());
        panic!("a defect in a turn");
    }));
    assert!(panicked.is_err());
    assert_eq!(limiter.held(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn threads_never_pass_a_limit_together_and_nothing_stays_held(
        most in 1_u32..12,
        requests in 20_u32..200,
    ) {
        let (limiter, begun) = (MemoryLimiter::default(), Instant::now());
        let limits = [
            limit(LimitScope::Workspace, requests, 0, most),
            limit(member(1), 0, 0, most + 1),
        ];
        let let_through: u32 = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| {
                let mut count = 0;
                for _ in 0..100 {
                    let Ok(slot) = limiter.decide(wish(&limits, 1)) else { continue };
                    assert!(limiter.held() <= u64::from(most) * 2);
                    count += 1;
                    slot.give_back(Used::Tokens(1));
                }
                count
            })).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        // What flowed in while the threads ran comes on top.
        let flowed_in = u64::from(requests) * begun.elapsed().as_secs() / 60 + 1;
        let most = u64::from(requests) + flowed_in;
        prop_assert!(u64::from(let_through) <= most, "{} of {}", let_through, most);
        prop_assert_eq!(limiter.held(), 0);
    }
}
