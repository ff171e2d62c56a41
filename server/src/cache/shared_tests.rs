//! Against a real Redis: two engines that share answers, and everything that must not come of it.

use super::{SharedAnswers, Shelf};
use crate::redis::Redis;
use crate::redis::tests::RealRedis;
use crate::vault::{Custodian, Keyring, Locked, Vault, VaultError, WorkspaceKeys};
use async_trait::async_trait;
use contract::{CacheStatus, MemberId, MessageId, Role, TenantId};
use engine::{
    AdmissionFacts, AnswerStore as _, Ask, AskMessage, Asker, Broken, CachePolicy,
    CancellationToken, DemoPace, Engine, EngineEvent, EngineSettings, Environment, Intent,
    KeptAnswer, KeyError, KeySource, Ledger, LedgerError, Provider, Purged, Route, SecretString,
    Settlement, Strategy, Target,
};
use futures_util::StreamExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use uuid::Uuid;

const CANARY: &str = "canary-of-a-question";

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
    async fn open(&self, _: TenantId, _: contract::KeyId) -> Result<SecretString, KeyError> {
        Err(KeyError::Missing)
    }
    async fn refused(&self, _: TenantId, _: contract::KeyId) {}
}

/// A keyring whose owner can switch it off.
struct Switch {
    keyring: Arc<Keyring>,
    off: AtomicBool,
}

#[async_trait]
impl Custodian for Switch {
    fn installation(&self) -> Uuid {
        self.keyring.installation()
    }
    async fn keys_of(&self, tenant: TenantId) -> Result<WorkspaceKeys, VaultError> {
        if self.off.load(Ordering::SeqCst) {
            return Err(VaultError::Locked(Locked::Disabled));
        }
        self.keyring.keys_of(tenant)
    }
}

struct Rig {
    real: RealRedis,
    redis: Redis,
    keyring: Arc<Keyring>,
    switch: Arc<Switch>,
    folder: std::path::PathBuf,
}

impl Drop for Rig {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

impl Rig {
    async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("shared-answers-{}", Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        let keyring = Arc::new(Keyring::open_or_create(folder.join("keyring")).unwrap());
        let real = RealRedis::start();
        let redis = Redis::new(&real.url(), keyring.installation())
            .unwrap()
            .unwrap();
        until_up(&redis).await;
        let switch = Arc::new(Switch {
            keyring: Arc::clone(&keyring),
            off: AtomicBool::new(false),
        });
        Self {
            real,
            redis,
            keyring,
            switch,
            folder,
        }
    }

    /// What one process has: a connection, and keys in memory for a moment at most.
    fn process(&self, bound: u64) -> SharedAnswers {
        let vault = Vault::new(self.switch.clone(), Duration::from_millis(1));
        SharedAnswers::new(self.redis.clone(), vault, Arc::clone(&self.keyring), bound)
    }

    fn engine(&self) -> Engine {
        let settings = EngineSettings {
            demo_pace: DemoPace::INSTANT,
            ..EngineSettings::default()
        };
        let engine = Engine::new(settings, Arc::new(Nothing), Arc::new(Nothing)).unwrap();
        engine.share_answers(Arc::new(self.process(1 << 20)));
        engine
    }

    /// Everything Redis holds, names and values.
    async fn dump(&self) -> Vec<(String, Vec<u8>)> {
        let names: Vec<String> = self.command(redis::cmd("KEYS").arg("*")).await;
        let mut dump = Vec::new();
        for name in names {
            let bytes: Option<Vec<u8>> = self.command(redis::cmd("DUMP").arg(&name)).await;
            dump.push((name, bytes.unwrap_or_default()));
        }
        dump
    }

    async fn command<T: redis::FromRedisValue>(&self, command: &redis::Cmd) -> T {
        let mut client = redis::Client::open(self.real.url())
            .unwrap()
            .get_multiplexed_async_connection()
            .await
            .unwrap();
        command.query_async(&mut client).await.unwrap()
    }
}

async fn until_up(redis: &Redis) {
    for _ in 0..200 {
        let pong = async |connection: &mut _| redis::cmd("PING").query_async(connection).await;
        if redis.ask::<String>(pong).await.is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("Redis did not answer");
}

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

fn facts(of: TenantId) -> AdmissionFacts {
    AdmissionFacts {
        tenant: of,
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
            options: engine::RouteOptions::default(),
        }),
        budget: None,
        limits: engine::AskerLimits::default(),
        cache: CachePolicy::default(),
    }
}

