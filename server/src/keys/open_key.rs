//! Keys for the engine: opened for one attempt, and looked at when a provider refuses them.

use super::{Keys, secret};
use crate::tenancy::{SealedKey, Snapshots};
use crate::vault::{Unlocked, VaultError};
use async_trait::async_trait;
use contract::{KeyId, TenantId};
use engine::{KeyError, KeySource, SecretString};
use store::StoreError;

/// Opens keys as they stand in the snapshots, so that an attempt on a warm workspace asks the
/// database nothing. No credential is kept: each attempt opens it anew.
#[derive(Clone)]
pub struct KeysInUse {
    keys: Keys,
    snapshots: Snapshots,
}

impl KeysInUse {
    /// Over the keys and the snapshots of this process.
    #[must_use]
    pub const fn new(keys: Keys, snapshots: Snapshots) -> Self {
        Self { keys, snapshots }
    }

    /// From the snapshot. `None`: it does not know the key, or has it as it was before the workspace
    /// moved to another key of its own.
    async fn opened_in_snapshot(
        &self,
        tenant: TenantId,
        key: KeyId,
        unlocked: &Unlocked,
    ) -> Option<Result<SecretString, VaultError>> {
        let snapshot = self.snapshots.of_id(tenant).await.ok().flatten()?;
        let SealedKey { secret, sealed } = snapshot.sealed_keys.get(&key)?;
        match secret::open(unlocked, *secret, sealed) {
            Err(VaultError::UnknownKey { .. }) => None,
            opened => Some(opened),
        }
    }

    /// From storage, where the snapshot is behind.
    async fn opened_in_storage(
        &self,
        tenant: TenantId,
        key: KeyId,
        unlocked: &Unlocked,
    ) -> Result<Option<Result<SecretString, VaultError>>, StoreError> {
        let mut tx = self.keys.store.enter(tenant).await?;
        let row = store::provider_keys::get(&mut tx, key).await?;
        tx.commit().await?;
        let row = row.filter(|row| !row.disabled);
        Ok(row.map(|row| secret::open(unlocked, row.secret_id, &row.sealed_secret)))
    }
}

#[async_trait]
impl KeySource for KeysInUse {
    async fn open(&self, tenant: TenantId, key: KeyId) -> Result<SecretString, KeyError> {
        let failed = |error: VaultError| {
            tracing::error!(%error, %key, "a provider key could not be opened");
            match error {
                VaultError::Unavailable(_) => KeyError::Unavailable,
                _ => KeyError::Sealed,
            }
        };
        let unlocked = self.keys.vault.unlock(tenant).await.map_err(failed)?;
        if let Some(opened) = self.opened_in_snapshot(tenant, key, &unlocked).await {
            return opened.map_err(failed);
        }
        let stored = self.opened_in_storage(tenant, key, &unlocked).await;
        let stored = stored.map_err(|error| {
            tracing::error!(%error, %key, "a provider key could not be read");
            KeyError::Unavailable
        })?;
        stored.ok_or(KeyError::Missing)?.map_err(failed)
    }

    async fn refused(&self, tenant: TenantId, key: KeyId) {
        self.keys.refused_in_traffic(tenant, key).await;
    }
}
