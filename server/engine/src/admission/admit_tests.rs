//! Every way to be refused.

use super::{AdmissionFacts, Environment, Refusal, admit};
use crate::admission::{
    Facts, Provider, Route, RouteOptions, Strategy, Target, TargetKey, TargetLimits,
};
use crate::cache::CachePolicy;
use crate::limits::{AskerLimits, SpendCap};
use contract::keys::{KeyPlace, KeyProvider, KeyScope};
use contract::{KeyId, LimitScope, MemberId, MessageId, NanoUsd, Price, Role, TenantId};
use uuid::Uuid;

fn keyed(price: Option<Price>) -> Target {
    Target {
        key: TargetKey {
            id: Some(KeyId::from_uuid(Uuid::from_u128(1))),
            secret: Uuid::from_u128(1),
            name: "Own".into(),
            provider: Provider::Keyed(KeyProvider::OpenAiCompatible),
            base_url: Some("https://provider.example/v1".into()),
            place: KeyPlace::default(),
            scope: KeyScope::Workspace,
        },
        model: "m".into(),
        price,
        max_output: None,
        weight: 1,
        limits: TargetLimits::default(),
        facts: Facts::default(),
    }
}

fn facts(targets: Vec<Target>) -> AdmissionFacts {
    AdmissionFacts {
        tenant: TenantId::from_uuid(Uuid::from_u128(2)),
        member: Some(MemberId::from_uuid(Uuid::from_u128(3))),
        turn: MessageId::from_uuid(Uuid::from_u128(4)),
        affinity: Uuid::from_u128(7),
        node: Uuid::from_u128(5),
        role: Role::Member,
        workspace_active: true,
        environment: Environment::Production,
        route: Some(Route {
            alias: "fast".into(),
            strategy: Strategy::Priority,
            targets,
            options: RouteOptions::default(),
        }),
        budget: None,
        limits: AskerLimits::default(),
        cache: CachePolicy::default(),
    }
}

#[test]
fn a_suspended_workspace_and_an_auditor_never_ask() {
    let mut suspended = facts(vec![Target::demo()]);
    suspended.workspace_active = false;
    assert_eq!(admit(suspended).err(), Some(Refusal::Suspended));
    let mut auditor = facts(vec![Target::demo()]);
    auditor.role = Role::Auditor;
    assert_eq!(admit(auditor).err(), Some(Refusal::RoleMayNotChat));
}

#[test]
fn what_is_missing_is_refused() {
    let mut none = facts(vec![]);
    assert_eq!(admit(none.clone()).err(), Some(Refusal::NoRoute));
    none.route = None;
    assert_eq!(admit(none).err(), Some(Refusal::NoRoute));
    let mut keyless = keyed(None);
    keyless.key.id = None;
    assert_eq!(admit(facts(vec![keyless])).err(), Some(Refusal::NoKey));
}

#[test]
fn a_budget_needs_a_price_and_something_left() {
    let mut zero = facts(vec![Target::demo()]);
    zero.budget = Some(NanoUsd::ZERO);
    let scope = LimitScope::Workspace;
    assert_eq!(admit(zero).err(), Some(Refusal::OverBudget { scope }));
    let mut unpriced = facts(vec![keyed(None)]);
    assert!(
        admit(unpriced.clone()).is_ok(),
        "without a budget it may run"
    );
    unpriced.budget = Some(NanoUsd::from_usd(5));
    assert_eq!(admit(unpriced).err(), Some(Refusal::Unpriced));
}

#[test]
fn a_cap_of_the_member_counts_as_the_workspaces_own_does() {
    let scope = LimitScope::Member(MemberId::from_uuid(Uuid::from_u128(3)));
    let capped = |cap: i64, target: Target| {
        let mut facts = facts(vec![target]);
        let cap = NanoUsd::new(cap);
        facts.limits.caps = vec![
            SpendCap { scope, cap },
            SpendCap {
                scope,
                cap: NanoUsd::from_usd(9),
            },
        ];
        admit(facts)
    };
    assert_eq!(
        capped(0, Target::demo()).err(),
        Some(Refusal::OverBudget { scope })
    );
    assert_eq!(capped(5, keyed(None)).err(), Some(Refusal::Unpriced));
    let admission = capped(5, Target::demo()).unwrap();
    assert_eq!(
        admission.purses(),
        [
            (LimitScope::Workspace, None),
            (scope, Some(NanoUsd::new(5)))
        ]
    );
}

#[test]
fn unusable_targets_are_taken_out_of_the_route() {
    let mut mixed = facts(vec![keyed(None), Target::demo()]);
    mixed.budget = Some(NanoUsd::from_usd(5));
    let admission = admit(mixed).unwrap();
    assert_eq!(admission.route().targets, [Target::demo()]);
}
