//! Two processes over one PostgreSQL: their engines, their stores, their leases, and one cap.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use async_trait::async_trait;
use contract::{KeyId, LimitScope, MemberId, MessageId, NanoUsd, Role, TenantId};
use engine::{
    AdmissionFacts, Ask, AskMessage, Asker, AskerLimits, Broken, CachePolicy, CancellationToken,
    DemoPace, Engine, EngineEvent, EngineSettings, Environment, Fault, How, KeyError, KeySource,
    MemoryLimiter, Route, RouteOptions, SecretString, SpendCap, Strategy, Target, TurnStream,
    admit,
};
use futures_util::StreamExt as _;
use server::billing::{DurableLedger, StoredTreasury};
use server::cli::open::{self, Opened};
use server::config;
use std::path::Path;
use std::sync::Arc;
use store::platform::changes::{Change, Changes};
use store::platform::workspaces::NewWorkspace;
use store::{LedgerWriter, NodeLease};
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

/// Calls of each process in a race.
const CALLS: usize = 64;

/// The demo model needs no keys.
struct NoKeys;

#[async_trait]
impl KeySource for NoKeys {
    async fn open(&self, _tenant: TenantId, _key: KeyId) -> Result<SecretString, KeyError> {
        Err(KeyError::Missing)
    }

    async fn refused(&self, _tenant: TenantId, _key: KeyId) {}
}

/// What one process has.
struct Process {
    opened: Opened,
    engine: Engine,
    writer: LedgerWriter,
    lease: NodeLease,
    listening: JoinHandle<()>,
}

impl Process {
    async fn start(folder: &Path) -> Self {
        let data_dir = ("LIVERY_SERVER__DATA_DIR", folder.to_str().unwrap());
        let settings = [data_dir].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = config::load(None, settings.into_iter()).unwrap();
        let opened = open::open(config).await.unwrap();
        let lease = NodeLease::acquire(&opened.store, Uuid::now_v7())
            .await
            .unwrap();
        let writer = LedgerWriter::start(opened.store.clone());
        let settings = EngineSettings {
            demo_pace: DemoPace::INSTANT,
            cache_bytes: 0,
            ..EngineSettings::default()
        };
        let engine = Engine::beside_others(
            settings,
            Arc::new(DurableLedger::new(writer.clone())),
            Arc::new(NoKeys),
            Arc::new(MemoryLimiter::default()),
            Some(Arc::new(StoredTreasury::new(opened.store.clone(), &lease))),
        );
        let engine = engine.unwrap();
        let listening = tokio::spawn(listen(
            opened.store.changes().await.unwrap(),
            engine.clone(),
        ));
        Self {
            opened,
            engine,
            writer,
            lease,
            listening,
        }
    }

    /// Ends as the server does: everything is in the ledger before slices are handed back.
    async fn stop(self) {
        self.engine.drain().await;
        self.writer.close().await;
        self.opened.store.drain_ledger().await.unwrap();
        self.engine.meters().close().await;
        self.listening.abort();
        self.lease.release().await;
        self.opened.close().await;
    }
}

/// Hands back what others are short of, as the server's job does.
async fn listen(mut changes: Changes, engine: Engine) {
    loop {
        if let Change::SlicesCalledIn(tenant) = changes.next().await {
            engine.meters().hand_back(Some(tenant)).await;
        }
    }
}

async fn workspace(opened: &Opened) -> TenantId {
    let new = NewWorkspace {
        id: TenantId::from_uuid(Uuid::now_v7()),
        slug: "race".to_owned(),
        name: "Race".to_owned(),
        agency: None,
        host: None,
        brand: serde_json::json!({}),
        budget: None,
        environment: "production".to_owned(),
        demo: true,
    };
    opened.store.create_workspace(&new).await.unwrap();
    new.id
}

/// A turn under a cap of the workspace and one of its asker.
fn begin(engine: &Engine, node: Uuid, tenant: TenantId, caps: (i64, i64)) -> TurnStream {
    let member = MemberId::from_uuid(Uuid::from_u128(3));
    let cap = SpendCap {
        scope: LimitScope::Member(member),
        cap: NanoUsd::new(caps.1),
    };
    let facts = AdmissionFacts {
        tenant,
        member: Some(member),
        turn: MessageId::from_uuid(Uuid::now_v7()),
        affinity: Uuid::now_v7(),
        node,
        role: Role::Member,
        workspace_active: true,
        environment: Environment::Production,
        route: Some(Route {
            alias: "demo".to_owned(),
            strategy: Strategy::Priority,
            targets: vec![Target::demo()],
            options: RouteOptions::default(),
        }),
        budget: Some(NanoUsd::new(caps.0)),
        limits: AskerLimits {
            caps: vec![cap],
            ..AskerLimits::default()
        },
        cache: CachePolicy::default(),
    };
    let question = Ask {
        system: None,
        conversation: engine::Conversation::Chat(vec![AskMessage {
            role: Asker::User,
            text: "What does a race come to?".to_owned(),
        }]),
        bypass_cache: true,
        broken: Broken::Abort,
    };
    engine.run(admit(facts).unwrap(), question, CancellationToken::new())
}

