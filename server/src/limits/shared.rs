//! The limiter over Redis.
//!
//! Owns one script for a decision, which is one round trip, and the places that are held here: each is
//! held for a minute and held again every few seconds, so a process that was killed gives its places
//! back by being silent.

use crate::redis::Redis;
use async_trait::async_trait;
use contract::{LimitScope, Pace, TenantId};
use engine::limits::{SLOT_WAIT, Slot, Used, What, Wish, cost};
use engine::{Limiter, MemoryLimiter, PaceLimit, Reached};
use redis::Script;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How long a place is held unless that is said again.
const LEASE: Duration = Duration::from_mins(1);
/// Commands sent together.
const TOGETHER: usize = 128;

/// Says again that an answer is still being written.
const KEEP: &str = include_str!("keep.lua");

/// Counts together with other processes. Cloning is cheap; clones share everything.
#[derive(Clone)]
pub struct SharedLimiter(Arc<Inner>);

struct Inner {
    redis: Redis,
    /// Counts while Redis is lost.
    memory: MemoryLimiter,
    processes: AtomicU32,
    decided_alone: AtomicU64,
    /// Places held here, by question.
    held: Mutex<HashMap<Uuid, Vec<String>>>,
    lease: Duration,
    take: Script,
    give_back: Script,
    keep: Script,
}

impl SharedLimiter {
    /// Over `redis`.
    #[must_use]
    pub fn new(redis: Redis) -> Self {
        Self::holding_for(redis, LEASE)
    }

    /// With places that are held for `lease` unless that is said again.
    pub(super) fn holding_for(redis: Redis, lease: Duration) -> Self {
        Self(Arc::new(Inner {
            redis,
            memory: MemoryLimiter::default(),
            processes: AtomicU32::new(1),
            decided_alone: AtomicU64::new(0),
            held: Mutex::default(),
            lease,
            take: Script::new(include_str!("take.lua")),
            give_back: Script::new(include_str!("give_back.lua")),
            keep: Script::new(KEEP),
        }))
    }

    /// Decisions made by this process alone, because Redis was lost.
    #[must_use]
    pub fn decided_alone(&self) -> u64 {
        self.0.decided_alone.load(Ordering::Relaxed)
    }

    /// Tells how many processes there are: without Redis each allows its share.
    pub fn set_processes(&self, count: u32) {
        self.0.processes.store(count.max(1), Ordering::Relaxed);
    }

    /// Says again which answers are still being written here. To be called a few times a lease.
    pub async fn keep_places(&self) {
        let held: Vec<_> = {
            let held = self.0.held();
            held.iter().map(|(id, keys)| (*id, keys.clone())).collect()
        };
        let lease = micros(self.0.lease);
        for some in held.chunks(TOGETHER) {
            let asked = self.0.redis.ask(async |connection| {
                let mut calls = redis::pipe();
                calls.cmd("SCRIPT").arg("LOAD").arg(KEEP).ignore();
                for (id, keys) in some {
                    let call = calls.cmd("EVALSHA").arg(self.0.keep.get_hash());
                    call.arg(keys.len()).arg(keys);
                    call.arg(id.simple().to_string()).arg(lease).ignore();
                }
                calls.query_async::<()>(connection).await
            });
            if asked.await.is_none() {
                return;
            }
        }
    }

    /// This process's share of every limit, counted in its own memory.
    fn decide_alone(&self, wish: Wish<'_>) -> Result<Box<dyn Slot>, Reached> {
        self.0.decided_alone.fetch_add(1, Ordering::Relaxed);
        let processes = self.0.processes.load(Ordering::Relaxed);
        let share = |most: Option<u32>| most.map(|most| (most / processes).max(1));
        let limits: Vec<PaceLimit> = wish
            .limits
            .iter()
            .map(|limit| PaceLimit {
                pace: Pace {
                    requests_per_minute: share(limit.pace.requests_per_minute),
                    tokens_per_minute: share(limit.pace.tokens_per_minute),
                    concurrent: share(limit.pace.concurrent),
                },
                ..limit.clone()
            })
            .collect();
        self.0.memory.decide(Wish {
            limits: &limits,
            ..wish
        })
    }

    fn keys(&self, tenant: TenantId, limit: &PaceLimit) -> [String; 3] {
        let whose = match limit.scope.id() {
            Some(id) => id.simple().to_string(),
            None => LimitScope::Workspace.kind().to_owned(),
        };
        let model = limit.model.as_deref().unwrap_or_default();
        ["requests", "tokens", "places"].map(|of| {
            let rest = format!("{of}:{whose}:{model}");
            self.0.redis.name(tenant, "limit", &rest)
        })
    }
}

