//! AES-256-GCM and the derivation of key and commitment from a data key.
//!
//! Private to the vault. Refuses caller-chosen nonces: they come from [`random_nonce`] only.

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::error::VaultError;
use super::keys::DataKey;

/// Bytes of a key.
pub(super) const KEY_LEN: usize = 32;
/// Bytes of a nonce.
pub(super) const NONCE_LEN: usize = 12;
/// Bytes of an authentication tag.
pub(super) const TAG_LEN: usize = 16;
/// Bytes of a key commitment.
pub(super) const COMMITMENT_LEN: usize = 32;

const ENCRYPTION_INFO: &[u8] = b"sealed-row-v1 encryption key";
const COMMITMENT_INFO: &[u8] = b"sealed-row-v1 key commitment";

/// Fills `bytes` from the operating system.
pub(super) fn fill_random(bytes: &mut [u8]) -> Result<(), VaultError> {
    SysRng
        .try_fill_bytes(bytes)
        .map_err(|_| VaultError::Unavailable("no random numbers from the system"))
}

/// A nonce for one encryption.
pub(super) fn random_nonce() -> Result<[u8; NONCE_LEN], VaultError> {
    let mut nonce = [0; NONCE_LEN];
    fill_random(&mut nonce)?;
    Ok(nonce)
}

/// What a data key turns into: the key that encrypts and the commitment that stands beside it.
pub(super) struct Derived {
    key: Zeroizing<[u8; KEY_LEN]>,
    commitment: [u8; COMMITMENT_LEN],
}

/// Derives both from `key` by HKDF-SHA-256. A second data key with the same commitment would be a
/// collision of SHA-256.
pub(super) fn derive(key: &DataKey) -> Derived {
    let mut derived = Derived {
        key: Zeroizing::new([0; KEY_LEN]),
        commitment: [0; COMMITMENT_LEN],
    };
    expand(key.bytes(), &[ENCRYPTION_INFO], &mut derived.key[..]);
    expand(key.bytes(), &[COMMITMENT_INFO], &mut derived.commitment);
    derived
}

/// HKDF-SHA-256 with `key` (uniformly random, 32 bytes) and the concatenated `info`.
pub(super) fn expand(key: &[u8; KEY_LEN], info: &[&[u8]], out: &mut [u8]) {
    let hkdf = Hkdf::<Sha256>::new(None, key);
    let expanded = hkdf.expand_multi_info(info, out);
    debug_assert!(expanded.is_ok(), "32 bytes are within HKDF's limit");
}

impl Derived {
    pub(super) const fn commitment(&self) -> &[u8; COMMITMENT_LEN] {
        &self.commitment
    }

    /// Whether `commitment` is this key's, in constant time.
    pub(super) fn commits_to(&self, commitment: &[u8; COMMITMENT_LEN]) -> bool {
        self.commitment.ct_eq(commitment).into()
    }

    pub(super) fn encrypt(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Result<[u8; TAG_LEN], VaultError> {
        encrypt(&self.key, nonce, aad, buffer)
    }

    pub(super) fn decrypt(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), VaultError> {
        decrypt(&self.key, nonce, aad, buffer, tag)
    }
}

/// Encrypts `buffer` in place and returns the tag.
pub(super) fn encrypt(
    key: &[u8; KEY_LEN],
    nonce: &[u8; NONCE_LEN],
    aad: &[u8],
    buffer: &mut [u8],
) -> Result<[u8; TAG_LEN], VaultError> {
    let cipher = Aes256Gcm::new(key.into());
    cipher
        .encrypt_inout_detached(&Nonce::from(*nonce), aad, buffer.into())
        .map(Into::into)
        .map_err(|_| VaultError::TooLarge)
}

/// Decrypts `buffer` in place; it is unchanged when the tag does not match.
pub(super) fn decrypt(
    key: &[u8; KEY_LEN],
    nonce: &[u8; NONCE_LEN],
    aad: &[u8],
    buffer: &mut [u8],
    tag: &[u8; TAG_LEN],
) -> Result<(), VaultError> {
    let cipher = Aes256Gcm::new(key.into());
    cipher
        .decrypt_inout_detached(&Nonce::from(*nonce), aad, buffer.into(), tag.into())
        .map_err(|_| VaultError::Tampered)
}
