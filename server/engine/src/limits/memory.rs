//! The limiter of one process.
//!
//! Owns counters in memory. All counters of a workspace lie under one lock, so a decision over
//! several of them is one step, and no workspace waits for many others. A counter that is full and
//! held by nobody is forgotten.

use crate::limits::asker::PaceLimit;
use crate::limits::bucket::{Bucket, cost};
use crate::limits::limiter::{Limiter, Reached, SLOT_WAIT, Slot, Used, What, Wish};
use async_trait::async_trait;
use contract::{LimitScope, Pace, TenantId};
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Locks; workspaces are spread over them.
const SHARDS: usize = 64;
/// Counters under one lock from which on those that say nothing are forgotten.
const SWEEP_FROM: usize = 256;
/// Counters under one lock at most.
const MOST_COUNTERS: usize = 8_192;

/// Counts in memory. Cheap to clone; clones share the counts.
#[derive(Clone, Debug)]
pub struct MemoryLimiter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    begun: Instant,
    spread: RandomState,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Debug)]
struct Shard {
    counters: HashMap<Key, Counter>,
    sweep_at: usize,
}

type Key = (TenantId, LimitScope, Option<Arc<str>>);

#[derive(Clone, Copy, Debug, Default)]
struct Counter {
    requests: Bucket,
    tokens: Bucket,
    /// Places taken among those at once.
    held: u32,
}

impl Default for MemoryLimiter {
    fn default() -> Self {
        let shard = || {
            Mutex::new(Shard {
                counters: HashMap::new(),
                sweep_at: SWEEP_FROM,
            })
        };
        Self(Arc::new(Inner {
            begun: Instant::now(),
            spread: RandomState::new(),
            shards: (0..SHARDS).map(|_| shard()).collect(),
        }))
    }
}

impl MemoryLimiter {
    /// Places taken in all workspaces together.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.sum(|counter| u64::from(counter.held))
    }

    /// Counters in memory.
    #[must_use]
    pub fn counters(&self) -> u64 {
        self.sum(|_| 1)
    }

    fn sum(&self, of: impl Fn(&Counter) -> u64) -> u64 {
        let shards = self.0.shards.iter();
        shards
            .map(|shard| lock(shard).counters.values().map(&of).sum::<u64>())
            .sum()
    }

    /// Decides for this process at this moment. Never waits.
    pub fn decide(&self, wish: Wish<'_>) -> Result<Box<dyn Slot>, Reached> {
        let now = self.0.now();
        let mut shard = self.0.shard(wish.tenant);
        let mut reached = None;
        for limit in wish.limits {
            let counter = shard.counters.get(&key(wish.tenant, limit));
            let counter = counter.copied().unwrap_or_default();
            if let Some(by) = counter.refuses(now, limit, wish.tokens) {
                reached = Some(by.longer(reached));
            }
        }
        if let Some(reached) = reached {
            return Err(reached);
        }
        let limits = wish.limits.iter();
        let taken = limits
            .map(|limit| shard.take(now, key(wish.tenant, limit), limit.pace, wish.tokens))
            .collect();
        Ok(Box::new(MemorySlot {
            inner: Arc::clone(&self.0),
            tenant: wish.tenant,
            taken,
        }))
    }
}

#[async_trait]
impl Limiter for MemoryLimiter {
    async fn take(&self, wish: Wish<'_>) -> Result<Box<dyn Slot>, Reached> {
        self.decide(wish)
    }
}

