//! Where the keys of workspaces are: under the installation's keyring, or at the key service that a
//! client named.

use super::sign::Signer;
use super::{KeyContext, KeyService, KeyServiceError, ServiceSettings};
use crate::vault::{
    Custodian, KeyRef, Keyring, Locked, SealContext, Unlocked, VaultError, WorkspaceKey,
    WorkspaceKeys,
};
use async_trait::async_trait;
use contract::TenantId;
use engine::{Egress, SecretString};
use std::sync::Arc;
use store::Store;
use store::platform::sealing::{
    KeyServiceRow, SealedUnder, SealingPhase, SealingRow, WorkspaceKeyRow,
};
use uuid::Uuid;

/// The custodian of an installation. Keeps nothing: what it gets is kept by the vault, for a
/// minute at most.
#[derive(Clone)]
pub struct Custody {
    pub(super) store: Store,
    pub(super) keyring: Arc<Keyring>,
    pub(super) egress: Egress,
}

impl Custody {
    /// Over its parts.
    #[must_use]
    pub const fn new(store: Store, keyring: Arc<Keyring>, egress: Egress) -> Self {
        Self {
            store,
            keyring,
            egress,
        }
    }

    pub(super) fn signer(&self, tenant: TenantId) -> Signer {
        Signer::new(&self.keyring, tenant)
    }

    pub(super) fn context(&self, tenant: TenantId, version: u32) -> KeyContext {
        KeyContext {
            installation: self.keyring.installation(),
            tenant,
            version,
        }
    }

    /// What opens the access of a workspace's services: the keyring, whatever key the workspace is
    /// sealed under.
    pub(super) fn access_seal(
        &self,
        tenant: TenantId,
        service: Uuid,
    ) -> Result<(Unlocked, SealContext), VaultError> {
        let keys = Arc::new(self.keyring.keys_of(tenant)?);
        let unlocked = Unlocked::new(self.keyring.installation(), tenant, keys);
        let place = unlocked.context("key_services", service, "sealed_access");
        Ok((unlocked, place))
    }

    /// The service of `row`, ready to be asked.
    pub(super) fn service(&self, row: &KeyServiceRow) -> Result<Box<dyn KeyService>, VaultError> {
        if !self.signer(row.tenant).has_signed_service(row) {
            tracing::error!(workspace = %row.tenant, service = %row.id,
                "a key service was not attached by this installation; it is not asked");
            return Err(VaultError::Tampered);
        }
        let (unlocked, place) = self.access_seal(row.tenant, row.id)?;
        let access = unlocked.open(&row.sealed_access, &place)?;
        let access = std::str::from_utf8(&access).map_err(|_| VaultError::Tampered)?;
        let access: SecretString = access.to_owned().into();
        let settings: ServiceSettings =
            serde_json::from_str(&row.settings).map_err(|_| VaultError::Tampered)?;
        Ok(settings.open(&self.egress, &access)?)
    }

    async fn unwrap(
        &self,
        tenant: TenantId,
        services: &[KeyServiceRow],
        key: &WorkspaceKeyRow,
    ) -> Result<(KeyRef, WorkspaceKey), VaultError> {
        if !self.signer(tenant).has_signed_key(key) {
            tracing::error!(workspace = %tenant, service = %key.service,
                "a workspace key was not made by this installation; no service is asked to open it");
            return Err(VaultError::Tampered);
        }
        let row = services.iter().find(|service| service.id == key.service);
        let service = self.service(row.ok_or(VaultError::Tampered)?)?;
        let context = self.context(tenant, key.version);
        let opened = service.unwrap(&context, &key.wrapped).await?;
        Ok((name_of(key), opened))
    }
}

#[async_trait]
impl Custodian for Custody {
    fn installation(&self) -> Uuid {
        self.keyring.installation()
    }

    async fn keys_of(&self, tenant: TenantId) -> Result<WorkspaceKeys, VaultError> {
        let local = self.keyring.keys_of(tenant)?;
        let Some(sealing) = self.witnessed(tenant).await? else {
            return Ok(local);
        };
        let current = current_of(&sealing, local.current());
        let settled = sealing.phase == SealingPhase::Settled;
        let wanted = [sealing.under, sealing.from];
        // A settled workspace opens with its own key alone; the keyring is out of it.
        let mut held = if settled {
            Vec::new()
        } else {
            local.into_held()
        };
        for key in &sealing.keys {
            if wanted.contains(&Some((key.service, key.version))) {
                held.push(self.unwrap(tenant, &sealing.services, key).await?);
            }
        }
        WorkspaceKeys::new(current, held)
    }
}

/// The key that new secrets are wrapped under.
fn current_of(sealing: &SealingRow, keyring: KeyRef) -> KeyRef {
    let under = match sealing.phase {
        SealingPhase::Spreading => sealing.from,
        SealingPhase::Moving | SealingPhase::Settled => sealing.under,
    };
    key_ref(under).unwrap_or(keyring)
}

fn name_of(key: &WorkspaceKeyRow) -> KeyRef {
    KeyRef {
        id: key.service,
        version: key.version,
    }
}

fn key_ref(under: SealedUnder) -> Option<KeyRef> {
    under.map(|(id, version)| KeyRef { id, version })
}

/// What a service says, as the vault passes it on.
impl From<KeyServiceError> for VaultError {
    fn from(error: KeyServiceError) -> Self {
        match error {
            KeyServiceError::Disabled => Self::Locked(Locked::Disabled),
            KeyServiceError::PendingDeletion => Self::Locked(Locked::PendingDeletion),
            KeyServiceError::Denied => Self::Locked(Locked::Denied),
            KeyServiceError::NotFound => Self::Locked(Locked::NotFound),
            KeyServiceError::Tampered => Self::Tampered,
            KeyServiceError::Misconfigured(reason) | KeyServiceError::Unavailable(reason) => {
                Self::Unavailable(reason)
            }
        }
    }
}
