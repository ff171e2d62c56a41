//! Virtual keys: what a workspace's programs show at its doors in place of a provider key.
//!
//! Owns the token, the keyed hash of its secret, and the life of a key: made, rotated, revoked,
//! recognised. Refuses to know any secret twice: a token is shown when it is made and never again.
//!
//! A key stands for a workspace and one of its environments, and may be narrowed to a member, a team,
//! some models, some networks and a time. What it may spend, and how fast it may ask, are limits like
//! everybody's ([`contract::LimitScope::VirtualKey`]).

mod known_keys;
mod note_use;
mod program;
mod recognise;
pub mod token;

pub use known_keys::{KnownKeys, MOST_KNOWN};
pub use program::Program;
pub use recognise::NotRecognised;

use crate::vault::Keyring;
use contract::TenantId;
use note_use::Uses;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use store::Store;
use zeroize::Zeroizing;

/// Separates the key of these hashes from every other key of the keyring.
const PURPOSE: &[u8] = b"virtual keys v1";

/// The virtual keys of all workspaces. Cheap to clone.
#[derive(Clone)]
pub struct VirtualKeys(Arc<Parts>);

struct Parts {
    store: Store,
    keyring: Arc<Keyring>,
    uses: Uses,
}

impl VirtualKeys {
    /// Over `store`; hashes are keyed by `keyring`, which every process of an installation holds.
    #[must_use]
    pub fn new(store: Store, keyring: Arc<Keyring>) -> Self {
        Self(Arc::new(Parts {
            store,
            keyring,
            uses: Uses::default(),
        }))
    }

    /// The key of a workspace's hashes. It is made from the keyring's oldest version, so that a
    /// rotation of the keyring leaves every token good.
    fn hash_key(&self, tenant: TenantId) -> Zeroizing<[u8; 32]> {
        self.0.keyring.signing_key(PURPOSE, tenant)
    }

    fn store(&self) -> &Store {
        &self.0.store
    }

    fn uses(&self) -> &Uses {
        &self.0.uses
    }
}

/// Milliseconds since 1970-01-01 UTC by this machine's clock.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}
