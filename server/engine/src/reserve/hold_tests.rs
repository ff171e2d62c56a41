//! The cap holds under concurrency, and nothing held is ever lost.

use super::{Refused, Reservation, reserve};
use crate::admission::{
    Admission, AdmissionFacts, Environment, Route, RouteOptions, Strategy, Target, admit,
};
use crate::cache::CachePolicy;
use crate::limits::{AskerLimits, SpendCap};
use crate::reserve::{Meters, Month};
use contract::{LimitScope, MemberId, MessageId, NanoUsd, Role, TenantId};
use futures_util::FutureExt as _;
use proptest::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use uuid::Uuid;

fn admission(budget: Option<i64>) -> Admission {
    admit(facts(budget)).unwrap()
}

fn facts(budget: Option<i64>) -> AdmissionFacts {
    AdmissionFacts {
        tenant: tenant(),
        member: Some(MemberId::from_uuid(Uuid::from_u128(3))),
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
        limits: AskerLimits::default(),
        cache: CachePolicy::default(),
    }
}

fn tenant() -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(2))
}

fn seeded(spent: i64) -> Arc<Meters> {
    let meters = Arc::new(Meters::default());
    meters.seed(tenant(), Month::now(), NanoUsd::new(spent));
    meters
}

/// Without a treasury nothing is waited for.
fn hold(meters: &Arc<Meters>, admission: &Admission, nano: i64) -> Result<Reservation, Refused> {
    let holding = reserve(meters, admission, NanoUsd::new(nano));
    holding.now_or_never().unwrap()
}

fn cover(turn: &mut Reservation, nano: i64) -> Result<(), Refused> {
    turn.cover(NanoUsd::new(nano)).now_or_never().unwrap()
}

const OVER: Refused = Refused::OverBudget(LimitScope::Workspace);

#[test]
fn a_budget_nobody_seeded_refuses_and_no_budget_does_not() {
    let meters = Arc::new(Meters::default());
    assert_eq!(
        hold(&meters, &admission(Some(100)), 1).err(),
        Some(Refused::Unknown)
    );
    assert!(hold(&meters, &admission(None), 1).is_ok());
}

#[test]
fn what_is_spent_stays_spent_and_what_is_held_comes_back() {
    let meters = seeded(40);
    let admission = admission(Some(100));
    let mut turn = hold(&meters, &admission, 50).unwrap();
    assert_eq!(hold(&meters, &admission, 11).err(), Some(OVER));
    turn.settle(NanoUsd::new(20));
    assert_eq!(meters.spent(tenant()), Some(NanoUsd::new(60)));
    assert_eq!(meters.reserved(tenant()), NanoUsd::new(30));
    assert_eq!(cover(&mut turn, 41).err(), Some(OVER));
    cover(&mut turn, 40).unwrap();
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
    assert_eq!(hold(&meters, &admission, 1).err(), Some(OVER));
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
    assert_eq!(hold(&meters, &admission, 1).err(), Some(Refused::Unknown));
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
    let purses = [(LimitScope::Workspace, Some(NanoUsd::new(100)))];
    let one = NanoUsd::new(1);
    let held = meters.hold(tenant(), old, &purses, one).unwrap();
    let turn = hold(&meters, &admission(Some(100)), 100).unwrap();
    meters.book(tenant(), held, &purses, one, one);
    assert_eq!(meters.reserved(tenant()), NanoUsd::new(100));
    assert_eq!(meters.spent(tenant()), Some(NanoUsd::ZERO));
    drop(turn);
}

#[test]
fn a_turn_holds_in_all_scopes_of_its_asker_or_in_none() {
    let meters = seeded(0);
    let mine = LimitScope::Member(MemberId::from_uuid(Uuid::from_u128(3)));
    let team = LimitScope::Team(contract::TeamId::from_uuid(Uuid::from_u128(9)));
    let capped = |member: i64| {
        let mut facts = facts(Some(100));
        let caps = [(mine, member), (team, 50)];
        facts.limits.caps = caps
            .map(|(scope, cap)| SpendCap {
                scope,
                cap: NanoUsd::new(cap),
            })
            .into();
        admit(facts).unwrap()
    };
    let held = |scope| meters.reserved_by(tenant(), scope).get();
    assert_eq!(
        hold(&meters, &capped(30), 1).err(),
        Some(Refused::Unknown),
        "not seeded"
    );
    for scope in [mine, team] {
        meters.seed_scope(tenant(), scope, Month::now(), NanoUsd::new(10));
    }
    assert_eq!(
        hold(&meters, &capped(30), 21).err(),
        Some(Refused::OverBudget(mine))
    );
    assert_eq!(
        (held(LimitScope::Workspace), held(mine), held(team)),
        (0, 0, 0)
    );
    let mut turn = hold(&meters, &capped(30), 20).unwrap();
    assert_eq!(
        (held(LimitScope::Workspace), held(mine), held(team)),
        (20, 20, 20)
    );
    // Another member of the team finds less in the team's purse.
    assert_eq!(
        hold(&meters, &capped(99), 21).err(),
        Some(Refused::OverBudget(team))
    );
    turn.settle(NanoUsd::new(15));
    drop(turn);
    let spent = |scope| meters.spent_by(tenant(), scope).unwrap().get();
    assert_eq!(
        (spent(LimitScope::Workspace), spent(mine), spent(team)),
        (15, 25, 25)
    );
    assert_eq!(
        (held(LimitScope::Workspace), held(mine), held(team)),
        (0, 0, 0)
    );
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