/// How a turn ended and what it cost.
async fn ask(engine: &Engine, node: Uuid, tenant: TenantId, caps: (i64, i64)) -> (How, NanoUsd) {
    ended(begin(engine, node, tenant, caps)).await
}

async fn ended(turn: TurnStream) -> (How, NanoUsd) {
    match turn.collect::<Vec<_>>().await.pop() {
        Some(EngineEvent::Ended(ended)) => (ended.how, ended.cost.unwrap_or_default()),
        other => unreachable!("{other:?}"),
    }
}

/// Both processes ask at once. What it cost in all, and how many were refused.
async fn race(both: [&Process; 2], tenant: TenantId, caps: (i64, i64)) -> (NanoUsd, usize) {
    let mut racing = JoinSet::new();
    for process in both {
        for _ in 0..CALLS {
            let (engine, node) = (process.engine.clone(), process.lease.node());
            racing.spawn(async move { ask(&engine, node, tenant, caps).await });
        }
    }
    let (mut sum, mut refused) = (NanoUsd::ZERO, 0);
    while let Some(ended) = racing.join_next().await {
        match ended.unwrap() {
            (How::Complete, cost) => sum += cost,
            (How::Failed(Fault::OverBudget), _) => refused += 1,
            other => unreachable!("{other:?}"),
        }
    }
    (sum, refused)
}

async fn spent_in_ledger(opened: &Opened, tenant: TenantId) -> NanoUsd {
    opened.store.drain_ledger().await.unwrap();
    let mut tx = opened.store.enter(tenant).await.unwrap();
    let spent = store::ledger::rows::month_to_date(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    spent
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_racing_64_calls_each_never_pass_a_cap_by_a_nano_dollar() {
    let folder = std::env::temp_dir().join(format!("lv-spend-{}", std::process::id()));
    let one = Process::start(&folder).await;
    let two = Process::start(&folder).await;
    let tenant = workspace(&one.opened).await;
    // What one call costs, and what is reserved for it, without a limit that matters.
    let much = i64::MAX / 4;
    let mut turn = begin(&one.engine, one.lease.node(), tenant, (much, much));
    assert!(matches!(turn.next().await, Some(EngineEvent::Started(_))));
    let reserved = one.engine.meters().reserved(tenant);
    let (how, cost) = ended(turn).await;
    assert_eq!(how, How::Complete);
    assert!(reserved >= cost && cost > NanoUsd::ZERO);
    let mut before = cost;
    // The workspace's cap, then the member's: room for a part of the calls, and not a round number.
    for (number, caps) in [(1, (40, 1_000)), (2, (1_000, 80))] {
        let cap = |calls: i64| before.get() + cost.get() * calls + reserved.get() + 7;
        let caps = (cap(caps.0), cap(caps.1));
        let (spent, refused) = race([&one, &two], tenant, caps).await;
        one.engine.drain().await;
        two.engine.drain().await;
        let all = before + spent;
        assert!(
            all.get() <= caps.0.min(caps.1),
            "race {number}: {all:?} of {caps:?}"
        );
        assert!(
            refused > 0 && refused < 2 * CALLS,
            "race {number}: {refused} refused"
        );
        assert_eq!(
            spent_in_ledger(&one.opened, tenant).await,
            all,
            "race {number}"
        );
        before = all;
    }
    // What is left can still be spent by either, once nothing is promised any more.
    let caps = (before.get() + reserved.get(), i64::MAX / 4);
    let (how, last) = ask(&two.engine, two.lease.node(), tenant, caps).await;
    assert_eq!(how, How::Complete, "to the last nano that covers a call");
    two.stop().await;
    one.engine.drain().await;
    assert_eq!(spent_in_ledger(&one.opened, tenant).await, before + last);
    one.stop().await;
    std::fs::remove_dir_all(&folder).unwrap();
}
