//! Certificates of hosts: getting, keeping, renewing and showing them, and saying which hosts are ours.
//!
//! Owns everything between a host in `platform.domains` and a handshake that shows its certificate. Several
//! processes share the work and the questions through PostgreSQL.
//!
//! Refuses names that nobody here has: they get no certificate of anybody, and cause no attempt to get one.
//! Refuses to exceed a limit of the authority: a place is taken before an order is made.
//!
//! # Steps
//!
//! [`Certificates::look_after`] claims a host whose turn it is, [`authority`] gets its certificate,
//! [`seal`] closes it under the keyring, and [`shown`] opens it when somebody asks for it.

mod answer_challenge;
mod authority;
mod known_hosts;
mod leaf;
mod look_after;
mod renewal;
mod seal;
mod served;
mod shown;

pub(crate) use answer_challenge::ACME_TLS;
pub use authority::{Authority, AuthorityError};
pub use known_hosts::{KnownHosts, can_be_certified};
pub use seal::{SealError, reseal, seal_certificate};
pub use shown::ShowError;

use crate::vault::Keyring;
use served::Served;
use shown::InMemory;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use store::Store;
use store::platform::changes::Change;
use tokio::sync::Notify;

/// The certificates of an installation. Cloning is cheap.
#[derive(Clone)]
pub struct Certificates(Arc<Parts>);

struct Parts {
    store: Store,
    keyring: Arc<Keyring>,
    known: KnownHosts,
    memory: InMemory,
    served: Served,
    woken: Notify,
}

impl Certificates {
    /// Over its parts; nothing is in memory yet, and nothing is ordered before
    /// [`Certificates::look_after`] runs.
    #[must_use]
    pub fn new(store: Store, keyring: Arc<Keyring>, platform_host: &str) -> Self {
        Self(Arc::new(Parts {
            known: KnownHosts::new(store.clone(), platform_host),
            store,
            keyring,
            memory: InMemory::new(),
            served: Served::default(),
            woken: Notify::new(),
        }))
    }

    /// Which hosts are ours.
    #[must_use]
    pub fn known(&self) -> &KnownHosts {
        &self.0.known
    }

    /// Notes that a host was shown its certificate just now.
    pub fn note_served(&self, host: &str) {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        self.0.served.note(host, now);
    }

    /// Forgets what a change made out of date, and looks whether there is something to do.
    pub async fn heed(&self, change: Change) {
        self.0.known.heed(change).await;
        self.0.memory.heed(change).await;
        if matches!(change, Change::Workspace(_) | Change::Everything) {
            self.0.woken.notify_one();
        }
    }

    fn store(&self) -> &Store {
        &self.0.store
    }

    fn keyring(&self) -> &Arc<Keyring> {
        &self.0.keyring
    }

    fn memory(&self) -> &InMemory {
        &self.0.memory
    }

    fn served(&self) -> &Served {
        &self.0.served
    }

    fn woken(&self) -> &Notify {
        &self.0.woken
    }
}
