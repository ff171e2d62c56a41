//! An engine with a ledger that remembers and keys that are known.

use async_trait::async_trait;
use contract::keys::{KeyPlace, KeyProvider, KeyScope};
use contract::{KeyId, MemberId, MessageId, NanoUsd, Price, Role, TenantId};
use engine::{
    Admission, AdmissionFacts, Ask, AskMessage, Asker, AskerLimits, Broken, CachePolicy,
    CancellationToken, DemoPace, Ended, Engine, EngineEvent, EngineSettings, Environment, Facts,
    Intent, KeyError, KeySource, Ledger, LedgerError, MemoryLimiter, Month, Provider, Route,
    RouteOptions, SecretString, Settlement, Started, Strategy, Target, TargetKey, TargetLimits,
    TurnStream, admit,
};
use futures_util::StreamExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// Key number 404 does not exist; every other one is this followed by its number.
pub(crate) const SECRET: &str = "sk-loopback-";

/// A ledger that remembers.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) intents: Mutex<Vec<Intent>>,
    pub(crate) settlements: Mutex<Vec<Settlement>>,
    /// How long an intent takes to become durable.
    pub(crate) slow_intent: Mutex<Duration>,
    /// How long a settlement takes.
    pub(crate) slow_settlement: Mutex<Duration>,
    pub(crate) refuse_intents: AtomicBool,
    pub(crate) panic_on_intent: AtomicBool,
    /// Settlements to refuse before taking one.
    pub(crate) refuse_settlements: Mutex<u32>,
}

#[async_trait]
impl Ledger for Recorder {
    async fn intend(&self, intent: Intent) -> Result<(), LedgerError> {
        let slow = *self.slow_intent.lock().unwrap();
        sleep(slow).await;
        assert!(!self.panic_on_intent.load(Ordering::SeqCst), "as told");
        if self.refuse_intents.load(Ordering::SeqCst) {
            return Err(LedgerError);
        }
        self.intents.lock().unwrap().push(intent);
        Ok(())
    }

    async fn settle(&self, settlement: Settlement) -> Result<(), LedgerError> {
        let slow = *self.slow_settlement.lock().unwrap();
        sleep(slow).await;
        let mut refuse = self.refuse_settlements.lock().unwrap();
        if *refuse > 0 {
            *refuse -= 1;
            return Err(LedgerError);
        }
        self.settlements.lock().unwrap().push(settlement);
        Ok(())
    }
}

struct Keys;

#[async_trait]
impl KeySource for Keys {
    async fn refused(&self, _tenant: TenantId, _key: KeyId) {}

    async fn open(&self, _tenant: TenantId, key: KeyId) -> Result<SecretString, KeyError> {
        match key.uuid().as_u128() {
            404 => Err(KeyError::Missing),
            number => Ok(format!("{SECRET}{number}").into()),
        }
    }
}

/// An engine under test.
pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) ledger: Arc<Recorder>,
    pub(crate) limiter: MemoryLimiter,
}

/// Everything one turn told.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) started: Option<Started>,
    /// Texts that were taken back.
    pub(crate) withdrawn: Vec<String>,
    /// Keys of those who went on with a half answer.
    pub(crate) continued: Vec<String>,
    pub(crate) text: String,
    pub(crate) ended: Ended,
}

/// Settings for loopback providers, with the usual generous limits and no cache.
pub(crate) fn settings() -> EngineSettings {
    EngineSettings {
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        demo_pace: DemoPace::INSTANT,
        retries: 0,
        retry_wait: Duration::from_millis(10),
        cache_bytes: 0,
        ..EngineSettings::default()
    }
}

impl House {
    pub(crate) fn new(settings: EngineSettings) -> Self {
        let ledger = Arc::new(Recorder::default());
        let limiter = MemoryLimiter::default();
        let counting = Arc::new(limiter.clone());
        let engine =
            Engine::beside_others(settings, ledger.clone(), Arc::new(Keys), counting, None)
                .unwrap();
        Self {
            engine,
            ledger,
            limiter,
        }
    }

