//! Sealing and opening the credential of a key. The only place that names its column.

use super::Keys;
use crate::fault;
use crate::vault::{Unlocked, VaultError};
use contract::{AppResult, TenantId};
use engine::SecretString;
use store::provider_keys::ProviderKeyRow;
use uuid::Uuid;

impl Keys {
    /// Seals a credential for the secret `id`.
    pub(super) async fn seal_secret(
        &self,
        tenant: TenantId,
        id: Uuid,
        secret: &str,
    ) -> AppResult<Vec<u8>> {
        let failed = |error| fault::vault("sealing a key", error);
        let unlocked = self.vault.unlock(tenant).await.map_err(failed)?;
        seal(&unlocked, id, secret.as_bytes()).map_err(failed)
    }

    /// Opens the credential of `row` for one use.
    pub(super) async fn open_secret(
        &self,
        tenant: TenantId,
        row: &ProviderKeyRow,
    ) -> AppResult<SecretString> {
        let failed = |error| fault::vault("opening a key", error);
        let unlocked = self.vault.unlock(tenant).await.map_err(failed)?;
        open(&unlocked, row.secret_id, &row.sealed_secret).map_err(failed)
    }
}

/// Seals a credential for the secret `id`.
///
/// # Errors
/// As [`Unlocked::seal`].
pub fn seal(unlocked: &Unlocked, id: Uuid, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
    let place = unlocked.context("provider_keys", id, "sealed_secret");
    unlocked.seal(secret, &place)
}

/// Opens what [`seal`] returned for the same secret.
///
/// # Errors
/// As [`Unlocked::open`]; [`VaultError::Tampered`] when it is not text.
pub fn open(unlocked: &Unlocked, id: Uuid, sealed: &[u8]) -> Result<SecretString, VaultError> {
    let place = unlocked.context("provider_keys", id, "sealed_secret");
    let opened = unlocked.open(sealed, &place)?;
    let text = std::str::from_utf8(&opened).map_err(|_| VaultError::Tampered)?;
    Ok(text.to_owned().into())
}
