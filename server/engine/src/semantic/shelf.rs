//! What is kept, where, and for how long.
//!
//! Owns one shelf a workspace with its partitions; bounds in entries, in bytes for each workspace and for the process;
//! time to live; purging. A lookup holds its own workspace's shelf only. When room is needed, the oldest
//! entries of the partition that was used longest ago go first, a sixteenth of it at once.

use crate::semantic::index::Index;
use crate::semantic::place::{Partition, Place};
use contract::TenantId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;

/// Bytes that an entry takes beside its vector, question and answer.
const ENTRY_OVERHEAD: usize = 256;
/// Likeness from which the same text is the same question asked again.
const SAME: f32 = 0.999;
/// Candidates that are looked at, nearest first.
const CANDIDATES: usize = 8;

/// Bounds of what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShelfLimits {
    /// Questions in one partition.
    pub partition_entries: usize,
    /// Bytes of one workspace.
    pub tenant_bytes: usize,
    /// Bytes of all workspaces together.
    pub total_bytes: usize,
    /// How long an answer is good.
    pub ttl: Duration,
}

impl Default for ShelfLimits {
    fn default() -> Self {
        Self {
            partition_entries: 100_000,
            tenant_bytes: 32 * 1024 * 1024,
            total_bytes: 256 * 1024 * 1024,
            ttl: Duration::from_hours(24),
        }
    }
}

/// A question that was answered before, and how alike it is.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<A> {
    pub(crate) likeness: f32,
    pub(crate) question: Arc<str>,
    pub(crate) answer: A,
}

/// Answers of every workspace.
pub(crate) struct Shelves<A> {
    limits: ShelfLimits,
    tenants: Mutex<HashMap<TenantId, Arc<RwLock<Shelf<A>>>>>,
    bytes: AtomicUsize,
    clock: AtomicU64,
}

struct Shelf<A> {
    partitions: HashMap<Partition, Kept<A>>,
    bytes: usize,
}

struct Kept<A> {
    index: Index,
    entries: Vec<Entry<A>>,
    used: AtomicU64,
}

struct Entry<A> {
    question: Arc<str>,
    answer: A,
    at: Instant,
    bytes: usize,
}

impl<A: Clone> Shelves<A> {
    pub(crate) fn new(limits: ShelfLimits) -> Self {
        Self {
            limits,
            tenants: Mutex::default(),
            bytes: AtomicUsize::new(0),
            clock: AtomicU64::new(0),
        }
    }

    /// Questions of the same place at least that alike, nearest first, whose answers are `good` and not too
    /// old.
    pub(crate) fn find(
        &self,
        place: &Place,
        (vector, at_least): (&[f32], f32),
        good: impl Fn(&A) -> bool,
    ) -> Vec<Candidate<A>> {
        let Some(theirs) = self.tenants().get(&place.tenant).cloned() else {
            return Vec::new();
        };
        let theirs = theirs.read().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = theirs.partitions.get(&place.partition) else {
            return Vec::new();
        };
        kept.used.store(self.tick(), Ordering::Relaxed);
        let near = kept.index.nearest(vector, CANDIDATES, at_least);
        let fresh = near
            .into_iter()
            .map(|(at, likeness)| (&kept.entries[at], likeness))
            .filter(|(entry, _)| entry.at.elapsed() < self.limits.ttl && good(&entry.answer));
        fresh
            .map(|(entry, likeness)| Candidate {
                likeness,
                question: Arc::clone(&entry.question),
                answer: entry.answer.clone(),
            })
            .collect()
    }

    /// Keeps an answer of `bytes` bytes. The same question in the same place gets it as its new answer.
    pub(crate) fn keep(
        &self,
        place: &Place,
        (vector, question): (&[f32], &str),
        answer: A,
        bytes: usize,
    ) {
        let each = size_of_val(vector) + question.len() + bytes + ENTRY_OVERHEAD;
        if each > self.limits.tenant_bytes / 16 {
            return;
        }
        let theirs = Arc::clone(self.tenants().entry(place.tenant).or_insert_with(|| {
            Arc::new(RwLock::new(Shelf {
                partitions: HashMap::new(),
                bytes: 0,
            }))
        }));
        let tick = self.tick();
        let mut theirs = theirs.write().unwrap_or_else(PoisonError::into_inner);
        let before = theirs.bytes;
        theirs.keep(
            place,
            vector,
            tick,
            Entry {
                question: question.into(),
                answer,
                at: Instant::now(),
                bytes: each,
            },
        );
        self.make_room(&mut theirs, place.partition);
        self.account(before, theirs.bytes);
        drop(theirs);
        self.relieve();
    }

    /// Forgets answers of one workspace that `stays` does not want. Readers see them gone at once.
    pub(crate) fn retain(&self, tenant: TenantId, stays: impl Fn(&A) -> bool) {
        let Some(theirs) = self.tenants().get(&tenant).cloned() else {
            return;
        };
        let mut theirs = theirs.write().unwrap_or_else(PoisonError::into_inner);
        let before = theirs.bytes;
        for kept in theirs.partitions.values_mut() {
            kept.retain(|entry| stays(&entry.answer));
        }
        theirs.count();
        self.account(before, theirs.bytes);
    }

