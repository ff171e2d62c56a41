//! The bounded cache of snapshots.

use super::TenantSnapshot;
use super::load_snapshot::{SnapshotError, load_snapshot};
use contract::TenantId;
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;
use store::Store;

/// Workspaces kept in memory; the least recently used one goes first.
const MOST_WORKSPACES: u64 = 2_000;
/// Host names kept, unknown ones included: a scan of names must not become a scan of the database.
const MOST_HOSTS: u64 = 10_000;
/// An entry is read again after this time even when no notice of a change arrived.
const LONGEST_LIFE: Duration = Duration::from_mins(5);
/// An unknown host is asked for again after this time.
const UNKNOWN_LIFE: Duration = Duration::from_secs(5);

/// Snapshots by workspace and workspaces by host.
#[derive(Clone)]
pub struct Snapshots {
    store: Store,
    hosts: Cache<String, TenantId>,
    unknown_hosts: Cache<String, ()>,
    workspaces: Cache<TenantId, Arc<TenantSnapshot>>,
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
        }
    }

    /// The workspace of a host name (lower case, no port). `None`: nobody's.
    pub async fn of_host(&self, host: &str) -> Result<Option<Arc<TenantSnapshot>>, SnapshotError> {
        if let Some(id) = self.hosts.get(host).await {
            return self.of_id(id).await;
        }
        if self.unknown_hosts.contains_key(host) {
            return Ok(None);
        }
        if let Some(workspace) = self.store.workspace_by_host(host).await? {
            self.hosts.insert(host.to_owned(), workspace.id).await;
            self.of_id(workspace.id).await
        } else {
            self.unknown_hosts.insert(host.to_owned(), ()).await;
            Ok(None)
        }
    }

    /// A workspace by id. Many requests at once load it once.
    pub async fn of_id(&self, id: TenantId) -> Result<Option<Arc<TenantSnapshot>>, SnapshotError> {
        let load = async {
            match load_snapshot(&self.store, id).await {
                Ok(Some(snapshot)) => Ok(Arc::new(snapshot)),
                Ok(None) => Err(None),
                Err(error) => Err(Some(error)),
            }
        };
        match self.workspaces.try_get_with(id, load).await {
            Ok(snapshot) => Ok(Some(snapshot)),
            Err(error) => match &*error {
                None => Ok(None),
                Some(error) => Err(error.clone()),
            },
        }
    }

    /// Forgets one workspace and the hosts that lead to it.
    pub async fn forget(&self, id: TenantId) {
        self.workspaces.invalidate(&id).await;
        let hosts: Vec<_> = self
            .hosts
            .iter()
            .filter(|(_, tenant)| *tenant == id)
            .map(|(host, _)| host)
            .collect();
        for host in hosts {
            self.hosts.invalidate(host.as_ref()).await;
        }
        self.unknown_hosts.invalidate_all();
    }

    /// Forgets everything, after notices of changes may have been missed.
    pub fn forget_all(&self) {
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
