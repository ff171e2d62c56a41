//! What is learned of similar questions, in the workspace's own schema.
//!
//! Counts alone. The scope they are of is named by a value made with the installation's key: it is a digest over
//! instructions, among other things, and must confirm no guess at them.

use crate::kms::mac::mac_over;
use crate::vault::Keyring;
use async_trait::async_trait;
use contract::TenantId;
use engine::semantic::{Change, Evidence, Lessons, LessonsLost};
use hmac::Mac as _;
use std::sync::Arc;
use store::learned::LearnedRow;
use store::{Store, StoreError};

/// Separates names from everything else that is made with the installation's key.
const PURPOSE: &[u8] = b"learned v1";

/// Evidence in PostgreSQL.
pub struct StoredLessons {
    store: Store,
    keyring: Arc<Keyring>,
}

impl StoredLessons {
    /// In `store`, under names made with `keyring`.
    #[must_use]
    pub const fn new(store: Store, keyring: Arc<Keyring>) -> Self {
        Self { store, keyring }
    }

    fn name(&self, tenant: TenantId, scope: [u8; 32]) -> [u8; 32] {
        let secret = self.keyring.signing_key(PURPOSE, tenant);
        mac_over(&secret, &[&scope]).finalize().into_bytes().into()
    }
}

#[async_trait]
impl Lessons for StoredLessons {
    async fn recall(&self, tenant: TenantId, scope: [u8; 32]) -> Result<Evidence, LessonsLost> {
        let name = self.name(tenant, scope);
        let read = async {
            let mut tx = self.store.enter(tenant).await?;
            let row = store::learned::find(&mut tx, &name, false).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(row)
        };
        let row = read.await.map_err(|error| lost(tenant, &error))?;
        Ok(evidence(&row.unwrap_or_default()))
    }

    async fn add(
        &self,
        tenant: TenantId,
        scope: [u8; 32],
        change: Change,
    ) -> Result<Evidence, LessonsLost> {
        let name = self.name(tenant, scope);
        let write = async {
            let mut tx = self.store.enter(tenant).await?;
            let row = store::learned::find(&mut tx, &name, true).await?;
            let known = change.onto(&evidence(&row.unwrap_or_default()));
            store::learned::put(&mut tx, &name, &row_of(&known)).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(known)
        };
        write.await.map_err(|error| lost(tenant, &error))
    }
}

/// Counts made with other steps are none: what they meant is not known any more.
fn evidence(row: &LearnedRow) -> Evidence {
    let counts = |counts: &[i32]| -> Vec<u32> {
        let counts = counts.iter();
        counts.map(|it| u32::try_from(*it).unwrap_or(0)).collect()
    };
    Evidence::of_steps(&counts(&row.right), &counts(&row.wrong)).unwrap_or_default()
}

fn row_of(evidence: &Evidence) -> LearnedRow {
    let counts = |counts: &[u32]| {
        let counts = counts.iter();
        counts
            .map(|it| i32::try_from(*it).unwrap_or(i32::MAX))
            .collect()
    };
    let (right, wrong) = evidence.steps();
    LearnedRow {
        right: counts(right),
        wrong: counts(wrong),
    }
}

fn lost(tenant: TenantId, error: &StoreError) -> LessonsLost {
    tracing::warn!(%tenant, %error, "what is learned of similar questions could not be read or kept");
    LessonsLost
}
