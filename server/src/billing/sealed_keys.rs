//! Provider keys, opened for one attempt.

use crate::vault::{Vault, VaultError};
use async_trait::async_trait;
use contract::{KeyId, TenantId};
use engine::{KeyError, KeySource, SecretString};
use store::Store;
use uuid::Uuid;

/// Opens provider keys from storage. Nothing is kept: each attempt opens its key anew.
pub struct SealedKeys {
    store: Store,
    vault: Vault,
}

impl SealedKeys {
    /// Over storage and vault.
    #[must_use]
    pub const fn new(store: Store, vault: Vault) -> Self {
        Self { store, vault }
    }

    async fn sealed(
        &self,
        tenant: TenantId,
        key: KeyId,
    ) -> Result<Option<(Uuid, Vec<u8>)>, store::StoreError> {
        let mut tx = self.store.enter(tenant).await?;
        let row = store::provider_keys::get(&mut tx, key).await?;
        tx.commit().await?;
        Ok(row
            .filter(|row| !row.disabled)
            .map(|row| (row.secret_id, row.sealed_secret)))
    }
}

#[async_trait]
impl KeySource for SealedKeys {
    async fn open(&self, tenant: TenantId, key: KeyId) -> Result<SecretString, KeyError> {
        let sealed = self.sealed(tenant, key).await.map_err(|error| {
            tracing::error!(%error, %key, "a provider key could not be read");
            KeyError::Unavailable
        })?;
        let (secret, sealed) = sealed.ok_or(KeyError::Missing)?;
        let place = self
            .vault
            .context(tenant, "provider_keys", secret, "sealed_secret");
        let opened = self.vault.open(&sealed, &place).map_err(|error| {
            tracing::error!(%error, %key, "a provider key could not be opened");
            match error {
                VaultError::Unavailable(_) => KeyError::Unavailable,
                _ => KeyError::Sealed,
            }
        })?;
        let text = std::str::from_utf8(&opened).map_err(|_| KeyError::Sealed)?;
        Ok(text.to_owned().into())
    }
}