async fn ask(engine: &Engine, facts: AdmissionFacts) -> (String, CacheStatus) {
    let ask = Ask {
        system: None,
        conversation: engine::Conversation::Chat(vec![AskMessage {
            role: Asker::User,
            text: CANARY.into(),
        }]),
        bypass_cache: false,
        broken: Broken::Abort,
    };
    let admission = engine::admit(facts).unwrap();
    let mut turn = engine.run(admission, ask, CancellationToken::new());
    let (mut text, mut cache) = (String::new(), CacheStatus::Off);
    while let Some(event) = turn.next().await {
        match event {
            EngineEvent::Text(piece) => text += &piece,
            EngineEvent::Ended(ended) => cache = ended.cache,
            EngineEvent::Started(_) | EngineEvent::Continued(_) | EngineEvent::Piece(_) => {}
        }
    }
    // What is on its way to Redis arrives before anything else is asked.
    engine.drain().await;
    (text, cache)
}

fn answer(text: &str) -> KeptAnswer {
    KeptAnswer {
        text: text.to_owned(),
        provider: Provider::Demo,
        key_name: "Demo".to_owned(),
        alias: "fast".to_owned(),
        model: "demo".to_owned(),
        prompt_version: None,
        usage: None,
        estimated: false,
        cost: None,
        epoch: 0,
        made: SystemTime::UNIX_EPOCH + Duration::from_hours(500_000),
        good_for: Duration::from_mins(10),
    }
}

#[tokio::test]
async fn two_processes_share_an_answer_of_which_nothing_can_be_read() {
    let rig = Rig::new().await;
    let (one, other) = (rig.engine(), rig.engine());
    let (text, first) = ask(&one, facts(tenant(1))).await;
    assert_eq!(first, CacheStatus::Miss);
    assert_eq!(
        ask(&other, facts(tenant(1))).await,
        (text.clone(), CacheStatus::Exact)
    );
    assert_eq!(ask(&other, facts(tenant(2))).await.1, CacheStatus::Miss);
    let dump = rig.dump().await;
    assert!(dump.iter().any(|(name, _)| name.contains(":answer:")));
    let words = [CANARY, &text[..20], "fast", "Demo"];
    for (name, bytes) in dump {
        for word in words {
            assert!(!name.contains(word), "{name}");
            let found = bytes
                .windows(word.len())
                .any(|part| part == word.as_bytes());
            assert!(!found, "{word} can be read in {name}");
        }
    }
}

#[tokio::test]
async fn a_purge_holds_whatever_redis_still_has() {
    let rig = Rig::new().await;
    let (one, other) = (rig.engine(), rig.engine());
    ask(&one, facts(tenant(1))).await;
    let mut after = facts(tenant(1));
    after.cache.epoch = 1;
    after.cache.purged = Arc::new(Purged {
        everything: 1,
        ..Purged::default()
    });
    assert_eq!(ask(&other, after.clone()).await.1, CacheStatus::Miss);
    let shared = rig.process(1 << 20);
    assert_eq!(shared.shelf(tenant(1)).await.unwrap().answers, 1);
    assert!(shared.forget(tenant(1)).await);
    assert_eq!(shared.shelf(tenant(1)).await, Some(Shelf::default()));
    assert!(rig.dump().await.is_empty());
}

#[tokio::test]
async fn another_workspace_opens_nothing_even_with_the_bytes_in_its_hands() {
    let rig = Rig::new().await;
    let shared = rig.process(1 << 20);
    let key = key_of_a_question().await;
    shared
        .keep(tenant(1), key, &answer("a secret answer"))
        .await;
    assert_eq!(
        shared.find(tenant(1), key).await.map(|it| it.text),
        Some("a secret answer".to_owned())
    );
    // Its bytes are put where the other workspace would look for the same question.
    let theirs = shared.name(tenant(2), &shared.id(tenant(2), key));
    let ours = shared.name(tenant(1), &shared.id(tenant(1), key));
    assert_ne!(ours, theirs);
    let copied: i64 = rig
        .command(redis::cmd("COPY").arg(&ours).arg(&theirs))
        .await;
    assert_eq!(copied, 1);
    assert_eq!(shared.find(tenant(2), key).await, None);
    // One changed bit, and the own workspace opens nothing either.
    let flipped = redis::cmd("SETBIT").arg(&ours).arg(1_200).arg(1).clone();
    let before: i64 = rig.command(&flipped).await;
    if before == 1 {
        let _: i64 = rig
            .command(redis::cmd("SETBIT").arg(&ours).arg(1_200).arg(0))
            .await;
    }
    assert_eq!(shared.find(tenant(1), key).await, None);
}

