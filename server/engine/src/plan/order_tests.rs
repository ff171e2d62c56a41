//! Orders by strategy, with made-up figures.

use super::{Candidate, order};
use crate::admission::{
    Admission, AdmissionFacts, Environment, Facts, Provider, Route, RouteOptions, Strategy, Target,
    TargetKey, TargetLimits, admit,
};
use crate::cache::CachePolicy;
use crate::fault::Fault;
use crate::plan::breaker::CircuitIds;
use crate::plan::load::{InFlight, Loads};
use crate::plan::needs::Needs;
use contract::keys::{KeyPlace, KeyProvider, KeyScope};
use contract::{KeyId, MemberId, MessageId, NanoUsd, Price, Role, TenantId};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

fn target(number: u128, model: &str) -> Target {
    Target {
        key: TargetKey {
            id: Some(KeyId::from_uuid(Uuid::from_u128(number))),
            secret: Uuid::from_u128(number),
            name: format!("{number}"),
            provider: Provider::Keyed(KeyProvider::OpenAi),
            base_url: Some("https://api.example/v1".into()),
            place: KeyPlace::default(),
            scope: KeyScope::Workspace,
        },
        model: model.into(),
        price: None,
        max_output: None,
        weight: 1,
        limits: TargetLimits::default(),
        facts: Facts::default(),
    }
}

fn admitted(strategy: Strategy, targets: Vec<Target>, conversation: u128) -> Admission {
    let id = Uuid::from_u128(1);
    admit(AdmissionFacts {
        tenant: TenantId::from_uuid(id),
        member: Some(MemberId::from_uuid(id)),
        turn: MessageId::from_uuid(id),
        affinity: Uuid::from_u128(conversation),
        node: id,
        role: Role::Member,
        workspace_active: true,
        environment: Environment::Production,
        route: Some(Route {
            alias: "a".into(),
            strategy,
            targets,
            options: RouteOptions::default(),
        }),
        budget: None,
        limits: crate::limits::AskerLimits::default(),
        cache: CachePolicy::default(),
    })
    .unwrap()
}

fn ordered<'a>(admission: &'a Admission, loads: &Loads, input: u64) -> Vec<Candidate<'a>> {
    let needs = Needs {
        input,
        ..Needs::default()
    };
    order(admission, loads, &needs).unwrap()
}

