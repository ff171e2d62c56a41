//! Sealing and opening the secret that a provider knows us by. The only place that names its column.

use super::SignOn;
use crate::fault;
use crate::vault::VaultError;
use contract::{AppResult, ConnectionId, TenantId};
use secrecy::SecretString;
use store::sign_on_connections::ConnectionRow;

impl SignOn {
    /// Seals the secret of a connection.
    pub(super) async fn seal_secret(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        secret: &str,
    ) -> AppResult<Vec<u8>> {
        let failed = |error| fault::vault("sealing a provider’s secret", error);
        let unlocked = self.vault.unlock(tenant).await.map_err(failed)?;
        let place = unlocked.context("sign_on_connections", id.uuid(), "sealed_secret");
        unlocked.seal(secret.as_bytes(), &place).map_err(failed)
    }

    /// Opens the secret of a connection for one use. `None`: it has none.
    pub(super) async fn open_secret(
        &self,
        tenant: TenantId,
        row: &ConnectionRow,
    ) -> AppResult<Option<SecretString>> {
        let Some(sealed) = &row.sealed_secret else {
            return Ok(None);
        };
        let failed = |error| fault::vault("opening a provider’s secret", error);
        let unlocked = self.vault.unlock(tenant).await.map_err(failed)?;
        let place = unlocked.context("sign_on_connections", row.id.uuid(), "sealed_secret");
        let opened = unlocked.open(sealed, &place).map_err(failed)?;
        let text = std::str::from_utf8(&opened).map_err(|_| failed(VaultError::Tampered))?;
        Ok(Some(text.to_owned().into()))
    }
}
