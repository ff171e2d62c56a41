//! The bounded cache of snapshots.

use super::TenantSnapshot;
use super::load_snapshot::{SnapshotError, load_snapshot};
use contract::TenantId;
use moka::future::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::Store;
use store::platform::changes::Change;

/// Workspaces kept in memory; the least recently used one goes first.
const MOST_WORKSPACES: u64 = 2_000;
/// Host names kept, unknown ones included: a scan of names must not become a scan of the database.
const MOST_HOSTS: u64 = 50_000;
/// An entry is read again after this time even when no notice of a change arrived.
const LONGEST_LIFE: Duration = Duration::from_mins(5);
/// An unknown host is asked for again after this time.
const UNKNOWN_LIFE: Duration = Duration::from_secs(5);

/// Counts of changes, each for a share of the workspaces.
const COUNTS: usize = 1_024;
/// Loads that changes may overtake before a request makes one for itself.
const MOST_OVERTAKEN: usize = 8;

/// Snapshots by workspace and workspaces by host.
#[derive(Clone)]
pub struct Snapshots {
    store: Store,
    hosts: Cache<String, Led>,
    unknown_hosts: Cache<String, ()>,
    workspaces: Cache<TenantId, Kept>,
    changes: Arc<Changes>,
}

/// Where a host leads, and how often its workspace was known to have changed when that was asked.
#[derive(Clone, Copy)]
struct Led {
    as_of: u64,
    to: TenantId,
}

/// A snapshot, and how often its workspace was known to have changed when reading it began.
#[derive(Clone)]
struct Kept {
    as_of: u64,
    snapshot: Arc<TenantSnapshot>,
}

/// How often workspaces changed since this process began. Many workspaces share a count: a change of
/// one has others read again, never the other way round.
struct Changes {
    counts: Vec<AtomicU64>,
    all: AtomicU64,
}

impl Changes {
    fn new() -> Self {
        let counts = std::iter::repeat_with(AtomicU64::default);
        Self {
            counts: counts.take(COUNTS).collect(),
            all: AtomicU64::default(),
        }
    }

    fn of(&self, id: TenantId) -> &AtomicU64 {
        // Ids end in random bits.
        let low = id.uuid().as_u128() % COUNTS as u128;
        &self.counts[usize::try_from(low).unwrap_or(0)]
    }

    fn now(&self, id: TenantId) -> u64 {
        self.of(id).load(Ordering::Acquire)
    }

    /// Of all workspaces together.
    fn all(&self) -> u64 {
        self.all.load(Ordering::Acquire)
    }

    fn add(&self, id: TenantId) {
        self.all.fetch_add(1, Ordering::AcqRel);
        self.of(id).fetch_add(1, Ordering::AcqRel);
    }

    fn add_everywhere(&self) {
        self.all.fetch_add(1, Ordering::AcqRel);
        for count in &self.counts {
            count.fetch_add(1, Ordering::AcqRel);
        }
    }
}

impl Snapshots {
    /// An empty cache over `store`.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            hosts: Cache::builder()
                .max_capacity(MOST_HOSTS)
                .time_to_live(LONGEST_LIFE)
                .build(),
            unknown_hosts: Cache::builder()
                .max_capacity(MOST_HOSTS)
                .time_to_live(UNKNOWN_LIFE)
                .build(),
            workspaces: Cache::builder()
                .max_capacity(MOST_WORKSPACES)
                .time_to_live(LONGEST_LIFE)
                .build(),
            changes: Arc::new(Changes::new()),
        }
    }

    /// The workspace of a host name (lower case, no port). `None`: nobody's.
    pub async fn of_host(&self, host: &str) -> Result<Option<Arc<TenantSnapshot>>, SnapshotError> {
        match self.id_of_host(host).await? {
            Some(id) => self.of_id(id).await,
            None => Ok(None),
        }
    }

    /// The id of the workspace of a host name. Asks the database for names that are not in memory, and
    /// for those whose workspace has changed since.
    pub async fn id_of_host(&self, host: &str) -> Result<Option<TenantId>, SnapshotError> {
        if let Some(led) = self.hosts.get(host).await
            && led.as_of == self.changes.now(led.to)
        {
            return Ok(Some(led.to));
        }
        if self.unknown_hosts.contains_key(host) {
            return Ok(None);
        }
        let before = self.changes.all();
        let Some(to) = self.store.workspace_at(host).await? else {
            self.hosts.invalidate(host).await;
            if before == self.changes.all() {
                self.unknown_hosts.insert(host.to_owned(), ()).await;
            }
            return Ok(None);
        };
        // A change that came while the database was asked may not be in its answer.
        if before == self.changes.all() {
            let as_of = self.changes.now(to);
            self.hosts.insert(host.to_owned(), Led { as_of, to }).await;
        }
        Ok(Some(to))
    }

    /// A workspace by id. Many requests at once load it once.
    ///
    /// What was read before a change is never given out after it: a load that a change overtakes is
    /// made again, even where the change came while the load was on its way into the cache.
    pub async fn of_id(&self, id: TenantId) -> Result<Option<Arc<TenantSnapshot>>, SnapshotError> {
        for _ in 0..MOST_OVERTAKEN {
            match self.workspaces.try_get_with(id, self.load(id)).await {
                Ok(kept) if kept.as_of == self.changes.now(id) => return Ok(Some(kept.snapshot)),
                Ok(_) => self.workspaces.invalidate(&id).await,
                Err(error) => {
                    return match &*error {
                        None => Ok(None),
                        Some(error) => Err(error.clone()),
                    };
                }
            }
        }
        // It changes faster than it can be read: as it is now, for this request alone.
        Ok(load_snapshot(&self.store, id).await?.map(Arc::new))
    }

    async fn load(&self, id: TenantId) -> Result<Kept, Option<SnapshotError>> {
        let as_of = self.changes.now(id);
        match load_snapshot(&self.store, id).await {
            Ok(Some(snapshot)) => Ok(Kept {
                as_of,
                snapshot: Arc::new(snapshot),
            }),
            Ok(None) => Err(None),
            Err(error) => Err(Some(error)),
        }
    }

    /// Forgets what a change made out of date.
    pub async fn heed(&self, change: Change) {
        match change {
            Change::Workspace(tenant) => self.forget(tenant).await,
            Change::Everything => self.forget_all(),
            Change::SlicesCalledIn(_) | Change::Log(_) => {}
        }
    }

    /// Forgets one workspace, and that hosts lead to it.
    pub async fn forget(&self, id: TenantId) {
        self.changes.add(id);
        self.workspaces.invalidate(&id).await;
        self.unknown_hosts.invalidate_all();
    }

    /// Forgets everything, after notices of changes may have been missed.
    pub fn forget_all(&self) {
        self.changes.add_everywhere();
        self.workspaces.invalidate_all();
        self.hosts.invalidate_all();
        self.unknown_hosts.invalidate_all();
    }

    /// How many workspaces are in memory.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.workspaces.entry_count()
    }
}
