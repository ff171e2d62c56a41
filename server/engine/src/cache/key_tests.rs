use super::{Asked, CacheKey, digest, key_in};
use crate::admission::{
    Admission, AdmissionFacts, Environment, Provider, Route, RouteOptions, Strategy, Target, admit,
};
use crate::cache::{CachePolicy, CacheUse};
use crate::limits::AskerLimits;
use crate::prompt::{Ask, AskMessage, Asker, Broken, Conversation, Prompt, SystemPrompt, compose};
use crate::settings::EngineSettings;
use contract::keys::{KeyProvider, KeyScope};
use contract::{KeyId, MemberId, MessageId, NanoUsd, Price, Role, TenantId};
use std::collections::HashSet;
use uuid::Uuid;

impl CacheKey {
    /// Any key.
    pub(crate) fn for_tests(number: u16) -> Self {
        let mut bytes = [0; 32];
        bytes[..2].copy_from_slice(&number.to_be_bytes());
        Self(bytes)
    }
}

fn prompt(version: Option<u32>, texts: &[&str]) -> Prompt {
    compose(Ask {
        system: version.map(|version| SystemPrompt {
            version,
            text: "s".into(),
        }),
        conversation: Conversation::Chat(
            texts
                .iter()
                .map(|&text| AskMessage {
                    role: Asker::User,
                    text: text.into(),
                })
                .collect(),
        ),
        bypass_cache: false,
        broken: Broken::Abort,
    })
    .unwrap()
}

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

fn keyed(number: u128) -> Target {
    let mut target = Target::demo();
    target.key.id = Some(KeyId::from_uuid(Uuid::from_u128(number)));
    target.key.provider = Provider::Keyed(KeyProvider::OpenAiCompatible);
    target.key.base_url = Some("https://one.example/v1".into());
    target
}

fn with(change: impl FnOnce(&mut Target)) -> Target {
    let mut target = keyed(1);
    change(&mut target);
    target
}

#[test]
fn every_part_of_the_question_separates() {
    let (production, staging) = (Environment::Production, Environment::Staging);
    let key = |of: u128, environment, prompt: &Prompt| {
        key_in(tenant(of), environment, &keyed(1), None, &digest(prompt))
    };
    let plain = prompt(Some(1), &["ab", "c"]);
    let keys = [
        key(1, production, &plain),
        key(2, production, &plain),
        key(1, staging, &plain),
        key(1, production, &prompt(Some(2), &["ab", "c"])),
        key(1, production, &prompt(None, &["ab", "c"])),
        key(1, production, &prompt(Some(1), &["a", "bc"])),
        key(1, production, &prompt(Some(1), &["abc"])),
    ];
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
    assert_eq!(keys[0], key(1, production, &plain));
}

#[test]
fn everything_of_a_target_that_changes_an_answer_separates_and_nothing_else() {
    let request = digest(&prompt(Some(1), &["a"]));
    let key =
        |target: &Target, most| key_in(tenant(1), Environment::Production, target, most, &request);
    let plain = key(&keyed(1), None);
    let some = || Some("eu".to_owned());
    let others = [
        key(&keyed(2), None),
        key(&keyed(1), Some(100)),
        key(&with(|it| it.model = "n".into()), None),
        key(&with(|it| it.key.base_url = some()), None),
        key(&with(|it| it.key.place.api_version = some()), None),
        key(&with(|it| it.key.place.region = some()), None),
        key(&with(|it| it.key.place.organisation = some()), None),
        key(&with(|it| it.key.place.project = some()), None),
        key(
            &with(|it| it.key.provider = Provider::Keyed(KeyProvider::Mistral)),
            None,
        ),
        plain,
    ];
    assert_eq!(others.iter().collect::<HashSet<_>>().len(), others.len());
    let alike = [
        with(|it| it.price = Some(Price::new(NanoUsd::new(9), NanoUsd::new(9)))),
        with(|it| it.weight = 7),
        with(|it| it.key.name = "Renamed".into()),
        with(|it| it.key.secret = Uuid::from_u128(99)),
        with(|it| it.key.place.probe_model = some()),
    ];
    for target in alike {
        assert_eq!(key(&target, None), plain, "{target:?}");
    }
}

fn admission(strategy: Strategy, targets: Vec<Target>) -> Admission {
    admission_with(strategy, targets, |_| {})
}

