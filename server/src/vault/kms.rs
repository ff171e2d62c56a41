//! The seam to whatever holds the wrapping keys, and the data keys that cross it.
//!
//! Refuses to show key bytes outside the vault: no `Display`, no `Serialize`, a starred `Debug`.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::cipher::{self, KEY_LEN};
use super::context::SealContext;
use super::error::VaultError;

/// A 256-bit key for one secret. Overwritten with zeros when dropped.
pub struct DataKey(Zeroizing<[u8; KEY_LEN]>);

impl DataKey {
    /// A fresh key from the operating system.
    pub(super) fn generate() -> Result<Self, VaultError> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        cipher::fill_random(&mut key[..])?;
        Ok(Self(key))
    }

    pub(super) const fn from_zeroizing(key: Zeroizing<[u8; KEY_LEN]>) -> Self {
        Self(key)
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(***)")
    }
}

/// Names a wrapping key and its version; stands in the envelope in the clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyRef {
    /// The keyring or key-service key.
    pub id: Uuid,
    /// Its version, from 1.
    pub version: u32,
}

/// A data key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// The key it is wrapped under.
    pub key: KeyRef,
    /// At most 65,535 bytes; their format belongs to the implementation.
    pub bytes: Vec<u8>,
}

/// Holds the wrapping keys of all workspaces.
///
/// Both calls return at once: they stand in the path of every message that is shown. An
/// implementation over a network keeps the workspace's wrapping key for at most 60 seconds,
/// refreshes it on a task of its own, and answers [`VaultError::Unavailable`] when it has none.
pub trait Kms: Send + Sync {
    /// Wraps `key` under the current version of the key of `context.tenant`.
    fn wrap(&self, context: &SealContext, key: &DataKey) -> Result<WrappedKey, VaultError>;

    /// Unwraps what [`Kms::wrap`] returned for the same context.
    ///
    /// [`VaultError::Tampered`] when it was changed or made for another context,
    /// [`VaultError::UnknownKey`] when the named version is not held.
    fn unwrap(&self, context: &SealContext, wrapped: &WrappedKey) -> Result<DataKey, VaultError>;
}
