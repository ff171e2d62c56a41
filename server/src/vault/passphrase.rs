//! A passphrase in front of the keyring: whoever has the file alone has nothing.
//!
//! The key that locks is derived with argon2id and kept in memory, because the file is read often
//! and the derivation is slow on purpose.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::cipher::{self, KEY_LEN, NONCE_LEN, TAG_LEN};
use super::error::KeyringError;

/// Shorter ones are guessed.
const SHORTEST_CHARS: usize = 12;
/// Memory of the derivation, in KiB (64 MiB), and its passes: OWASP's advice and then some.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// What a file may ask for at most, so that an edited one cannot stop the start.
const MEMORY_MOST_KIB: u32 = 1024 * 1024;
const PASSES_MOST: u32 = 16;
const SALT_LEN: usize = 16;

/// How the key that locks is derived; stands in the file in the clear.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lock {
    kdf: String,
    salt: String,
    memory_kib: u32,
    passes: u32,
}

/// The passphrase, and the key last derived from it.
pub struct Passphrase {
    text: Zeroizing<String>,
    derived: Mutex<Option<(Lock, Zeroizing<[u8; KEY_LEN]>)>>,
}

impl Passphrase {
    /// Takes what stood in a file, without the line break at its end.
    ///
    /// Fails with [`KeyringError::WeakPassphrase`] below twelve letters.
    pub fn new(text: &str) -> Result<Self, KeyringError> {
        let trimmed = Zeroizing::new(text.trim().to_owned());
        if trimmed.chars().count() < SHORTEST_CHARS {
            return Err(KeyringError::WeakPassphrase);
        }
        Ok(Self {
            text: trimmed,
            derived: Mutex::new(None),
        })
    }

    /// A lock with a salt of its own.
    pub(super) fn fresh_lock() -> Result<Lock, KeyringError> {
        let mut salt = [0; SALT_LEN];
        cipher::fill_random(&mut salt).map_err(|_| KeyringError::NoRandomness)?;
        Ok(Lock {
            kdf: "argon2id".to_owned(),
            salt: STANDARD.encode(salt),
            memory_kib: MEMORY_KIB,
            passes: PASSES,
        })
    }

    /// A key as it stands in the file: nonce, ciphertext, tag.
    pub(super) fn seal(
        &self,
        lock: &Lock,
        place: &[u8],
        key: &[u8; KEY_LEN],
    ) -> Result<Vec<u8>, KeyringError> {
        let locking = self.key(lock)?;
        let mut body = Zeroizing::new(*key);
        let sealed = cipher::random_nonce().and_then(|nonce| {
            let tag = cipher::encrypt(&locking, &nonce, place, &mut body[..])?;
            Ok([&nonce[..], &body[..], &tag[..]].concat())
        });
        sealed.map_err(|_| KeyringError::NoRandomness)
    }

    /// Opens what [`Passphrase::seal`] returned for the same place.
    pub(super) fn open(
        &self,
        lock: &Lock,
        place: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyringError> {
        let malformed = KeyringError::Malformed("a locked key is short");
        if sealed.len() != NONCE_LEN + KEY_LEN + TAG_LEN {
            return Err(malformed);
        }
        let Some((nonce, rest)) = sealed.split_first_chunk::<NONCE_LEN>() else {
            return Err(malformed);
        };
        let Some((body, tag)) = rest.split_last_chunk::<TAG_LEN>() else {
            return Err(malformed);
        };
        let mut key = Zeroizing::new([0; KEY_LEN]);
        key.copy_from_slice(body);
        cipher::decrypt(&*self.key(lock)?, nonce, place, &mut key[..], tag)
            .map_err(|_| KeyringError::WrongPassphrase)?;
        Ok(key)
    }

    fn key(&self, lock: &Lock) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyringError> {
        // A poisoned lock still holds a whole pair: it is only ever replaced at once.
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, key)) = &*derived
            && of == lock
        {
            return Ok(key.clone());
        }
        let malformed = KeyringError::Malformed("its lock is not one of ours");
        let known = lock.kdf == "argon2id"
            && (1..=MEMORY_MOST_KIB).contains(&lock.memory_kib)
            && (1..=PASSES_MOST).contains(&lock.passes);
        let salt = STANDARD.decode(&lock.salt).ok();
        let Some(salt) = salt.filter(|salt| known && salt.len() == SALT_LEN) else {
            return Err(malformed);
        };
        let Ok(params) = Params::new(lock.memory_kib, lock.passes, 1, Some(KEY_LEN)) else {
            return Err(malformed);
        };
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut key = Zeroizing::new([0; KEY_LEN]);
        argon
            .hash_password_into(self.text.as_bytes(), &salt, &mut key[..])
            .map_err(|_| KeyringError::Malformed("its lock cannot be derived"))?;
        *derived = Some((lock.clone(), key.clone()));
        Ok(key)
    }
}

/// What a locked key is bound to: its keyring and its version.
pub(super) fn place_of(installation: Uuid, id: Uuid, version: u32) -> Vec<u8> {
    let mut place = b"locked-keyring-key-v1".to_vec();
    place.extend_from_slice(installation.as_bytes());
    place.extend_from_slice(id.as_bytes());
    place.extend_from_slice(&version.to_be_bytes());
    place
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(***)")
    }
}