fn admission_with(
    strategy: Strategy,
    targets: Vec<Target>,
    change: impl FnOnce(&mut AdmissionFacts),
) -> Admission {
    let mut facts = AdmissionFacts {
        tenant: tenant(1),
        member: Some(MemberId::from_uuid(Uuid::from_u128(1))),
        turn: MessageId::from_uuid(Uuid::from_u128(2)),
        affinity: Uuid::from_u128(3),
        node: Uuid::from_u128(4),
        role: Role::Member,
        workspace_active: true,
        environment: Environment::Production,
        route: Some(Route {
            alias: "fast".into(),
            strategy,
            targets,
            options: RouteOptions::default(),
        }),
        budget: None,
        limits: AskerLimits::default(),
        cache: CachePolicy {
            kept: CacheUse::Usual,
            ..CachePolicy::default()
        },
    };
    change(&mut facts);
    admit(facts).unwrap()
}

#[test]
fn a_fallbacks_answer_is_no_fresh_one_unless_the_strategy_chooses_among_all() {
    let prompt = prompt(None, &["a"]);
    let places = |strategy, change: fn(&mut Target)| {
        let mut second = keyed(2);
        change(&mut second);
        let admission = admission(strategy, vec![keyed(1), second]);
        let asked = Asked::new(&admission, &prompt, &EngineSettings::default());
        asked.places.len()
    };
    assert_eq!(places(Strategy::Priority, |_| {}), 1);
    assert_eq!(places(Strategy::Weighted, |_| {}), 2);
    assert_eq!(places(Strategy::Weighted, |it| it.weight = 0), 1);
    assert_eq!(places(Strategy::LeastCost, |it| it.weight = 0), 2);
}

#[test]
fn a_target_that_must_not_be_asked_any_more_gives_no_old_answer_either() {
    let prompt = prompt(None, &["a"]);
    let in_region = |number: u128, region: &str| {
        let mut target = keyed(number);
        target.facts.region = Some(region.to_owned());
        target
    };
    let targets = vec![in_region(1, "us"), in_region(2, "eu")];
    let within = |regions: &[&str]| {
        admission_with(Strategy::Priority, targets.clone(), |facts| {
            let options = &mut facts.route.as_mut().unwrap().options;
            options.regions = regions.iter().map(|region| (*region).to_owned()).collect();
        })
    };
    let settings = EngineSettings::default();
    let (anywhere, in_eu) = (within(&[]), within(&["eu"]));
    let anywhere = Asked::new(&anywhere, &prompt, &settings);
    let in_eu = Asked::new(&in_eu, &prompt, &settings);
    assert_ne!(anywhere.flight, in_eu.flight);
    let first = |asked: &Asked<'_>| asked.places[0].1.key.id;
    assert_eq!(first(&anywhere), targets[0].key.id);
    assert_eq!(first(&in_eu), targets[1].key.id);
}

#[test]
fn only_the_same_targets_with_the_same_keys_share_a_flight() {
    let prompt = prompt(None, &["a"]);
    let flight =
        |admission: &Admission| Asked::new(admission, &prompt, &EngineSettings::default()).flight;
    let plain = flight(&admission(Strategy::Priority, vec![keyed(1), keyed(2)]));
    let own = with(|it| it.key.scope = KeyScope::Member(MemberId::from_uuid(Uuid::nil())));
    let mut mine = keyed(9);
    mine.key.scope = own.key.scope;
    let others = [
        admission(Strategy::Priority, vec![keyed(1)]),
        admission(Strategy::Priority, vec![keyed(2), keyed(1)]),
        admission(Strategy::Priority, vec![keyed(1), mine]),
        admission_with(Strategy::Priority, vec![keyed(1), keyed(2)], |facts| {
            facts.cache.epoch = 1;
        }),
    ];
    for other in &others {
        assert_ne!(flight(other), plain, "{other:?}");
    }
    let another_person = admission_with(Strategy::Priority, vec![keyed(1), keyed(2)], |facts| {
        facts.member = Some(MemberId::from_uuid(Uuid::from_u128(77)));
        facts.turn = MessageId::from_uuid(Uuid::from_u128(78));
        facts.affinity = Uuid::from_u128(79);
    });
    assert_eq!(flight(&another_person), plain);
}
