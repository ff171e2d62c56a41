//! One workspace, unlocked: sealing and opening with its keys in memory.
//!
//! Refuses to hand out anything lower: no caller passes a nonce, a raw key or free-form
//! associated data.

use std::fmt;
use std::sync::Arc;

use contract::TenantId;
use tokio::time::Instant;
use uuid::Uuid;
use zeroize::{Zeroize, Zeroizing};

use super::cipher;
use super::context::SealContext;
use super::envelope::{self, Envelope};
use super::error::VaultError;
use super::keys::{DataKey, KeyRef, WorkspaceKeys};

/// Largest secret the vault accepts, in bytes (16 MiB).
pub const SECRET_MAX_BYTES: usize = 16 * 1024 * 1024;

/// Seals and opens for one workspace. For one piece of work: once the time of the keys is over it
/// seals and opens nothing any more, however long somebody keeps it.
#[derive(Clone)]
pub struct Unlocked {
    installation: Uuid,
    tenant: TenantId,
    keys: Arc<WorkspaceKeys>,
    /// When their time is over; `None`: they are the keyring's, which is here all the time.
    until: Option<Instant>,
}

impl Unlocked {
    pub(crate) const fn new(
        installation: Uuid,
        tenant: TenantId,
        keys: Arc<WorkspaceKeys>,
    ) -> Self {
        Self {
            installation,
            tenant,
            keys,
            until: None,
        }
    }

    /// The same, for no longer than `until`.
    pub(super) fn until(self, until: Instant) -> Self {
        Self {
            until: Some(until),
            ..self
        }
    }

    fn in_time(&self) -> Result<(), VaultError> {
        match self.until {
            Some(until) if Instant::now() >= until => {
                Err(VaultError::Unavailable("the time of its key is over"))
            }
            _ => Ok(()),
        }
    }

    /// The key that new secrets are wrapped under.
    #[must_use]
    pub fn current(&self) -> KeyRef {
        self.keys.current()
    }

    /// Names the place a secret lives in: the only place it will open in.
    #[must_use]
    pub const fn context(
        &self,
        table: &'static str,
        row: Uuid,
        column: &'static str,
    ) -> SealContext {
        SealContext {
            installation: self.installation,
            tenant: self.tenant,
            table,
            row,
            column,
        }
    }

    /// Seals `secret` for the place named by `context`, under a key made for this call alone.
    ///
    /// Fails with [`VaultError::Unavailable`] when the system's random source does not answer or
    /// the time of the keys is over, and with [`VaultError::TooLarge`] above [`SECRET_MAX_BYTES`].
    pub fn seal(&self, secret: &[u8], context: &SealContext) -> Result<Vec<u8>, VaultError> {
        if secret.len() > SECRET_MAX_BYTES {
            return Err(VaultError::TooLarge);
        }
        self.in_time()?;
        let key = DataKey::generate()?;
        let wrapped = self.keys.wrap(context, &key)?;
        let nonce = cipher::random_nonce()?;
        let derived = cipher::derive(&key);
        let mut sealed =
            envelope::write_header(&wrapped, &nonce, derived.commitment(), secret.len())?;
        let header_len = sealed.len();
        let aad = context.bind(&sealed);
        sealed.extend_from_slice(secret);
        match derived.encrypt(&nonce, &aad, &mut sealed[header_len..]) {
            Ok(tag) => {
                sealed.extend_from_slice(&tag);
                Ok(sealed)
            }
            Err(error) => {
                sealed.zeroize();
                Err(error)
            }
        }
    }

    /// Opens what [`Unlocked::seal`] returned for the same `context`.
    ///
    /// Fails with [`VaultError::Tampered`] when one bit differs or the place is another one, and
    /// with [`VaultError::UnknownKey`] when the key it names opens nothing any more. Never returns
    /// a part. Fails with [`VaultError::Unavailable`] when the time of the keys is over.
    pub fn open(
        &self,
        sealed: &[u8],
        context: &SealContext,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.in_time()?;
        let envelope = Envelope::parse(sealed)?;
        let key = self
            .keys
            .unwrap(context, envelope.key(), envelope.wrapped())?;
        open_with(&key, &envelope, context)
    }
}

pub(super) fn open_with(
    key: &DataKey,
    envelope: &Envelope<'_>,
    context: &SealContext,
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let derived = cipher::derive(key);
    // AES-GCM alone does not commit to its key; a ciphertext made to open under two keys is
    // refused here, before anything is decrypted.
    if !derived.commits_to(envelope.commitment()) {
        return Err(VaultError::Tampered);
    }
    let aad = context.bind(envelope.header());
    let mut secret = Zeroizing::new(envelope.ciphertext().to_vec());
    derived.decrypt(envelope.nonce(), &aad, &mut secret, envelope.tag())?;
    Ok(secret)
}

impl fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unlocked")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}
