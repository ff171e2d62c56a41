//! Answers in memory: one shelf per workspace, bounded in bytes each and together.
//!
//! A shelf that is full gives up what was used longest ago. When all of them together are full, the
//! fullest one does: a busy workspace pushes out its own answers, not those of a quiet one.

use crate::cache::kept::KeptAnswer;
use crate::cache::key::CacheKey;
use contract::TenantId;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All shelves.
#[derive(Debug)]
pub(crate) struct Shelves {
    inner: Mutex<Inner>,
    /// Most bytes of all together; 0 keeps nothing.
    most: u64,
    /// Most bytes of one.
    most_each: u64,
}

#[derive(Debug, Default)]
struct Inner {
    bytes: u64,
    /// Counts up with every use, so that the smallest number was used longest ago.
    clock: u64,
    of: HashMap<TenantId, Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    bytes: u64,
    entries: HashMap<CacheKey, Entry>,
    by_use: BTreeMap<u64, CacheKey>,
}

#[derive(Debug)]
struct Entry {
    answer: Arc<KeptAnswer>,
    used: u64,
}

impl Shelves {
    /// Empty ones.
    pub(crate) fn new(most: u64, most_each: u64) -> Self {
        Self {
            inner: Mutex::default(),
            most,
            most_each: most_each.min(most),
        }
    }

    /// Nothing can be kept.
    pub(crate) const fn is_off(&self) -> bool {
        self.most_each == 0
    }

    /// The answer under `key`, where it is still `good`; one that is not is thrown away.
    pub(crate) fn find(
        &self,
        tenant: TenantId,
        key: CacheKey,
        good: impl FnOnce(&KeptAnswer) -> bool,
    ) -> Option<Arc<KeptAnswer>> {
        let mut inner = self.inner();
        let used = inner.tick();
        let place = inner.of.get_mut(&tenant)?;
        let answer = Arc::clone(&place.entries.get(&key)?.answer);
        if good(&answer) {
            place.use_now(key, used);
            return Some(answer);
        }
        inner.remove(tenant, key);
        None
    }

    /// Keeps an answer, and gives up what there is no room for any more.
    pub(crate) fn keep(&self, tenant: TenantId, key: CacheKey, answer: Arc<KeptAnswer>) {
        if answer.size() > self.most_each {
            return;
        }
        let mut inner = self.inner();
        inner.remove(tenant, key);
        inner.put(tenant, key, answer);
        while inner
            .of
            .get(&tenant)
            .is_some_and(|it| it.bytes > self.most_each)
        {
            inner.remove_oldest(tenant);
        }
        while inner.bytes > self.most {
            let Some(fullest) = inner.fullest() else {
                break;
            };
            inner.remove_oldest(fullest);
        }
    }

