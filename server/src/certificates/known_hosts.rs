//! Which hosts are ours, from memory: asked at every handshake, and by a proxy in front of us.
//!
//! Refuses to remember a no beyond a notice of a change: a host that was bound a moment ago is known. A yes
//! is forgotten with any change of its workspace. Both are bounded, whatever names are asked for.

use moka::future::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::platform::certificates::{HostRow, nobody};
use store::platform::changes::Change;
use store::{Store, StoreError};

/// Hosts kept in memory, and as many names that nobody has.
const MOST_HOSTS: u64 = 20_000;
/// A host is asked for again after this time, even when no notice came.
const LONGEST_LIFE: Duration = Duration::from_mins(5);
/// A name that nobody has is asked for again after this time.
const UNKNOWN_LIFE: Duration = Duration::from_secs(5);
/// Reads that changes may overtake before the last one is taken as it is.
const MOST_OVERTAKEN: usize = 4;

/// The hosts of this installation.
#[derive(Clone)]
pub struct KnownHosts {
    store: Store,
    /// The platform's own host, where it is one that can be certified.
    own: Option<Arc<str>>,
    known: Cache<String, HostRow>,
    /// With the count of changes that each was true at.
    unknown: Cache<String, u64>,
    changes: Arc<AtomicU64>,
}

impl KnownHosts {
    /// Over `store`, nothing in memory; `platform_host` is ours as well.
    #[must_use]
    pub fn new(store: Store, platform_host: &str) -> Self {
        let cache = |life| Cache::builder().max_capacity(MOST_HOSTS).time_to_live(life);
        Self {
            store,
            own: can_be_certified(platform_host).then(|| platform_host.into()),
            known: cache(LONGEST_LIFE).build(),
            unknown: Cache::builder()
                .max_capacity(MOST_HOSTS)
                .time_to_live(UNKNOWN_LIFE)
                .build(),
            changes: Arc::default(),
        }
    }

    /// The platform's own host; `None` in development.
    #[must_use]
    pub fn own(&self) -> Option<&str> {
        self.own.as_deref()
    }

    /// Whose host this is (lower case, no port). `None`: nobody's. Asks the database only about names that
    /// were not asked for lately.
    ///
    /// # Errors
    /// The database did not answer, which is not a no.
    pub async fn of(&self, host: &str) -> Result<Option<HostRow>, StoreError> {
        if self.own() == Some(host) {
            return Ok(Some(HostRow {
                tenant: nobody(),
                hsts: true,
            }));
        }
        if let Some(row) = self.known.get(host).await {
            return Ok(Some(row));
        }
        let now = self.changes.load(Ordering::Acquire);
        if self.unknown.get(host).await == Some(now) {
            return Ok(None);
        }
        self.ask(host).await
    }

    async fn ask(&self, host: &str) -> Result<Option<HostRow>, StoreError> {
        for _ in 0..MOST_OVERTAKEN {
            let as_of = self.changes.load(Ordering::Acquire);
            let row = self.store.host_row(host).await?;
            match row {
                Some(row) => self.known.insert(host.to_owned(), row).await,
                None => self.unknown.insert(host.to_owned(), as_of).await,
            }
            // A change that came meanwhile may have been about this host, and has looked for it in vain.
            if self.changes.load(Ordering::Acquire) == as_of {
                return Ok(row);
            }
            self.known.invalidate(host).await;
        }
        self.store.host_row(host).await
    }

    /// Forgets what a change made out of date.
    pub(super) async fn heed(&self, change: Change) {
        match change {
            Change::Workspace(tenant) => {
                self.changes.fetch_add(1, Ordering::AcqRel);
                let theirs: Vec<_> = self
                    .known
                    .iter()
                    .filter(|(_, row)| row.tenant == tenant)
                    .map(|(host, _)| host)
                    .collect();
                for host in theirs {
                    self.known.invalidate(host.as_ref()).await;
                }
            }
            Change::Everything => {
                self.changes.fetch_add(1, Ordering::AcqRel);
                self.known.invalidate_all();
            }
            Change::SlicesCalledIn(_) | Change::Log(_) => {}
        }
    }
}

/// Whether a public authority may certify a name: it has a dot, and is not of this machine.
#[must_use]
pub fn can_be_certified(host: &str) -> bool {
    host.contains('.') && !host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::can_be_certified;

    #[test]
    fn development_has_no_certificates() {
        for (host, wanted) in [
            ("ai.client.test", true),
            ("localhost", false),
            ("acme.localhost", false),
            ("intranet", false),
        ] {
            assert_eq!(can_be_certified(host), wanted, "{host}");
        }
    }
}
