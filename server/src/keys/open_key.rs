//! Keys for the engine: opened for one attempt, and looked at when a provider refuses them.

use super::{Keys, secret};
use crate::vault::VaultError;
use async_trait::async_trait;
use contract::{KeyId, TenantId};
use engine::{KeyError, KeySource, SecretString};
use store::StoreError;
use store::provider_keys::ProviderKeyRow;

impl Keys {
    /// The key, where it may be used.
    async fn usable_row(
        &self,
        tenant: TenantId,
        key: KeyId,
    ) -> Result<Option<ProviderKeyRow>, StoreError> {
        let mut tx = self.store.enter(tenant).await?;
        let row = store::provider_keys::get(&mut tx, key).await?;
        tx.commit().await?;
        Ok(row.filter(|row| !row.disabled))
    }
}

/// Nothing is kept: each attempt opens its key anew.
#[async_trait]
impl KeySource for Keys {
    async fn open(&self, tenant: TenantId, key: KeyId) -> Result<SecretString, KeyError> {
        let row = self.usable_row(tenant, key).await.map_err(|error| {
            tracing::error!(%error, %key, "a provider key could not be read");
            KeyError::Unavailable
        })?;
        let row = row.ok_or(KeyError::Missing)?;
        let unlocked = self.vault.unlock(tenant).await;
        let opened = unlocked
            .and_then(|unlocked| secret::open(&unlocked, row.secret_id, &row.sealed_secret));
        opened.map_err(|error| {
            tracing::error!(%error, %key, "a provider key could not be opened");
            match error {
                VaultError::Unavailable(_) => KeyError::Unavailable,
                _ => KeyError::Sealed,
            }
        })
    }

    async fn refused(&self, tenant: TenantId, key: KeyId) {
        self.refused_in_traffic(tenant, key).await;
    }
}
