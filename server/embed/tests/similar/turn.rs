//! The engine with the real encoder: a question in other words, through a whole turn.

use crate::weights;
use async_trait::async_trait;
use contract::{CacheStatus, KeyId, MemberId, MessageId, Role, TenantId};
use embed::MiniLm;
use engine::semantic::{EmbedError, Embedder};
use engine::{
    AdmissionFacts, Ask, AskMessage, Asker, AskerLimits, Broken, CachePolicy, CancellationToken,
    DemoPace, Ended, Engine, EngineEvent, EngineSettings, Environment, Intent, KeyError, KeySource,
    Ledger, LedgerError, Route, RouteOptions, SecretString, Settlement, Sharing, Strategy, Target,
    admit,
};
use futures_util::StreamExt as _;
use std::sync::Arc;
use uuid::Uuid;

struct Local(MiniLm);

#[async_trait]
impl Embedder for Local {
    async fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let vectors = texts.iter().map(|text| self.0.embed(text));
        vectors.collect::<Result<_, _>>().map_err(|_| EmbedError)
    }

    fn dimension(&self) -> usize {
        self.0.dimension()
    }

    fn id(&self) -> &str {
        self.0.id()
    }
}

/// The demo model needs neither: its answers are recorded nowhere here and no key is opened.
struct Nothing;

#[async_trait]
impl Ledger for Nothing {
    async fn intend(&self, _: Intent) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn settle(&self, _: Settlement) -> Result<(), LedgerError> {
        Ok(())
    }
}

#[async_trait]
impl KeySource for Nothing {
    async fn refused(&self, _: TenantId, _: KeyId) {}

    async fn open(&self, _: TenantId, _: KeyId) -> Result<SecretString, KeyError> {
        Err(KeyError::Missing)
    }
}

async fn ask(engine: &Engine, question: &str) -> (Ended, String) {
    let admission = admit(AdmissionFacts {
        tenant: TenantId::from_uuid(Uuid::from_u128(1)),
        member: Some(MemberId::from_uuid(Uuid::from_u128(2))),
        turn: MessageId::from_uuid(Uuid::now_v7()),
        affinity: Uuid::from_u128(3),
        node: Uuid::from_u128(4),
        role: Role::Member,
        workspace_active: true,
        environment: Environment::Production,
        route: Some(Route {
            alias: "fast".into(),
            strategy: Strategy::Priority,
            targets: vec![Target::demo()],
            options: RouteOptions::default(),
        }),
        budget: None,
        limits: AskerLimits::default(),
        cache: CachePolicy {
            similar: Some(Sharing::default()),
            ..CachePolicy::default()
        },
    })
    .unwrap();
    let ask = Ask {
        system: None,
        conversation: engine::Conversation::Chat(vec![AskMessage {
            role: Asker::User,
            text: question.into(),
        }]),
        bypass_cache: false,
        broken: Broken::Abort,
    };
    let mut stream = engine.run(admission, ask, CancellationToken::new());
    let mut text = String::new();
    while let Some(event) = stream.next().await {
        match event {
            EngineEvent::Text(piece) => text.push_str(&piece),
            EngineEvent::Ended(ended) => return (ended, text),
            _ => {}
        }
    }
    unreachable!("every turn ends");
}

#[tokio::test]
async fn a_paraphrase_shares_the_answer_and_a_trap_does_not() {
    let Some(model) = weights() else { return };
    let settings = EngineSettings {
        demo_pace: DemoPace::INSTANT,
        ..EngineSettings::default()
    };
    let engine = Engine::new(settings, Arc::new(Nothing), Arc::new(Nothing)).unwrap();
    engine.embed_with(Arc::new(Local(model)));
    let (first, answer) = ask(&engine, "How do I enable two-factor authentication?").await;
    assert_eq!(first.cache, CacheStatus::Miss);
    let (second, shared) = ask(&engine, "How can I turn on 2FA?").await;
    let (trap, other) = ask(&engine, "How do I disable two-factor authentication?").await;
    assert_eq!(trap.cache, CacheStatus::Miss);
    assert_ne!(other, answer);
    let (third, again) = ask(&engine, "How can I activate two-factor authentication?").await;
    assert_eq!((third.cache, &again), (CacheStatus::Similar, &answer));
    // Too unlike for the careful start, although the guard sees that it asks the same.
    assert_eq!(second.cache, CacheStatus::Miss, "{shared}");
}