    /// Throws away whatever is not `good`, of `tenant` or of everybody.
    pub(crate) fn sweep(&self, tenant: Option<TenantId>, good: impl Fn(&KeptAnswer) -> bool) {
        let mut inner = self.inner();
        let shelves = inner.of.iter();
        let shelves = shelves.filter(|(of, _)| tenant.is_none_or(|tenant| tenant == **of));
        let bad: Vec<(TenantId, CacheKey)> = shelves
            .flat_map(|(of, place)| place.entries.iter().map(move |entry| (*of, entry)))
            .filter(|(_, (_, entry))| !good(&entry.answer))
            .map(|(of, (key, _))| (of, *key))
            .collect();
        for (of, key) in bad {
            inner.remove(of, key);
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A panic while it was held can at worst leave a count wrong: go on with it.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn put(&mut self, tenant: TenantId, key: CacheKey, answer: Arc<KeptAnswer>) {
        let (used, size) = (self.tick(), answer.size());
        let place = self.of.entry(tenant).or_default();
        place.by_use.insert(used, key);
        place.entries.insert(key, Entry { answer, used });
        place.bytes += size;
        self.bytes += size;
    }

    fn remove(&mut self, tenant: TenantId, key: CacheKey) {
        let Some(place) = self.of.get_mut(&tenant) else {
            return;
        };
        let Some(entry) = place.entries.remove(&key) else {
            return;
        };
        place.by_use.remove(&entry.used);
        let size = entry.answer.size();
        place.bytes = place.bytes.saturating_sub(size);
        self.bytes = self.bytes.saturating_sub(size);
        if place.entries.is_empty() {
            self.of.remove(&tenant);
        }
    }

    fn remove_oldest(&mut self, tenant: TenantId) {
        let oldest = self
            .of
            .get(&tenant)
            .and_then(|place| place.by_use.values().next().copied());
        if let Some(key) = oldest {
            self.remove(tenant, key);
        }
    }

    fn fullest(&self) -> Option<TenantId> {
        let fullest = self.of.iter().max_by_key(|(_, place)| place.bytes);
        fullest.map(|(tenant, _)| *tenant)
    }
}

impl Shelf {
    fn use_now(&mut self, key: CacheKey, used: u64) {
        if let Some(entry) = self.entries.get_mut(&key) {
            self.by_use.remove(&entry.used);
            self.by_use.insert(used, key);
            entry.used = used;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shelves;
    use crate::cache::kept::KeptAnswer;
    use crate::cache::key::CacheKey;
    use contract::TenantId;
    use std::sync::Arc;
    use uuid::Uuid;

    fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(number))
    }

    fn key(number: u16) -> CacheKey {
        CacheKey::for_tests(number)
    }

    fn answer(bytes: usize) -> Arc<KeptAnswer> {
        Arc::new(KeptAnswer::for_tests(&"x".repeat(bytes)))
    }

    fn has(shelves: &Shelves, of: u128, number: u16) -> bool {
        shelves.find(tenant(of), key(number), |_| true).is_some()
    }

    #[test]
    fn a_busy_workspace_pushes_out_its_own_answers_only() {
        let shelves = Shelves::new(100_000, 40_000);
        shelves.keep(tenant(2), key(1), answer(1_000));
        for number in 0..500 {
            shelves.keep(tenant(1), key(number), answer(2_000));
        }
        assert!(has(&shelves, 2, 1));
        assert!(has(&shelves, 1, 499) && !has(&shelves, 1, 0));
        assert!(shelves.inner().of[&tenant(1)].bytes <= 40_000);
    }

    #[test]
    fn all_together_are_bounded_and_the_fullest_gives_way() {
        let shelves = Shelves::new(100_000, 60_000);
        shelves.keep(tenant(9), key(1), answer(1_000));
        for of in 1..4 {
            for number in 0..50 {
                shelves.keep(tenant(of), key(number), answer(2_000));
            }
        }
        assert!(has(&shelves, 9, 1));
        let inner = shelves.inner();
        assert!(inner.bytes <= 100_000);
        let sum: u64 = inner.of.values().map(|shelf| shelf.bytes).sum();
        assert_eq!(inner.bytes, sum);
        assert!(
            inner
                .of
                .values()
                .all(|it| it.by_use.len() == it.entries.len())
        );
    }

    #[test]
    fn what_is_used_stays_and_what_is_replaced_counts_once() {
        let shelves = Shelves::new(100_000, 12_000);
        for number in 0..4 {
            shelves.keep(tenant(1), key(number), answer(2_000));
            shelves.keep(tenant(1), key(number), answer(2_000));
        }
        assert!(has(&shelves, 1, 0));
        shelves.keep(tenant(1), key(9), answer(2_000));
        assert!(has(&shelves, 1, 0) && !has(&shelves, 1, 1));
        shelves.keep(tenant(1), key(10), answer(12_000));
        assert!(!has(&shelves, 1, 10));
    }

    #[test]
    fn what_is_not_good_any_more_is_thrown_away() {
        let shelves = Shelves::new(100_000, 50_000);
        for of in [1, 2] {
            shelves.keep(tenant(of), key(1), answer(10));
            shelves.keep(tenant(of), key(2), answer(10));
        }
        assert!(shelves.find(tenant(1), key(1), |_| false).is_none());
        assert!(!has(&shelves, 1, 1));
        shelves.sweep(Some(tenant(1)), |_| false);
        assert!(!has(&shelves, 1, 2) && has(&shelves, 2, 2));
        shelves.sweep(None, |_| false);
        assert_eq!(shelves.inner().bytes, 0);
        assert!(shelves.inner().of.is_empty());
    }

    #[test]
    fn shelves_without_room_keep_nothing() {
        let shelves = Shelves::new(0, 10);
        assert!(shelves.is_off());
        shelves.keep(tenant(1), key(1), answer(1));
        assert!(!has(&shelves, 1, 1));
    }
}
