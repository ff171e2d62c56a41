//! Virtual keys: what a workspace's programs show at its doors in place of a provider key.
//!
//! Owns the token, the keyed hash of its secret, and the life of a key: made, rotated, revoked,
//! recognised. Refuses to know any secret twice: a token is shown when it is made and never again.
//!
//! A key stands for a workspace and one of its environments, and may be narrowed to a member, a team,
//! some models, some networks and a time. What it may spend, and how fast it may ask, are limits like
//! everybody's ([`contract::LimitScope::VirtualKey`]).

mod change_key;
mod draft;
mod known_keys;
mod make_key;
mod mint_token;
mod note_use;
mod program;
mod read_keys;
mod recognise;
pub mod token;

pub use change_key::Rotation;
pub use known_keys::{KnownKeys, MOST_KNOWN};
pub use make_key::Issued;
pub use program::Program;
pub use recognise::NotRecognised;

use crate::vault::Keyring;
use contract::{AppError, AppResult, MemberId, TenantId};
use note_use::Uses;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use store::{Store, StoreError, TenantTx};
use zeroize::Zeroizing;

/// Separates the key of these hashes from every other key of the keyring.
const PURPOSE: &[u8] = b"virtual keys v1";

/// Who does something to a key, and their name; nobody's id is the operator's.
pub type Who<'a> = (Option<MemberId>, &'a str);

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

    /// Does `work` in one transaction, which is committed unless it refuses.
    async fn in_one<T>(
        &self,
        tenant: TenantId,
        doing: &'static str,
        work: impl AsyncFnOnce(&mut TenantTx) -> Result<AppResult<T>, StoreError>,
    ) -> AppResult<T> {
        let done = async {
            let mut tx = self.store().enter(tenant).await?;
            let outcome = work(&mut tx).await?;
            if outcome.is_ok() {
                tx.commit().await?;
            }
            Ok(outcome)
        };
        done.await.map_err(failed(doing))?
    }

    fn store(&self) -> &Store {
        &self.0.store
    }

    fn uses(&self) -> &Uses {
        &self.0.uses
    }
}

/// Names what was being done when storage failed.
fn failed(doing: &'static str) -> impl Fn(StoreError) -> AppError {
    move |error| crate::fault::internal(doing, error)
}

/// Milliseconds since 1970-01-01 UTC by this machine's clock.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}
