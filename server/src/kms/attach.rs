//! Attaching a client's own key, giving it a new version, and going back to the keyring.
//!
//! Each begins a move; [`super::Moves`] carries it on in the background.

use super::custody::Custody;
use super::{By, KeyService, KeyServiceError, ServiceKey, ServiceSettings};
use crate::vault::{VaultError, WorkspaceKey};
use contract::TenantId;
use engine::SecretString;
use secrecy::ExposeSecret as _;
use store::StoreError;
use store::platform::sealing::{
    KeyServiceRow, SealingPhase, SealingRow, SealingState, SealingStep, WorkspaceKeyRow,
};
use uuid::Uuid;

/// Steps of the live check of a key service, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachStep {
    /// The service knows the key and says that it can be used.
    Described,
    /// The service made a workspace key.
    Generated,
    /// The service opened it again, and it is the same.
    Opened,
    /// The service refused to open it for another workspace.
    ContextEnforced,
}

impl AttachStep {
    /// For people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Described => "The key is there and can be used",
            Self::Generated => "The service made a key for this workspace",
            Self::Opened => "The service opened it again",
            Self::ContextEnforced => "The service refused to open it for another workspace",
        }
    }
}

/// Why a move could not begin.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// The service said no, or nothing.
    #[error(transparent)]
    Service(#[from] KeyServiceError),
    /// What is stored could not be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The service opens what was wrapped for another workspace.
    #[error("the service does not bind a key to its workspace; it cannot be used")]
    ContextIgnored,
    /// The service does not give back what it was given.
    #[error("the service opened another key than it made")]
    WrongKey,
    /// One move at a time.
    #[error("this workspace is on its way from one key to another; wait until that is done")]
    Moving,
    /// There is nothing to rotate or to detach.
    #[error("this workspace has no key service of its own")]
    NotAttached,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A service that passed its check, with the first key it made.
struct Checked {
    key: ServiceKey,
    wrapped: Vec<u8>,
}

impl Custody {
    /// Checks the service live, tells each step, and begins the workspace's move to its key.
    ///
    /// # Errors
    /// The first step that failed; nothing was changed then.
    pub async fn attach(
        &self,
        tenant: TenantId,
        settings: ServiceSettings,
        access: &SecretString,
        by: By<'_>,
        mut tell: impl FnMut(AttachStep),
    ) -> Result<ServiceKey, AttachError> {
        self.refuse_moving(tenant).await?;
        let asked = settings.open(&self.egress, access)?;
        let described = asked.describe().await?;
        tell(AttachStep::Described);
        // From here on as it will be used: the key by its final name.
        let settings = settings.pinned(&described);
        let service = settings.open(&self.egress, access)?;
        let checked = self
            .check_service(tenant, service.as_ref(), described, &mut tell)
            .await?;
        let id = Uuid::now_v7();
        let (unlocked, place) = self.access_seal(tenant, id)?;
        let mut row = KeyServiceRow {
            id,
            tenant,
            settings: write_down(&settings)?,
            sealed_access: unlocked.seal(access.expose_secret().as_bytes(), &place)?,
            label: checked.key.label.clone(),
            attached_by: by.1.to_owned(),
            attached_ms: 0,
            signature: [0; 32],
        };
        let signer = self.signer(tenant);
        signer.sign_service(&mut row);
        let mut key = WorkspaceKeyRow {
            service: id,
            version: 1,
            wrapped: checked.wrapped,
            signature: [0; 32],
        };
        signer.sign_key(&mut key);
        let deed = (by, "kms.attached", checked.key.pinned.as_str());
        self.begin(tenant, Some(&row), Some(&key), deed).await?;
        Ok(checked.key)
    }

    /// Checks the attached service again, the same way, and changes nothing.
    ///
    /// # Errors
    /// The first step that failed.
    pub async fn check_attached(
        &self,
        tenant: TenantId,
        mut tell: impl FnMut(AttachStep),
    ) -> Result<ServiceKey, AttachError> {
        let (_, row, _) = self.attached(tenant).await?;
        let service = self.service(&row)?;
        let described = service.describe().await?;
        tell(AttachStep::Described);
        let checked = self
            .check_service(tenant, service.as_ref(), described, &mut tell)
            .await?;
        Ok(checked.key)
    }

    async fn check_service(
        &self,
        tenant: TenantId,
        service: &dyn KeyService,
        key: ServiceKey,
        tell: &mut impl FnMut(AttachStep),
    ) -> Result<Checked, AttachError> {
        let context = self.context(tenant, 1);
        let (made, wrapped) = service.generate(&context).await?;
        tell(AttachStep::Generated);
        let opened = service.unwrap(&context, &wrapped).await?;
        if !is_same(&made, &opened) {
            return Err(AttachError::WrongKey);
        }
        tell(AttachStep::Opened);
        let other = self.context(TenantId::from_uuid(Uuid::now_v7()), 1);
        match service.unwrap(&other, &wrapped).await {
            Ok(opened) if is_same(&made, &opened) => return Err(AttachError::ContextIgnored),
            // Another key came out: the context is part of it.
            Ok(_) | Err(KeyServiceError::Tampered) => {}
            Err(error) => return Err(error.into()),
        }
        tell(AttachStep::ContextEnforced);
        Ok(Checked { key, wrapped })
    }

    /// Gives the workspace a new key of the same service, and begins the move to it.
    ///
    /// # Errors
    /// As [`Custody::attach`]. Returns the version.
    pub async fn rotate(&self, tenant: TenantId, by: By<'_>) -> Result<u32, AttachError> {
        self.refuse_moving(tenant).await?;
        let (sealing, row, version) = self.attached(tenant).await?;
        let newest = sealing.keys.iter().map(|key| key.version).max();
        let version = newest.unwrap_or(version).saturating_add(1);
        let service = self.service(&row)?;
        let (_, wrapped) = service.generate(&self.context(tenant, version)).await?;
        let mut key = WorkspaceKeyRow {
            service: row.id,
            version,
            wrapped,
            signature: [0; 32],
        };
        self.signer(tenant).sign_key(&mut key);
        let object = format!("version {version}");
        let deed = (by, "kms.rotated", object.as_str());
        self.begin(tenant, None, Some(&key), deed).await?;
        Ok(version)
    }

    /// Wraps the workspace's key anew under the newest version of the service's own key. The key
    /// itself stays as it is, so nothing has to be sealed again.
    ///
    /// # Errors
    /// As [`Custody::attach`].
    pub async fn rewrap(&self, tenant: TenantId) -> Result<(), AttachError> {
        let (sealing, row, _) = self.attached(tenant).await?;
        let (service, signer) = (self.service(&row)?, self.signer(tenant));
        for mut key in sealing.keys {
            if key.service != row.id {
                continue;
            }
            if !signer.has_signed_key(&key) {
                return Err(VaultError::Tampered.into());
            }
            let context = self.context(tenant, key.version);
            key.wrapped = service.rewrap(&context, &key.wrapped).await?;
            signer.sign_key(&mut key);
            self.store.replace_wrapped(&key).await?;
        }
        Ok(())
    }

    /// Begins the workspace's move back to the installation's keyring.
    ///
    /// # Errors
    /// As [`Custody::attach`].
    pub async fn detach(&self, tenant: TenantId, by: By<'_>) -> Result<(), AttachError> {
        self.refuse_moving(tenant).await?;
        self.attached(tenant).await?;
        self.begin(tenant, None, None, (by, "kms.detached", ""))
            .await
    }

    /// Replaces how to get in at the attached service, with another `identity` where one is given.
    /// The new access has to open the workspace's keys; the old one need not work any more.
    ///
    /// # Errors
    /// As [`Custody::attach`].
    pub async fn replace_access(
        &self,
        tenant: TenantId,
        identity: Option<&str>,
        access: &SecretString,
    ) -> Result<(), AttachError> {
        let (sealing, mut row, _) = self.attached(tenant).await?;
        let signer = self.signer(tenant);
        if !signer.has_signed_service(&row) {
            return Err(VaultError::Tampered.into());
        }
        let mut settings: ServiceSettings =
            serde_json::from_str(&row.settings).map_err(|_| VaultError::Tampered)?;
        if let Some(identity) = identity {
            let none =
                KeyServiceError::Misconfigured("this service has no identity beside its access");
            settings = settings.identified(identity).ok_or(none)?;
        }
        let service = settings.open(&self.egress, access)?;
        for key in sealing.keys.iter().filter(|key| key.service == row.id) {
            if !signer.has_signed_key(key) {
                return Err(VaultError::Tampered.into());
            }
            service
                .unwrap(&self.context(tenant, key.version), &key.wrapped)
                .await?;
        }
        row.settings = write_down(&settings)?;
        let (unlocked, place) = self.access_seal(tenant, row.id)?;
        row.sealed_access = unlocked.seal(access.expose_secret().as_bytes(), &place)?;
        signer.sign_service(&mut row);
        Ok(self.store.replace_access(&row).await?)
    }

    /// Seals the access to the workspace's services anew under the keyring's current version.
    ///
    /// # Errors
    /// As [`Custody::attach`].
    pub async fn reseal_access(&self, tenant: TenantId) -> Result<(), AttachError> {
        let Some(sealing) = self.store.sealing(tenant).await? else {
            return Ok(());
        };
        let signer = self.signer(tenant);
        for mut row in sealing.services {
            if !signer.has_signed_service(&row) {
                return Err(VaultError::Tampered.into());
            }
            let (unlocked, place) = self.access_seal(tenant, row.id)?;
            let access = unlocked.open(&row.sealed_access, &place)?;
            row.sealed_access = unlocked.seal(&access, &place)?;
            signer.sign_service(&mut row);
            self.store.replace_access(&row).await?;
        }
        Ok(())
    }

    /// The service that the workspace is sealed under, or is moving to.
    async fn attached(
        &self,
        tenant: TenantId,
    ) -> Result<(SealingRow, KeyServiceRow, u32), AttachError> {
        let sealing = self.witnessed(tenant).await?;
        let sealing = sealing.ok_or(AttachError::NotAttached)?;
        let (id, version) = sealing.under.ok_or(AttachError::NotAttached)?;
        let row = sealing.services.iter().find(|row| row.id == id).cloned();
        let row = row.ok_or(AttachError::NotAttached)?;
        Ok((sealing, row, version))
    }

    async fn refuse_moving(&self, tenant: TenantId) -> Result<(), AttachError> {
        let sealing = self.witnessed(tenant).await?;
        if sealing.is_some_and(|sealing| sealing.phase != SealingPhase::Settled) {
            return Err(AttachError::Moving);
        }
        Ok(())
    }

    async fn begin(
        &self,
        tenant: TenantId,
        service: Option<&KeyServiceRow>,
        key: Option<&WorkspaceKeyRow>,
        (actor, action, object): (By<'_>, &str, &str),
    ) -> Result<(), AttachError> {
        let from = self.witnessed(tenant).await?;
        let becomes = SealingState {
            under: key.map(|key| (key.service, key.version)),
            from: from.and_then(|sealing| sealing.under),
            phase: Some(SealingPhase::Spreading),
        };
        let signer = self.signer(tenant);
        let witness = |seq| signer.witness(seq, &becomes);
        let step = SealingStep {
            actor,
            action,
            object,
            becomes,
            witness: &witness,
        };
        if self.store.begin_move(tenant, service, key, &step).await? {
            Ok(())
        } else {
            Err(AttachError::Moving)
        }
    }
}

fn write_down(settings: &ServiceSettings) -> Result<String, KeyServiceError> {
    serde_json::to_string(settings)
        .map_err(|_| KeyServiceError::Misconfigured("they cannot be written down"))
}

fn is_same(one: &WorkspaceKey, other: &WorkspaceKey) -> bool {
    subtle::ConstantTimeEq::ct_eq(&one.bytes()[..], &other.bytes()[..]).into()
}
