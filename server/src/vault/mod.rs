//! The vault: sealing of secrets and of everything people write.
//!
//! Owns the envelope (a fresh 256-bit key per secret, AES-256-GCM, a commitment to the key) and
//! the keyring under which those keys are wrapped, one wrapping key per workspace.
//!
//! Refuses to hand out anything lower: no caller passes a nonce, a raw key or free-form
//! associated data. What is sealed for one place (workspace, table, row, column) opens only there.
//!
//! # Layers
//!
//! [`Vault::seal`] makes a data key, asks the [`Kms`] to wrap it for the workspace and writes the
//! envelope. [`Keyring`] is the [`Kms`] that needs nothing but a file. Another one (a cloud
//! service, a hardware module) is another implementation of [`Kms`]; callers of the vault stay as
//! they are.

mod cipher;
mod context;
mod envelope;
mod error;
mod keyring;
mod keyring_file;
mod kms;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use contract::TenantId;
use uuid::Uuid;
use zeroize::{Zeroize, Zeroizing};

use self::envelope::Envelope;

pub use self::context::SealContext;
pub use self::error::{KeyringError, VaultError};
pub use self::keyring::Keyring;
pub use self::kms::{DataKey, KeyRef, Kms, WrappedKey};

/// Largest secret the vault accepts, in bytes (16 MiB).
pub const SECRET_MAX_BYTES: usize = 16 * 1024 * 1024;

/// Seals and opens secrets. Cheap to clone; every clone uses the same keys.
#[derive(Clone)]
pub struct Vault {
    kms: Arc<dyn Kms>,
    installation: Uuid,
}

impl Vault {
    /// A vault on the local keyring.
    #[must_use]
    pub fn new(keyring: Arc<Keyring>) -> Self {
        let installation = keyring.installation();
        Self::with_kms(keyring, installation)
    }

    /// A vault whose data keys are wrapped by `kms`. `installation` is bound into every envelope.
    #[must_use]
    pub fn with_kms(kms: Arc<dyn Kms>, installation: Uuid) -> Self {
        Self { kms, installation }
    }

    /// Names the place a secret lives in: the only place it will open in.
    #[must_use]
    pub const fn context(
        &self,
        tenant: TenantId,
        table: &'static str,
        row: Uuid,
        column: &'static str,
    ) -> SealContext {
        SealContext {
            installation: self.installation,
            tenant,
            table,
            row,
            column,
        }
    }

    /// Seals `secret` for the place named by `context`, under a key made for this call alone.
    ///
    /// Fails with [`VaultError::Unavailable`] when the keyring or the system's random source
    /// does not answer, and with [`VaultError::TooLarge`] above [`SECRET_MAX_BYTES`].
    pub fn seal(&self, secret: &[u8], context: &SealContext) -> Result<Vec<u8>, VaultError> {
        if secret.len() > SECRET_MAX_BYTES {
            return Err(VaultError::TooLarge);
        }
        let key = DataKey::generate()?;
        let wrapped = self.kms.wrap(context, &key)?;
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

    /// Opens what [`Vault::seal`] returned for the same `context`.
    ///
    /// Fails with [`VaultError::Tampered`] when one bit differs or the place is another one,
    /// [`VaultError::UnknownKey`] when the keyring has no such version, and
    /// [`VaultError::Unavailable`] when the keyring does not answer. Never returns a part.
    pub fn open(
        &self,
        sealed: &[u8],
        context: &SealContext,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let envelope = Envelope::parse(sealed)?;
        let key = self.kms.unwrap(context, &envelope.wrapped())?;
        let derived = cipher::derive(&key);
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
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("installation", &self.installation)
            .finish_non_exhaustive()
    }
}