#[tokio::test]
async fn a_workspace_whose_key_is_switched_off_gets_nothing_until_it_is_on_again() {
    let rig = Rig::new().await;
    let shared = rig.process(1 << 20);
    let key = key_of_a_question().await;
    shared.keep(tenant(1), key, &answer("an answer")).await;
    rig.switch.off.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(shared.find(tenant(1), key).await, None);
    shared.keep(tenant(1), key, &answer("another")).await;
    rig.switch.off.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(10)).await;
    let found = rig.process(1 << 20).find(tenant(1), key).await;
    assert_eq!(found.map(|it| it.text), Some("an answer".to_owned()));
}

#[tokio::test]
async fn a_workspace_keeps_within_its_bound_and_the_first_to_end_go_first() {
    let rig = Rig::new().await;
    let shared = rig.process(20_000);
    let keys = keys_of_questions(30).await;
    for (number, key) in keys.iter().enumerate() {
        let mut one = answer(&"x".repeat(1_000));
        one.good_for += Duration::from_secs(u64::try_from(number).unwrap());
        shared.keep(tenant(1), *key, &one).await;
        // The same again takes no more room.
        shared.keep(tenant(1), *key, &one).await;
    }
    let shelf = shared.shelf(tenant(1)).await.unwrap();
    assert!(shelf.bytes <= 20_000 && shelf.answers >= 8, "{shelf:?}");
    assert!(shared.find(tenant(1), keys[29]).await.is_some());
    assert!(shared.find(tenant(1), keys[0]).await.is_none());
    shared
        .keep(tenant(1), keys[0], &answer(&"x".repeat(30_000)))
        .await;
    assert!(shared.find(tenant(1), keys[0]).await.is_none());
    assert_eq!(shared.shelf(tenant(2)).await, Some(Shelf::default()));
}

#[tokio::test]
async fn what_is_kept_goes_when_its_time_is_over() {
    let rig = Rig::new().await;
    let shared = rig.process(1 << 20);
    let key = key_of_a_question().await;
    let mut short = answer("an answer");
    short.good_for = Duration::from_millis(50);
    shared.keep(tenant(1), key, &short).await;
    for _ in 0..200 {
        if rig.dump().await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("an answer outlived its time");
}

#[tokio::test]
async fn a_redis_that_dies_in_between_costs_nothing_but_the_answers() {
    let mut rig = Rig::new().await;
    let (one, other) = (rig.engine(), rig.engine());
    let (text, _) = ask(&one, facts(tenant(1))).await;
    let port = rig.real.port();
    let dead = std::mem::replace(&mut rig.real, RealRedis::start());
    drop(dead);
    assert_eq!(ask(&other, facts(tenant(1))).await.1, CacheStatus::Miss);
    assert_eq!(
        ask(&one, facts(tenant(1))).await,
        (text, CacheStatus::Exact)
    );
    let shared = rig.process(1 << 20);
    assert!(!shared.forget(tenant(1)).await);
    assert_eq!(shared.shelf(tenant(1)).await, None);
    rig.real = RealRedis::start_on(port);
    until_up(&rig.redis).await;
    let third = rig.engine();
    assert_eq!(ask(&third, facts(tenant(1))).await.1, CacheStatus::Miss);
    assert_eq!(
        ask(&rig.engine(), facts(tenant(1))).await.1,
        CacheStatus::Exact
    );
}

/// Keys can be made by the engine only: this listens to what it looks for.
async fn keys_of_questions(count: u32) -> Vec<engine::CacheKey> {
    let listener = Arc::new(Listener::default());
    let settings = EngineSettings {
        demo_pace: DemoPace::INSTANT,
        ..EngineSettings::default()
    };
    let engine = Engine::new(settings, Arc::new(Nothing), Arc::new(Nothing)).unwrap();
    engine.share_answers(listener.clone());
    for number in 0..count {
        let mut facts = facts(tenant(1));
        let mut target = Target::demo();
        target.model = format!("demo {number}");
        facts.route.as_mut().unwrap().targets = vec![target];
        ask(&engine, facts).await;
    }
    let keys = listener.0.lock().unwrap();
    keys.clone()
}

async fn key_of_a_question() -> engine::CacheKey {
    keys_of_questions(1).await[0]
}

#[derive(Default)]
struct Listener(std::sync::Mutex<Vec<engine::CacheKey>>);

#[async_trait]
impl engine::AnswerStore for Listener {
    async fn find(&self, _: TenantId, key: engine::CacheKey) -> Option<KeptAnswer> {
        self.0.lock().unwrap().push(key);
        None
    }
    async fn keep(&self, _: TenantId, _: engine::CacheKey, _: &KeptAnswer) {}
}
