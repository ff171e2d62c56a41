use super::{Partition, Scope, is_short, place};
use crate::admission::{AdmissionFacts, Environment, Route, RouteOptions, Strategy, Target, admit};
use crate::cache::CachePolicy;
use crate::limits::AskerLimits;
use crate::prompt::{Ask, AskMessage, Asker, Broken, Conversation, Prompt, SystemPrompt, compose};
use crate::settings::EngineSettings;
use contract::{MemberId, MessageId, Role, TenantId};
use std::collections::HashSet;
use uuid::Uuid;

impl Scope {
    pub(crate) const fn of_byte(byte: u8) -> Self {
        Self([byte; 32])
    }
}

impl Partition {
    pub(crate) const fn of_byte(byte: u8) -> Self {
        Self([byte; 32])
    }
}

/// A conversation under a version of the instructions; the member speaks first and last.
fn prompt(version: u32, texts: &[&str]) -> Prompt {
    let speakers = [Asker::User, Asker::Assistant].into_iter().cycle();
    let messages = speakers.zip(texts).map(|(role, &text)| AskMessage {
        role,
        text: text.into(),
    });
    compose(Ask {
        system: Some(SystemPrompt {
            version,
            text: format!("instructions {version}"),
        }),
        conversation: Conversation::Chat(messages.collect()),
        bypass_cache: false,
        broken: Broken::Abort,
    })
    .unwrap()
}

fn of(
    tenant: u128,
    environment: Environment,
    model: &str,
    prompt: &Prompt,
    embedder: &str,
) -> super::Place {
    let target = Target {
        model: model.into(),
        ..Target::demo()
    };
    let admission = admit(AdmissionFacts {
        tenant: TenantId::from_uuid(Uuid::from_u128(tenant)),
        member: Some(MemberId::from_uuid(Uuid::nil())),
        turn: MessageId::from_uuid(Uuid::nil()),
        affinity: Uuid::nil(),
        node: Uuid::nil(),
        role: Role::Member,
        workspace_active: true,
        environment,
        route: Some(Route {
            alias: "fast".into(),
            strategy: Strategy::Priority,
            targets: vec![target.clone()],
            options: RouteOptions::default(),
        }),
        budget: None,
        limits: AskerLimits::default(),
        cache: CachePolicy::default(),
    })
    .unwrap();
    place(
        &admission,
        &target,
        prompt,
        &EngineSettings::default(),
        embedder,
    )
}

#[test]
fn all_but_the_wording_of_the_last_question_keeps_answers_apart() {
    let (production, staging) = (Environment::Production, Environment::Staging);
    let plain = || of(1, production, "m", &prompt(1, &["a", "b", "c"]), "e");
    let others = [
        plain(),
        of(2, production, "m", &prompt(1, &["a", "b", "c"]), "e"),
        of(1, staging, "m", &prompt(1, &["a", "b", "c"]), "e"),
        of(1, production, "n", &prompt(1, &["a", "b", "c"]), "e"),
        of(1, production, "m", &prompt(2, &["a", "b", "c"]), "e"),
        of(1, production, "m", &prompt(1, &["a", "x", "c"]), "e"),
        of(1, production, "m", &prompt(1, &["c"]), "e"),
        of(1, production, "m", &prompt(1, &["a", "b", "c"]), "f"),
    ];
    let partitions: HashSet<Partition> = others.iter().map(|place| place.partition).collect();
    assert_eq!(partitions.len(), others.len());
    let reworded = of(1, production, "m", &prompt(1, &["a", "b", "d"]), "e");
    assert_eq!(reworded, plain());
    // What was learned holds for every conversation with the same model and instructions.
    let elsewhere = of(1, production, "m", &prompt(1, &["z"]), "e");
    assert_eq!(elsewhere.scope, plain().scope);
    assert_ne!(others[1].scope, plain().scope);
}

#[test]
fn only_short_conversations_are_looked_at() {
    assert!(is_short(&prompt(1, &["a"])));
    assert!(is_short(&prompt(1, &["a", "b", "c", "d", "e"])));
    assert!(!is_short(&prompt(1, &["a", "b", "c", "d", "e", "f", "g"])));
    let long = "x".repeat(40_000);
    assert!(!is_short(&prompt(1, &["a", &long, "c"])));
}