impl Inner {
    /// Microseconds since the limiter was made.
    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn shard(&self, tenant: TenantId) -> MutexGuard<'_, Shard> {
        let place = self.spread.hash_one(tenant) % SHARDS as u64;
        lock(&self.shards[usize::try_from(place).unwrap_or_default()])
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    // A panic while the lock was held cannot leave a counter half changed.
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(tenant: TenantId, limit: &PaceLimit) -> Key {
    (tenant, limit.scope, limit.model.clone())
}

impl Shard {
    fn take(&mut self, now: u64, key: Key, pace: Pace, tokens: u64) -> Taken {
        self.make_room(now);
        let counter = self.counters.entry(key.clone()).or_default();
        let request = pace.requests_per_minute.map_or(0, |most| cost(1, most));
        counter.requests.take(now, request);
        let expected = pace.tokens_per_minute.map_or(0, |most| cost(tokens, most));
        counter.tokens.take(now, expected);
        counter.held = counter.held.saturating_add(1);
        Taken {
            key,
            request,
            expected,
            tokens_per_minute: pace.tokens_per_minute,
        }
    }

    /// Forgets what says nothing. Where everything says something, the counter that will be full
    /// first goes: somebody is let through a little early.
    fn make_room(&mut self, now: u64) {
        if self.counters.len() < self.sweep_at {
            return;
        }
        self.counters.retain(|_, counter| !counter.is_idle(now));
        self.sweep_at = (self.counters.len() * 2).clamp(SWEEP_FROM, MOST_COUNTERS);
        if self.counters.len() >= MOST_COUNTERS {
            let free = self.counters.iter().filter(|(_, it)| it.held == 0);
            let first = free.min_by_key(|(_, it)| it.full_at());
            if let Some(key) = first.map(|(key, _)| key.clone()) {
                self.counters.remove(&key);
            }
        }
    }
}

impl Counter {
    fn refuses(&self, now: u64, limit: &PaceLimit, tokens: u64) -> Option<Reached> {
        let pace = limit.pace;
        let wait = |micros: Option<u64>| micros.map(Duration::from_micros);
        let requests = pace
            .requests_per_minute
            .and_then(|most| wait(self.requests.wait(now, cost(1, most))));
        let tokens = pace
            .tokens_per_minute
            .and_then(|most| wait(self.tokens.wait(now, cost(tokens, most))));
        let full = pace.concurrent.is_some_and(|most| self.held >= most);
        let concurrent = full.then_some(SLOT_WAIT);
        let by = [
            (What::Requests, requests),
            (What::Tokens, tokens),
            (What::Concurrent, concurrent),
        ];
        let longest = by.into_iter().filter(|(_, wait)| wait.is_some());
        let (what, retry_in) = longest.max_by_key(|(_, wait)| *wait)?;
        Some(Reached {
            scope: limit.scope,
            model: limit.model.clone(),
            what,
            retry_in,
        })
    }

    fn is_idle(&self, now: u64) -> bool {
        self.held == 0 && self.requests.is_full(now) && self.tokens.is_full(now)
    }

    fn full_at(&self) -> u64 {
        self.requests.full_at().max(self.tokens.full_at())
    }
}

/// What one question took of one counter.
struct Taken {
    key: Key,
    request: u64,
    expected: u64,
    tokens_per_minute: Option<u32>,
}

/// What one question took.
struct MemorySlot {
    inner: Arc<Inner>,
    tenant: TenantId,
    taken: Vec<Taken>,
}

impl Slot for MemorySlot {
    fn give_back(self: Box<Self>, used: Used) {
        if self.taken.is_empty() {
            return;
        }
        let now = self.inner.now();
        let mut shard = self.inner.shard(self.tenant);
        for taken in self.taken {
            let Some(counter) = shard.counters.get_mut(&taken.key) else {
                continue;
            };
            counter.held = counter.held.saturating_sub(1);
            let tokens = match used {
                Used::Unknown => continue,
                Used::Nothing => {
                    counter.requests.give(taken.request);
                    0
                }
                Used::Tokens(tokens) => tokens,
            };
            let real = taken.tokens_per_minute.map_or(0, |most| cost(tokens, most));
            counter.tokens.give(taken.expected.saturating_sub(real));
            counter
                .tokens
                .take(now, real.saturating_sub(taken.expected));
        }
    }
}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