#[async_trait]
impl Limiter for SharedLimiter {
    async fn take(&self, wish: Wish<'_>) -> Result<Box<dyn Slot>, Reached> {
        let id = Uuid::now_v7();
        let taken: Vec<Taken> = wish
            .limits
            .iter()
            .map(|limit| Taken::new(self.keys(wish.tenant, limit), limit.pace, wish.tokens))
            .collect();
        let mut call = self.0.take.prepare_invoke();
        call.arg(id.simple().to_string())
            .arg(micros(self.0.lease))
            .arg(micros(SLOT_WAIT));
        for taken in &taken {
            taken.keys.iter().for_each(|key| {
                call.key(key);
            });
            call.arg(taken.request.unwrap_or(-1))
                .arg(taken.expected.unwrap_or(-1))
                .arg(taken.places.unwrap_or(0));
        }
        let asked = self
            .0
            .redis
            .ask(async |connection| call.invoke_async::<(i64, usize, usize)>(connection).await);
        match asked.await {
            Some((-1, _, _)) => Ok(self.0.hold(id, taken)),
            Some((wait, which, what)) => Err(reached(wish.limits, wait, which, what)),
            None => self.decide_alone(wish),
        }
    }
}

/// The limit a script refused by, counted from one.
fn reached(limits: &[PaceLimit], wait: i64, which: usize, what: usize) -> Reached {
    let limit = limits.get(which.saturating_sub(1));
    Reached {
        scope: limit.map_or(LimitScope::Workspace, |limit| limit.scope),
        model: limit.and_then(|limit| limit.model.clone()),
        what: match what {
            0 => What::Requests,
            1 => What::Tokens,
            _ => What::Concurrent,
        },
        retry_in: Some(Duration::from_micros(wait.unsigned_abs())),
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// What one question took of one limit, in microseconds.
struct Taken {
    keys: [String; 3],
    request: Option<i64>,
    expected: Option<i64>,
    tokens_per_minute: Option<u32>,
    places: Option<u32>,
}

impl Taken {
    fn new(keys: [String; 3], pace: Pace, tokens: u64) -> Self {
        let refill = |amount, most: Option<u32>| most.map(|most| cost(amount, most).cast_signed());
        Self {
            keys,
            request: refill(1, pace.requests_per_minute),
            expected: refill(tokens, pace.tokens_per_minute),
            tokens_per_minute: pace.tokens_per_minute,
            places: pace.concurrent,
        }
    }

    /// What is given back of the requests, and what the tokens cost more than expected.
    fn changes(&self, used: Used) -> (i64, i64) {
        let real = match used {
            Used::Unknown => return (0, 0),
            Used::Nothing => 0,
            Used::Tokens(tokens) => tokens,
        };
        let request = self.request.filter(|_| used == Used::Nothing);
        let real = self
            .tokens_per_minute
            .map(|most| cost(real, most).cast_signed());
        let more = real.unwrap_or_default() - self.expected.unwrap_or_default();
        (request.unwrap_or_default(), more)
    }
}

/// What one question took.
struct SharedSlot {
    inner: Arc<Inner>,
    id: Uuid,
    taken: Vec<Taken>,
}

impl Inner {
    fn hold(self: &Arc<Self>, id: Uuid, taken: Vec<Taken>) -> Box<dyn Slot> {
        let places: Vec<String> = taken
            .iter()
            .filter(|taken| taken.places.is_some())
            .map(|taken| taken.keys[2].clone())
            .collect();
        if !places.is_empty() {
            self.held().insert(id, places);
        }
        Box::new(SharedSlot {
            inner: Arc::clone(self),
            id,
            taken,
        })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Uuid, Vec<String>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot for SharedSlot {
    fn give_back(self: Box<Self>, used: Used) {
        self.inner.held().remove(&self.id);
        // Outside a runtime, or without Redis, the places come back when their time is over.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(self.give(used));
        }
    }
}

impl SharedSlot {
    async fn give(self, used: Used) {
        let mut call = self.inner.give_back.prepare_invoke();
        call.arg(self.id.simple().to_string());
        for taken in &self.taken {
            taken.keys.iter().for_each(|key| {
                call.key(key);
            });
            let (request, more) = taken.changes(used);
            call.arg(request).arg(more);
        }
        let giving = self
            .inner
            .redis
            .ask(async |connection| call.invoke_async::<i64>(connection).await);
        giving.await;
    }
}
