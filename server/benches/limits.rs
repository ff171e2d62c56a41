//! What limits cost: one decision in memory and one with Redis, and what a workspace that asks a hundred
//! times as fast as it may costs another one. `cargo bench -p server --bench limits`; one JSON line each.
//! The published figure for a decision with Redis is 0.8 ms.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures and prints"
)]

use async_trait::async_trait;
use contract::{KeyId, LimitScope, MemberId, MessageId, Pace, Role, TeamId, TenantId};
use engine::limits::{Slot, Used, Wish};
use engine::{
    AdmissionFacts, Ask, AskMessage, Asker, AskerLimits, Broken, CachePolicy, CancellationToken,
    DemoPace, Engine, EngineSettings, Environment, Intent, KeyError, KeySource, Ledger,
    LedgerError, Limiter, MemoryLimiter, PaceLimit, Reached, Route, RouteOptions, SecretString,
    Settlement, Strategy, Target, admit,
};
use futures_util::StreamExt as _;
use server::limits::SharedLimiter;
use server::redis::Redis;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Microseconds, as others publish it.
const PUBLISHED: f64 = 800.0;
/// Questions a minute that the loud workspace may ask.
const LOUD_MAY: u32 = 60;
/// How many times as fast it asks.
const TIMES: u32 = 100;
/// Questions of the quiet workspace in each part of a round; many short parts, so that what the machine
/// does meanwhile meets all three alike.
const QUIET: usize = 100;
const ROUNDS: usize = 60;
/// How often the rounds are drawn anew, to say how far a ratio can be trusted.
const DRAWS: usize = 1_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let limits = four_limits();
        let memory = MemoryLimiter::default();
        decisions(
            "a decision over four limits, in memory",
            &memory,
            &limits,
            20_000,
        )
        .await;
        with_redis(&limits).await;
        beside_a_loud_one().await;
    });
}

/// The workspace's, a team's, a member's and one for a model; none of them is ever reached.
fn four_limits() -> Vec<PaceLimit> {
    let id = Uuid::from_u128;
    let pace = Pace {
        requests_per_minute: Some(100_000_000),
        tokens_per_minute: Some(u32::MAX),
        concurrent: Some(1_000_000),
    };
    let limit = |scope, model: Option<&str>| PaceLimit {
        scope,
        model: model.map(Arc::from),
        pace,
    };
    vec![
        limit(LimitScope::Workspace, None),
        limit(LimitScope::Workspace, Some("careful")),
        limit(LimitScope::Team(TeamId::from_uuid(id(2))), None),
        limit(LimitScope::Member(MemberId::from_uuid(id(3))), None),
    ]
}

async fn decisions(what: &str, limiter: &dyn Limiter, limits: &[PaceLimit], count: usize) {
    let mut took = Vec::with_capacity(count);
    for number in 0..count {
        let begun = Instant::now();
        let slot = limiter.take(wish(limits)).await;
        took.push(begun.elapsed().as_secs_f64() * 1e6);
        give_back(slot, number);
    }
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let value = quantile(&mut took, share);
        println!(
            r#"{{"what":"{what}","quantile":"{name}","microseconds":{value:.2},"of_published":{:.4}}}"#,
            value / PUBLISHED
        );
    }
}

fn wish(limits: &[PaceLimit]) -> Wish<'_> {
    Wish {
        tenant: tenant(1),
        limits,
        tokens: 600,
    }
}

fn give_back(slot: Result<Box<dyn Slot>, Reached>, number: usize) {
    assert!(slot.is_ok(), "decision {number} was refused");
    let _ = slot.map(|slot| slot.give_back(Used::Tokens(450)));
}

fn tenant(id: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(id))
}

fn quantile(all: &mut [f64], share: f64) -> f64 {
    all.sort_by(f64::total_cmp);
    all[((all.len() - 1) as f64 * share).ceil() as usize]
}

/// A Redis for these minutes, without files.
struct RealRedis(Child);