    /// Forgets one answer: it was wrong.
    pub(crate) fn forget(&self, place: &Place, question: &str) {
        let Some(theirs) = self.tenants().get(&place.tenant).cloned() else {
            return;
        };
        let mut theirs = theirs.write().unwrap_or_else(PoisonError::into_inner);
        let before = theirs.bytes;
        if let Some(kept) = theirs.partitions.get_mut(&place.partition) {
            kept.retain(|entry| *entry.question != *question);
        }
        theirs.count();
        self.account(before, theirs.bytes);
    }

    /// Bytes of all workspaces together.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    fn make_room(&self, theirs: &mut Shelf<A>, newest: Partition) {
        let ttl = self.limits.ttl;
        if let Some(kept) = theirs.partitions.get_mut(&newest)
            && kept.entries.len() > self.limits.partition_entries
        {
            kept.retain(|entry| entry.at.elapsed() < ttl);
            if kept.entries.len() > self.limits.partition_entries {
                kept.drop_oldest();
            }
            theirs.count();
        }
        while theirs.bytes > self.limits.tenant_bytes && theirs.drop_some(ttl) {}
    }

    /// While all workspaces together are over their bound, the largest gives way.
    fn relieve(&self) {
        while self.bytes() > self.limits.total_bytes {
            let shelves: Vec<_> = self.tenants().values().cloned().collect();
            let size = |theirs: &Arc<RwLock<Shelf<A>>>| {
                theirs.read().unwrap_or_else(PoisonError::into_inner).bytes
            };
            let Some(largest) = shelves.iter().max_by_key(|theirs| size(theirs)) else {
                return;
            };
            let mut theirs = largest.write().unwrap_or_else(PoisonError::into_inner);
            let before = theirs.bytes;
            let dropped = theirs.drop_some(self.limits.ttl);
            self.account(before, theirs.bytes);
            if !dropped {
                return;
            }
        }
    }

    fn account(&self, before: usize, after: usize) {
        if after >= before {
            self.bytes.fetch_add(after - before, Ordering::Relaxed);
        } else {
            self.bytes.fetch_sub(before - after, Ordering::Relaxed);
        }
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }

    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, Arc<RwLock<Shelf<A>>>>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A> Shelf<A> {
    fn keep(&mut self, place: &Place, vector: &[f32], tick: u64, entry: Entry<A>) {
        let kept = self
            .partitions
            .entry(place.partition)
            .or_insert_with(|| Kept {
                index: Index::new(vector.len()),
                entries: Vec::new(),
                used: AtomicU64::new(tick),
            });
        kept.used.store(tick, Ordering::Relaxed);
        let same = kept.index.nearest(vector, CANDIDATES, SAME);
        let same = same
            .into_iter()
            .find(|(at, _)| kept.entries[*at].question == entry.question);
        if let Some((at, _)) = same {
            self.bytes = self.bytes - kept.entries[at].bytes + entry.bytes;
            kept.entries[at] = entry;
        } else if kept.index.push(vector) {
            self.bytes += entry.bytes;
            kept.entries.push(entry);
        }
    }

    /// Drops a sixteenth of the partition that was used longest ago. `false`: there is nothing to drop.
    fn drop_some(&mut self, ttl: Duration) -> bool {
        let partitions = self.partitions.iter();
        let oldest = partitions.min_by_key(|(_, kept)| kept.used.load(Ordering::Relaxed));
        let Some(partition) = oldest.map(|(partition, _)| *partition) else {
            return false;
        };
        if let Some(kept) = self.partitions.get_mut(&partition) {
            let before = kept.entries.len();
            kept.retain(|entry| entry.at.elapsed() < ttl);
            if kept.entries.len() == before {
                kept.drop_oldest();
            }
        }
        self.count();
        true
    }

    /// Empty partitions go; the rest is added up.
    fn count(&mut self) {
        self.partitions.retain(|_, kept| !kept.entries.is_empty());
        let entries = self.partitions.values().flat_map(|kept| &kept.entries);
        self.bytes = entries.map(|entry| entry.bytes).sum();
    }
}

impl<A> Kept<A> {
    fn drop_oldest(&mut self) {
        let mut ages: Vec<Instant> = self.entries.iter().map(|entry| entry.at).collect();
        ages.sort_unstable();
        let count = (ages.len() / 16).max(1);
        if let Some(youngest) = ages.get(count - 1).copied() {
            let mut left = count;
            self.retain(|entry| {
                let goes = left > 0 && entry.at <= youngest;
                left -= usize::from(goes);
                !goes
            });
        }
    }

    fn retain(&mut self, mut stays: impl FnMut(&Entry<A>) -> bool) {
        let mut at = 0;
        while at < self.entries.len() {
            if stays(&self.entries[at]) {
                at += 1;
            } else {
                self.entries.swap_remove(at);
                self.index.swap_remove(at);
            }
        }
    }
}

#[cfg(test)]
#[path = "shelf_tests.rs"]
mod tests;
