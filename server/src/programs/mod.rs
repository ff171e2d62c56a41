//! What the client's own programs ask: the same engine, keys, budgets and ledger as the chat.
//!
//! Owns the way of a program's request from its bytes to an answer being written, and the words for
//! what stops it. A program is known by its virtual key; it never sees a provider key, and what it
//! used belongs to its own key in the ledger. Refuses HTTP: the edge reads and writes it.

mod answer;
mod embed;
mod give;
mod instructions;
mod receipt;
mod stored;
mod trouble;
mod turns;

pub use answer::{Answering, Asking, models_for};
pub use give::Writer;
pub use receipt::{Details, details, headers, usd};
pub use trouble::not_recognised;

use crate::billing;
use crate::fault;
use crate::tenancy::TenantSnapshot;
use crate::vault::Vault;
use contract::AppResult;
use engine::Engine;
use store::Store;
use uuid::Uuid;

/// Answers programs of all workspaces on this process.
#[derive(Clone)]
pub struct Programs {
    store: Store,
    vault: Vault,
    engine: Engine,
    /// This process, as the database knows it.
    node: Uuid,
}

impl Programs {
    /// Over its parts.
    #[must_use]
    pub const fn new(store: Store, vault: Vault, engine: Engine, node: Uuid) -> Self {
        Self {
            store,
            vault,
            engine,
            node,
        }
    }

    /// Makes sure that the workspace may be worked for: it is not sealed, whatever the request would
    /// have touched of it, and the engine knows what was spent this month.
    async fn prepare(&self, snapshot: &TenantSnapshot) -> AppResult<()> {
        let unlocked = self.vault.unlock(snapshot.id).await;
        unlocked.map_err(|error| fault::vault("unlocking a workspace", error))?;
        billing::seed_meter(&self.store, &self.engine, snapshot.id).await
    }
}