    /// Runs a turn to its end and waits for its settlements.
    pub(crate) async fn ask(&self, targets: Vec<Target>) -> Told {
        let told = self.ask_as(facts(targets), ask("Hello?")).await;
        self.settled().await;
        told
    }

    pub(crate) async fn ask_as(&self, facts: AdmissionFacts, ask: Ask) -> Told {
        collect(self.start(facts, ask, CancellationToken::new())).await
    }

    pub(crate) fn start(
        &self,
        facts: AdmissionFacts,
        ask: Ask,
        stop: CancellationToken,
    ) -> TurnStream {
        self.engine.run(admitted(facts), ask, stop)
    }

    /// Waits until everything is settled.
    pub(crate) async fn settled(&self) {
        timeout(Duration::from_secs(30), self.engine.drain())
            .await
            .expect("a turn never ended");
    }

    pub(crate) fn seed(&self, spent: i64) {
        let month = Month::now();
        self.engine
            .meters()
            .seed(tenant(1), month, NanoUsd::new(spent));
    }

    pub(crate) fn settlements(&self) -> Vec<Settlement> {
        self.ledger.settlements.lock().unwrap().clone()
    }

    pub(crate) fn intents(&self) -> Vec<Intent> {
        self.ledger.intents.lock().unwrap().clone()
    }
}

/// Reads a turn and checks the order every turn keeps.
pub(crate) async fn collect(stream: TurnStream) -> Told {
    let events: Vec<EngineEvent> = timeout(Duration::from_mins(5), stream.collect())
        .await
        .expect("a turn never ended");
    let (mut started, mut text, mut ended) = (None, String::new(), None);
    let (mut withdrawn, mut continued) = (Vec::new(), Vec::new());
    for event in events {
        assert!(ended.is_none(), "nothing follows the end");
        match event {
            EngineEvent::Started(event) => {
                // What was said before is withdrawn.
                withdrawn.extend((!text.is_empty()).then(|| std::mem::take(&mut text)));
                started = Some(event);
            }
            EngineEvent::Continued(event) => {
                assert!(!text.is_empty(), "there is something to go on from");
                continued.push(event.key_name);
            }
            EngineEvent::Text(piece) => {
                assert!(started.is_some() && !piece.is_empty());
                text.push_str(&piece);
            }
            EngineEvent::Piece(_) => unreachable!("a chat is told text alone"),
            EngineEvent::Ended(event) => ended = Some(event),
        }
    }
    Told {
        started,
        withdrawn,
        continued,
        text,
        ended: ended.expect("every turn ends"),
    }
}

pub(crate) fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

pub(crate) const PRICE: Price = Price::new(NanoUsd::new(1_000_000), NanoUsd::new(2_000_000));

/// A target behind key `number`, one nano-USD per token read and two per token written times 1.
pub(crate) fn target(base_url: &str, number: u128) -> Target {
    Target {
        key: TargetKey {
            id: Some(KeyId::from_uuid(Uuid::from_u128(number))),
            secret: Uuid::from_u128(number),
            name: format!("Key {number}"),
            provider: Provider::Keyed(KeyProvider::OpenAiCompatible),
            base_url: Some(base_url.to_owned()),
            place: KeyPlace::default(),
            scope: KeyScope::Workspace,
        },
        model: "tiny".into(),
        price: Some(PRICE),
        max_output: None,
        weight: 1,
        limits: TargetLimits::default(),
        facts: Facts::default(),
    }
}

pub(crate) fn facts(targets: Vec<Target>) -> AdmissionFacts {
    AdmissionFacts {
        tenant: tenant(1),
        member: Some(MemberId::from_uuid(Uuid::from_u128(2))),
        turn: MessageId::from_uuid(Uuid::now_v7()),
        affinity: Uuid::from_u128(7),
        node: Uuid::from_u128(3),
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

fn admitted(facts: AdmissionFacts) -> Admission {
    admit(facts).expect("the facts are good")
}

pub(crate) fn ask(question: &str) -> Ask {
    Ask {
        system: None,
        conversation: engine::Conversation::Chat(vec![AskMessage {
            role: Asker::User,
            text: question.into(),
        }]),
        bypass_cache: false,
        broken: Broken::Abort,
    }
}
