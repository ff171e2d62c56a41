//! Sealing and opening the credential of a key. The only place that names its column.

use super::Keys;
use crate::fault;
use crate::vault::{Vault, VaultError};
use contract::{AppResult, TenantId};
use engine::SecretString;
use store::provider_keys::ProviderKeyRow;
use uuid::Uuid;

impl Keys {
    /// Seals a credential for the secret `id`.
    pub(super) fn seal_secret(
        &self,
        tenant: TenantId,
        id: Uuid,
        secret: &str,
    ) -> AppResult<Vec<u8>> {
        seal(&self.vault, tenant, id, secret.as_bytes())
            .map_err(|error| fault::internal("sealing a key", error))
    }

    /// Opens the credential of `row` for one use.
    pub(super) fn open_secret(
        &self,
        tenant: TenantId,
        row: &ProviderKeyRow,
    ) -> AppResult<SecretString> {
        open(&self.vault, tenant, row.secret_id, &row.sealed_secret)
            .map_err(|error| fault::internal("opening a key", error))
    }
}

/// Seals a credential for the secret `id`.
///
/// # Errors
/// As [`Vault::seal`].
pub fn seal(
    vault: &Vault,
    tenant: TenantId,
    id: Uuid,
    secret: &[u8],
) -> Result<Vec<u8>, VaultError> {
    let place = vault.context(tenant, "provider_keys", id, "sealed_secret");
    vault.seal(secret, &place)
}

/// Opens what [`seal`] returned for the same secret.
///
/// # Errors
/// As [`Vault::open`]; [`VaultError::Tampered`] when it is not text.
pub fn open(
    vault: &Vault,
    tenant: TenantId,
    id: Uuid,
    sealed: &[u8],
) -> Result<SecretString, VaultError> {
    let place = vault.context(tenant, "provider_keys", id, "sealed_secret");
    let opened = vault.open(sealed, &place)?;
    let text = std::str::from_utf8(&opened).map_err(|_| VaultError::Tampered)?;
    Ok(text.to_owned().into())
}

impl Keys {
    /// Under what everything of the workspace is sealed, in words for its administrators.
    pub(super) fn sealing_statement() -> &'static str {
        "Sealed under this workspace’s own key, which is derived from the installation’s keyring."
    }
}