impl Drop for RealRedis {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn with_redis(limits: &[PaceLimit]) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut server = Command::new("redis-server");
    server.args(["--port", &port.to_string(), "--bind", "127.0.0.1"]);
    server.args(["--save", "", "--appendonly", "no"]);
    let Ok(child) = server.stdout(Stdio::null()).spawn() else {
        println!(r#"{{"what":"a decision with Redis","skipped":"there is no redis-server"}}"#);
        return;
    };
    let _redis = RealRedis(child);
    let url = format!("redis://127.0.0.1:{port}/0");
    let redis = Redis::new(&url, Uuid::nil()).unwrap().unwrap();
    let up = async || {
        let ping = async |it: &mut _| redis::cmd("PING").query_async::<()>(it).await;
        redis.ask(ping).await.is_some()
    };
    while !up().await {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let shared = SharedLimiter::new(redis.clone());
    decisions(
        "a decision over four limits, with Redis",
        &shared,
        limits,
        5_000,
    )
    .await;
    assert_eq!(shared.decided_alone(), 0, "Redis was lost");
}

struct Nothing;

#[async_trait]
impl Ledger for Nothing {
    async fn intend(&self, _intent: Intent) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn settle(&self, _settlement: Settlement) -> Result<(), LedgerError> {
        Ok(())
    }
}

#[async_trait]
impl KeySource for Nothing {
    async fn open(&self, _tenant: TenantId, _key: KeyId) -> Result<SecretString, KeyError> {
        Err(KeyError::Missing)
    }

    async fn refused(&self, _tenant: TenantId, _key: KeyId) {}
}

/// Whole answers of the demo model, with limits on: a quiet workspace alone, and beside one that asks a
/// hundred times as fast as it may. Two parts without the loud one say what noise there is.
async fn beside_a_loud_one() {
    let settings = EngineSettings {
        demo_pace: DemoPace::INSTANT,
        cache_bytes: 0,
        ..EngineSettings::default()
    };
    let engine = Engine::new(settings, Arc::new(Nothing), Arc::new(Nothing)).unwrap();
    let (mut rounds, mut asked, mut refused) = (Vec::new(), 0, 0);
    for number in 0..ROUNDS {
        let first = quiet(&engine).await;
        let loud = Loud::begin(&engine);
        let beside = quiet(&engine).await;
        let (one, other) = loud.end().await;
        (asked, refused) = (asked + one, refused + other);
        let last = quiet(&engine).await;
        // Which of the two comes before the loud one changes from round to round.
        rounds.push(if number % 2 == 0 {
            [first, beside, last]
        } else {
            [last, beside, first]
        });
    }
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let [alone, beside, control] = pooled(rounds.iter(), share);
        let (low, high) = spread(&rounds, |[alone, beside, _]| beside / alone, share);
        let (least, most) = spread(&rounds, |[alone, _, control]| control / alone, share);
        println!(
            r#"{{"what":"an answer beside a workspace at {TIMES} times its limit, times alone","quantile":"{name}","ratio":{:.3},"ratio_5_to_95":[{low:.3},{high:.3}],"alone_against_alone":{:.3},"alone_against_alone_5_to_95":[{least:.3},{most:.3}],"alone_us":{alone:.0},"answers":{},"loud_asked":{asked},"loud_refused":{refused}}}"#,
            beside / alone,
            control / alone,
            ROUNDS * QUIET,
        );
    }
}

/// The quantile of each part over all rounds together.
fn pooled<'a>(rounds: impl Iterator<Item = &'a [Vec<f64>; 3]>, share: f64) -> [f64; 3] {
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    for round in rounds {
        for (all, part) in all.iter_mut().zip(round) {
            all.extend_from_slice(part);
        }
    }
    all.map(|mut all| quantile(&mut all, share))
}

/// Between what a ratio lies in nine of ten draws of as many rounds, each round as often as it is drawn
/// (Efron's bootstrap, over rounds because answers of one round are alike).
fn spread(rounds: &[[Vec<f64>; 3]], of: fn([f64; 3]) -> f64, share: f64) -> (f64, f64) {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % ROUNDS as u64).unwrap()
    };
    let mut ratios: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let drawn: Vec<usize> = (0..rounds.len()).map(|_| draw()).collect();
            of(pooled(drawn.into_iter().map(|at| &rounds[at]), share))
        })
        .collect();
    (quantile(&mut ratios, 0.05), quantile(&mut ratios, 0.95))
}

/// Microseconds of each answer.
async fn quiet(engine: &Engine) -> Vec<f64> {
    let mut took = Vec::with_capacity(QUIET);
    for _ in 0..QUIET {
        let begun = Instant::now();
        assert!(answered(engine, 1, 1_000_000).await);
        took.push(begun.elapsed().as_secs_f64() * 1e6);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    took
}

/// Asks and reads to the end. `false`: refused.
async fn answered(engine: &Engine, workspace: u128, may: u32) -> bool {
    let pace = Pace {
        requests_per_minute: Some(may),
        tokens_per_minute: Some(may.saturating_mul(4_000)),
        concurrent: Some(64),
    };
    let facts = AdmissionFacts {
        tenant: tenant(workspace),
        member: Some(MemberId::from_uuid(Uuid::from_u128(workspace))),
        turn: MessageId::from_uuid(Uuid::now_v7()),
        affinity: Uuid::now_v7(),
        node: Uuid::nil(),
        role: Role::Member,
        workspace_active: true,
        environment: Environment::Production,
        route: Some(Route {
            alias: "demo".to_owned(),
            strategy: Strategy::Priority,
            targets: vec![Target::demo()],
            options: RouteOptions::default(),
        }),
        budget: None,
        limits: AskerLimits {
            paces: vec![PaceLimit {
                scope: LimitScope::Workspace,
                model: None,
                pace,
            }],
            ..AskerLimits::default()
        },
        cache: CachePolicy::default(),
    };
    let question = Ask {
        system: None,
        conversation: engine::Conversation::Chat(vec![AskMessage {
            role: Asker::User,
            text: "Which of the three drafts should go to the board, and why?".to_owned(),
        }]),
        bypass_cache: true,
        broken: Broken::Abort,
    };
    let mut turn = engine.run(admit(facts).unwrap(), question, CancellationToken::new());
    let mut pieces = 0;
    while turn.next().await.is_some() {
        pieces += 1;
    }
    pieces > 1
}

/// A workspace that asks and asks.
struct Loud {
    stop: Arc<AtomicBool>,
    asked: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<u64>,
}

impl Loud {
    fn begin(engine: &Engine) -> Self {
        let (stop, asked) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU64::new(0)),
        );
        let (engine, stopped, count) = (engine.clone(), Arc::clone(&stop), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            let mut tick = tokio::time::interval(Duration::from_mins(1) / (LOUD_MAY * TIMES));
            let mut refused = 0;
            while !stopped.load(Ordering::Relaxed) {
                tick.tick().await;
                count.fetch_add(1, Ordering::Relaxed);
                refused += u64::from(!answered(&engine, 2, LOUD_MAY).await);
            }
            refused
        });
        Self { stop, asked, task }
    }

    /// Asked, and refused of these.
    async fn end(self) -> (u64, u64) {
        self.stop.store(true, Ordering::Relaxed);
        let refused = self.task.await.unwrap();
        (self.asked.load(Ordering::Relaxed), refused)
    }
}
