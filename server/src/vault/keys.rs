//! The keys below a secret: the data key of one secret, and the workspace key that wraps it.
//!
//! Refuses to show key bytes: no `Display`, no `Serialize`, a starred `Debug`.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::cipher::{self, KEY_LEN, NONCE_LEN, TAG_LEN};
use super::context::SealContext;
use super::error::VaultError;

const WRAPPED_LEN: usize = NONCE_LEN + KEY_LEN + TAG_LEN;

/// Bytes of a workspace key.
pub const WORKSPACE_KEY_LEN: usize = KEY_LEN;

/// A 256-bit key for one secret. Overwritten with zeros when dropped.
pub(super) struct DataKey(Zeroizing<[u8; KEY_LEN]>);

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

/// Names a workspace key; stands in the envelope in the clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyRef {
    /// The keyring or the key service.
    pub id: Uuid,
    /// Version of the workspace key there, from 1.
    pub version: u32,
}

impl KeyRef {
    /// As it stands in every envelope from [`super::KEY_REF_AT`] on.
    #[must_use]
    pub fn bytes(&self) -> [u8; 20] {
        let mut bytes = [0; 20];
        bytes[..16].copy_from_slice(self.id.as_bytes());
        bytes[16..].copy_from_slice(&self.version.to_be_bytes());
        bytes
    }
}

/// A data key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WrappedKey {
    /// The key it is wrapped under.
    pub(super) key: KeyRef,
    /// Nonce, ciphertext, tag.
    pub(super) bytes: Vec<u8>,
}

/// A workspace key in the clear. Overwritten with zeros when dropped; `Debug` shows stars.
#[derive(Clone)]
pub struct WorkspaceKey(Zeroizing<[u8; KEY_LEN]>);

impl WorkspaceKey {
    /// Takes the bytes that a keyring or a key service gave.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; KEY_LEN]>) -> Self {
        Self(bytes)
    }

    /// The bytes, for a key service that wraps them.
    #[must_use]
    pub fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }
}

impl fmt::Debug for WorkspaceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WorkspaceKey(***)")
    }
}

/// The keys of one workspace: one that new secrets are wrapped under, and those that still open.
#[derive(Debug)]
pub struct WorkspaceKeys {
    current: KeyRef,
    held: Vec<(KeyRef, WorkspaceKey)>,
}

impl WorkspaceKeys {
    /// Fails with [`VaultError::UnknownKey`] when `current` is not among `held`.
    pub fn new(current: KeyRef, held: Vec<(KeyRef, WorkspaceKey)>) -> Result<Self, VaultError> {
        let keys = Self { current, held };
        keys.get(current).map(|_| ())?;
        Ok(keys)
    }

    /// All of them, for a custodian that adds others.
    #[must_use]
    pub fn into_held(self) -> Vec<(KeyRef, WorkspaceKey)> {
        self.held
    }

    /// The key new secrets are wrapped under.
    #[must_use]
    pub const fn current(&self) -> KeyRef {
        self.current
    }

    fn get(&self, name: KeyRef) -> Result<&WorkspaceKey, VaultError> {
        let found = self.held.iter().find(|(held, _)| *held == name);
        found.map(|(_, key)| key).ok_or(VaultError::UnknownKey {
            version: name.version,
        })
    }

    pub(super) fn wrap(
        &self,
        context: &SealContext,
        key: &DataKey,
    ) -> Result<WrappedKey, VaultError> {
        let kek = self.get(self.current)?;
        let nonce = cipher::random_nonce()?;
        let mut body = Zeroizing::new(*key.bytes());
        let aad = context.bind(&self.current.bytes());
        let tag = cipher::encrypt(kek.bytes(), &nonce, &aad, &mut body[..])?;
        let mut bytes = Vec::with_capacity(WRAPPED_LEN);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&body[..]);
        bytes.extend_from_slice(&tag);
        Ok(WrappedKey {
            key: self.current,
            bytes,
        })
    }

    pub(super) fn unwrap(
        &self,
        context: &SealContext,
        name: KeyRef,
        wrapped: &[u8],
    ) -> Result<DataKey, VaultError> {
        let kek = self.get(name)?;
        let (nonce, body, tag) = split(wrapped).ok_or(VaultError::Tampered)?;
        let mut key = Zeroizing::new(*body);
        let aad = context.bind(&name.bytes());
        cipher::decrypt(kek.bytes(), nonce, &aad, &mut key[..], tag)?;
        Ok(DataKey::from_zeroizing(key))
    }
}

type WrappedParts<'a> = (&'a [u8; NONCE_LEN], &'a [u8; KEY_LEN], &'a [u8; TAG_LEN]);

fn split(bytes: &[u8]) -> Option<WrappedParts<'_>> {
    let (nonce, rest) = bytes.split_first_chunk()?;
    let (body, tag) = rest.split_last_chunk()?;
    Some((nonce, body.try_into().ok()?, tag))
}
