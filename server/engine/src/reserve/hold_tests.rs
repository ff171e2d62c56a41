//! The cap holds under concurrency, and nothing held is ever lost.

use super::{Reservation, reserve};
use crate::admission::{
    Admission, AdmissionFacts, Environment, Route, RouteOptions, Strategy, Target, admit,
};
use crate::fault::Fault;
use crate::reserve::{Meters, Month};
use contract::{MemberId, MessageId, NanoUsd, Role, TenantId};
use proptest::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use uuid::Uuid;

fn admission(budget: Option<i64>) -> Admission {
    admit(AdmissionFacts {
        tenant: tenant(),
        member: MemberId::from_uuid(Uuid::from_u128(3)),
        affinity: Uuid::from_u128(7),
        turn: MessageId::from_uuid(Uuid::from_u128(4)),
        node: Uuid::from_u128(5),
        role: Role::Member,
        workspace_active: true,
        environment: Environment::Production,
        route: Some(Route {
            alias: "fast".into(),
            strategy: Strategy::Priority,
            targets: vec![Target::demo()],
            options: RouteOptions::default(),
        }),
        budget: budget.map(NanoUsd::new),
    })
    .unwrap()
}

fn tenant() -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(2))
}

fn seeded(spent: i64) -> Arc<Meters> {
    let meters = Arc::new(Meters::default());
    meters.seed(tenant(), Month::now(), NanoUsd::new(spent));
    meters
}

fn hold(meters: &Arc<Meters>, admission: &Admission, nano: i64) -> Result<Reservation, Fault> {
    reserve(meters, admission, NanoUsd::new(nano))
}

#[test]
fn a_budget_nobody_seeded_refuses_and_no_budget_does_not() {
    let meters = Arc::new(Meters::default());
    assert_eq!(
        hold(&meters, &admission(Some(100)), 1).err(),
        Some(Fault::LedgerDown)
    );
    assert!(hold(&meters, &admission(None), 1).is_ok());
}

#[test]
fn what_is_spent_stays_spent_and_what_is_held_comes_back() {
    let meters = seeded(40);
    let admission = admission(Some(100));
    let mut turn = hold(&meters, &admission, 50).unwrap();
    assert_eq!(hold(&meters, &admission, 11).err(), Some(Fault::OverBudget));
    turn.settle(NanoUsd::new(20));
    assert_eq!(meters.spent(tenant()), Some(NanoUsd::new(60)));
    assert_eq!(meters.reserved(tenant()), NanoUsd::new(30));
    assert_eq!(turn.cover(NanoUsd::new(41)).err(), Some(Fault::OverBudget));
    turn.cover(NanoUsd::new(40)).unwrap();
    drop(turn);
    assert_eq!(meters.reserved(tenant()), NanoUsd::ZERO);
    assert_eq!(meters.spent(tenant()), Some(NanoUsd::new(60)));
}

#[test]
fn an_overshoot_is_booked_truthfully_and_stops_the_next_turn() {
    let meters = seeded(0);
    let admission = admission(Some(100));
    let mut turn = hold(&meters, &admission, 90).unwrap();
    turn.settle(NanoUsd::new(130));
    drop(turn);
    assert_eq!(meters.spent(tenant()), Some(NanoUsd::new(130)));
    assert_eq!(hold(&meters, &admission, 1).err(), Some(Fault::OverBudget));
}

#[test]
fn a_panic_gives_back_what_was_held() {
    let meters = seeded(0);
    let admission = admission(Some(100));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _held = hold(&meters, &admission, 90).unwrap();
        panic!("a defect in a turn");
    }));
    assert!(panicked.is_err());
    assert_eq!(meters.reserved(tenant()), NanoUsd::ZERO);
    assert!(hold(&meters, &admission, 100).is_ok());
}

#[test]
fn forgetting_a_workspace_never_frees_what_another_turn_holds() {
    let meters = seeded(0);
    let admission = admission(Some(100));
    let first = hold(&meters, &admission, 60).unwrap();
    meters.forget(tenant());
    assert_eq!(hold(&meters, &admission, 1).err(), Some(Fault::LedgerDown));
    meters.seed(tenant(), Month::now(), NanoUsd::ZERO);
    let second = hold(&meters, &admission, 40).unwrap();
    drop(first);
    assert_eq!(meters.reserved(tenant()), NanoUsd::new(40));
    drop(second);
    meters.forget(tenant());
    assert_eq!(meters.spent(tenant()), None);
}

#[test]
fn a_new_month_starts_at_nothing_and_old_holds_do_not_touch_it() {
    let meters = Arc::new(Meters::default());
    let old = Month::at(std::time::SystemTime::UNIX_EPOCH);
    meters.seed(tenant(), old, NanoUsd::new(99));
    let held = meters
        .hold(tenant(), old, Some(NanoUsd::new(100)), NanoUsd::new(1))
        .unwrap();
    let turn = hold(&meters, &admission(Some(100)), 100).unwrap();
    meters.book(tenant(), held, NanoUsd::new(1), NanoUsd::new(1));
    assert_eq!(meters.reserved(tenant()), NanoUsd::new(100));
    assert_eq!(meters.spent(tenant()), Some(NanoUsd::ZERO));
    drop(turn);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn threads_never_pass_the_cap_together(
        cap in 1_i64..500,
        wishes in prop::collection::vec((1_i64..60, 0_u8..4), 8..64),
    ) {
        let meters = seeded(0);
        let admission = admission(Some(cap));
        let spent: i64 = thread::scope(|scope| {
            let turns: Vec<_> = wishes
                .chunks(wishes.len().div_ceil(4))
                .map(|mine| scope.spawn(|| spend(&meters, &admission, cap, mine)))
                .collect();
            turns.into_iter().map(|turn| turn.join().unwrap()).sum()
        });
        prop_assert!(spent <= cap);
        prop_assert_eq!(meters.spent(tenant()), Some(NanoUsd::new(spent)));
        prop_assert_eq!(meters.reserved(tenant()), NanoUsd::ZERO);
    }
}

/// Holds and settles each wish; part 0 of 4 of the hold is spent, or 1, 2, 3.
fn spend(meters: &Arc<Meters>, admission: &Admission, cap: i64, wishes: &[(i64, u8)]) -> i64 {
    let mut sum = 0;
    for &(nano, quarters) in wishes {
        let Ok(mut turn) = hold(meters, admission, nano) else {
            continue;
        };
        let spent = meters.spent(tenant()).unwrap();
        // Read in this order the sum can only be too small, never too large.
        let promised = spent + meters.reserved(tenant());
        assert!(promised.get() <= cap, "{promised:?} of {cap}");
        let cost = nano * i64::from(quarters) / 4;
        turn.settle(NanoUsd::new(cost));
        sum += cost;
    }
    sum
}
