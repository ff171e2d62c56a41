//! Private keys and account keys, sealed under the installation's keyring.
//!
//! Refuses to print a key: what is opened goes into the cryptography library and nowhere else. What is
//! sealed for one host opens for no other.

use crate::vault::{Keyring, SealContext, Unlocked, VaultError};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use store::platform::certificates::nobody;
use store::{Store, StoreError};
use uuid::Uuid;
use zeroize::Zeroizing;

/// A chain with its private key, in the clear.
pub(crate) struct Bundle {
    /// The leaf first, as the authority gave it.
    pub(crate) chain_pem: String,
    /// PKCS#8, DER.
    pub(crate) key_der: Zeroizing<Vec<u8>>,
}

/// Something could not be sealed, opened or stored.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The keyring does not open it.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn unlocked(keyring: &Keyring) -> Result<Unlocked, VaultError> {
    let keys = Arc::new(keyring.keys_of(nobody())?);
    Ok(Unlocked::new(keyring.installation(), nobody(), keys))
}

/// The place of what belongs to `name`: rows are named by what they are about, so a row that was put in
/// another's place does not open.
fn place(
    unlocked: &Unlocked,
    table: &'static str,
    column: &'static str,
    name: &str,
) -> SealContext {
    let digest = Sha256::digest(name.as_bytes());
    let mut row = [0; 16];
    row.copy_from_slice(&digest[..16]);
    unlocked.context(table, Uuid::from_bytes(row), column)
}

impl Bundle {
    /// Seals it for `host`.
    pub(crate) fn seal(&self, keyring: &Keyring, host: &str) -> Result<Vec<u8>, VaultError> {
        let unlocked = unlocked(keyring)?;
        let length = u32::try_from(self.key_der.len()).map_err(|_| VaultError::TooLarge)?;
        let mut plain = Zeroizing::new(Vec::with_capacity(
            4 + self.key_der.len() + self.chain_pem.len(),
        ));
        plain.extend_from_slice(&length.to_be_bytes());
        plain.extend_from_slice(&self.key_der);
        plain.extend_from_slice(self.chain_pem.as_bytes());
        let place = place(&unlocked, "certificates", "sealed", host);
        unlocked.seal(&plain, &place)
    }

    /// Opens what was sealed for `host`.
    pub(crate) fn open(keyring: &Keyring, host: &str, sealed: &[u8]) -> Result<Self, VaultError> {
        let unlocked = unlocked(keyring)?;
        let place = place(&unlocked, "certificates", "sealed", host);
        let plain = unlocked.open(sealed, &place)?;
        let (length, rest) = plain.split_first_chunk().ok_or(VaultError::Tampered)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (key, chain) = rest.split_at_checked(length).ok_or(VaultError::Tampered)?;
        let chain = std::str::from_utf8(chain).map_err(|_| VaultError::Tampered)?;
        Ok(Self {
            chain_pem: chain.to_owned(),
            key_der: Zeroizing::new(key.to_vec()),
        })
    }
}

/// Seals a chain (PEM, the leaf first) with its private key (PKCS#8, DER) for `host`, as it is stored.
///
/// # Errors
/// The keyring has no key for it.
pub fn seal_certificate(
    keyring: &Keyring,
    host: &str,
    chain_pem: &str,
    key_der: &[u8],
) -> Result<Vec<u8>, SealError> {
    let bundle = Bundle {
        chain_pem: chain_pem.to_owned(),
        key_der: Zeroizing::new(key_der.to_vec()),
    };
    Ok(bundle.seal(keyring, host)?)
}

/// Seals an account's key (PKCS#8, DER) for the authority with this directory.
pub(super) fn seal_account_key(
    keyring: &Keyring,
    directory: &str,
    key: &[u8],
) -> Result<Vec<u8>, VaultError> {
    let unlocked = unlocked(keyring)?;
    let place = place(&unlocked, "acme_accounts", "sealed_key", directory);
    unlocked.seal(key, &place)
}

/// Opens what [`seal_account_key`] made.
pub(super) fn open_account_key(
    keyring: &Keyring,
    directory: &str,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let unlocked = unlocked(keyring)?;
    let place = place(&unlocked, "acme_accounts", "sealed_key", directory);
    unlocked.open(sealed, &place)
}

/// Seals everything here anew under the keyring's current version. Returns how many values were sealed
/// anew, and how many no key opened.
///
/// # Errors
/// Storage failed; what was done stays done.
pub async fn reseal(store: &Store, keyring: &Keyring) -> Result<(u64, u64), SealError> {
    let (mut moved, mut unreadable) = (0, 0);
    let mut after = String::new();
    loop {
        let rows = store.sealed_certificates_after(&after).await?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.host);
        for row in rows {
            let Ok(bundle) = Bundle::open(keyring, &row.host, &row.sealed) else {
                unreadable += 1;
                continue;
            };
            let anew = bundle.seal(keyring, &row.host)?;
            // Somebody else wrote there meanwhile: under the current version.
            if store
                .replace_sealed_certificate(&row.host, &row.sealed, &anew)
                .await?
            {
                moved += 1;
            }
        }
    }
    for row in store.acme_accounts().await? {
        let Ok(key) = open_account_key(keyring, &row.directory, &row.sealed_key) else {
            unreadable += 1;
            continue;
        };
        let anew = seal_account_key(keyring, &row.directory, &key)?;
        store.replace_acme_key(&row.directory, &anew).await?;
        moved += 1;
    }
    Ok((moved, unreadable))
}