fn names(order: &[Candidate<'_>]) -> Vec<String> {
    order
        .iter()
        .map(|it| it.target().key.name.clone())
        .collect()
}

fn first(strategy: Strategy, targets: &[Target], conversation: u128, loads: &Loads) -> String {
    let admission = admitted(strategy, targets.to_vec(), conversation);
    let order = ordered(&admission, loads, 100);
    assert_eq!(order.len(), targets.len(), "nobody is left out");
    names(&order).swap_remove(0)
}

fn busy(loads: &Arc<Loads>, target: &Target, count: usize) -> Vec<InFlight> {
    let tenant = TenantId::from_uuid(Uuid::from_u128(1));
    let ids = CircuitIds::of(tenant, target);
    (0..count).map(|_| loads.begin(ids)).collect()
}

#[test]
fn priority_is_what_somebody_wrote() {
    let targets = vec![target(2, "m"), target(1, "m"), target(3, "n")];
    let loads = Arc::new(Loads::default());
    let _held = busy(&loads, &targets[0], 50);
    let admission = admitted(Strategy::Priority, targets, 7);
    assert_eq!(names(&ordered(&admission, &loads, 100)), ["2", "1", "3"]);
}

#[test]
fn weights_are_shares_and_a_conversation_stays() {
    let mut targets = vec![target(1, "m"), target(2, "m"), target(3, "m")];
    targets[0].weight = 3;
    targets[2].weight = 0;
    let loads = Loads::default();
    let mut shares: HashMap<String, u32> = HashMap::new();
    for conversation in 0..4_000 {
        let chosen = first(Strategy::Weighted, &targets, conversation, &loads);
        assert_eq!(
            chosen,
            first(Strategy::Weighted, &targets, conversation, &loads)
        );
        *shares.entry(chosen).or_default() += 1;
    }
    assert!((2_850..3_150).contains(&shares["1"]), "{shares:?}");
    assert!(!shares.contains_key("3"), "{shares:?}");
}

#[test]
fn the_cheapest_goes_first_and_an_unknown_price_last() {
    let mut targets = vec![target(1, "a"), target(2, "b"), target(3, "c")];
    let price = |input, output| {
        Some(Price::new(
            NanoUsd::from_usd(input),
            NanoUsd::from_usd(output),
        ))
    };
    targets[0].price = price(1, 20);
    targets[2].price = price(3, 4);
    let admission = admitted(Strategy::LeastCost, targets, 7);
    let loads = Loads::default();
    // Little to read: what is written decides. Much to read: the other way round.
    assert_eq!(names(&ordered(&admission, &loads, 100)), ["3", "1", "2"]);
    assert_eq!(
        names(&ordered(&admission, &loads, 100_000)),
        ["1", "3", "2"]
    );
}

#[test]
fn of_two_the_quicker_goes_first_and_a_long_line_makes_slow() {
    let targets = vec![target(1, "a"), target(2, "b")];
    let loads = Arc::new(Loads::default());
    for (target, ms) in [(&targets[0], 900), (&targets[1], 300)] {
        busy(&loads, target, 1)[0].took(Duration::from_millis(ms));
    }
    assert_eq!(first(Strategy::LowestLatency, &targets, 7, &loads), "2");
    let _held = busy(&loads, &targets[1], 9);
    assert_eq!(first(Strategy::LowestLatency, &targets, 7, &loads), "1");
}

#[test]
fn the_worst_of_many_is_never_first() {
    let targets: Vec<_> = (1..=4).map(|n| target(n, &n.to_string())).collect();
    let loads = Arc::new(Loads::default());
    for (target, ms) in targets.iter().zip([100, 200, 300, 4_000]) {
        busy(&loads, target, 1)[0].took(Duration::from_millis(ms));
    }
    for _ in 0..200 {
        assert_ne!(first(Strategy::LowestLatency, &targets, 7, &loads), "4");
    }
}

#[test]
fn the_least_used_goes_first() {
    let targets = vec![target(1, "a"), target(2, "b"), target(3, "c")];
    let loads = Arc::new(Loads::default());
    let held = busy(&loads, &targets[0], 2);
    drop(busy(&loads, &targets[1], 5));
    assert_eq!(first(Strategy::LeastUsed, &targets, 7, &loads), "3");
    drop(busy(&loads, &targets[2], 9));
    assert_eq!(first(Strategy::LeastUsed, &targets, 7, &loads), "2");
    drop(held);
    assert_eq!(first(Strategy::LeastUsed, &targets, 7, &loads), "1");
}

#[test]
fn a_conversation_keeps_its_key_while_that_has_room() {
    let targets: Vec<_> = (1..=4).map(|n| target(n, "m")).collect();
    let loads = Arc::new(Loads::default());
    let mut shares: HashMap<String, usize> = HashMap::new();
    for conversation in 0..400 {
        let warm = first(Strategy::LeastCost, &targets, conversation, &loads);
        *shares.entry(warm).or_default() += 1;
    }
    assert!(
        shares.values().all(|share| (60..140).contains(share)),
        "{shares:?}"
    );
    let warm = first(Strategy::LeastCost, &targets, 7, &loads);
    let busiest = targets.iter().find(|it| it.key.name == warm).unwrap();
    let _held = busy(&loads, busiest, 8);
    let other = first(Strategy::LeastCost, &targets, 7, &loads);
    assert_ne!(other, warm, "it has more than its share");
}

#[test]
fn what_does_not_fit_is_left_out_before_any_strategy() {
    let mut targets = vec![target(1, "a"), target(2, "b"), target(3, "c")];
    targets[0].facts.context = Some(1_000);
    targets[1].facts.images = Some(false);
    let loads = Loads::default();
    for strategy in Strategy::ALL {
        let admission = admitted(strategy, targets.clone(), 7);
        let needs = Needs {
            input: 2_000,
            images: true,
            ..Needs::default()
        };
        let order = order(&admission, &loads, &needs).unwrap();
        assert_eq!(names(&order), ["3"], "{strategy:?}");
    }
    let admission = admitted(Strategy::Priority, targets[..1].to_vec(), 7);
    let long = Needs {
        input: 2_000,
        ..Needs::default()
    };
    let refused = order(&admission, &loads, &long).err();
    assert_eq!(refused, Some(Fault::ContextTooLong));
    let admission = admitted(Strategy::Priority, targets[1..2].to_vec(), 7);
    let images = Needs {
        images: true,
        ..Needs::default()
    };
    let refused = order(&admission, &loads, &images).err();
    assert_eq!(refused, Some(Fault::NoTarget));
}
