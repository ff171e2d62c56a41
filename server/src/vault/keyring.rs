//! The local keyring: versions of one master key in a file, and a wrapping key per workspace
//! derived from them.
//!
//! Refuses to wrap or unwrap for one workspace with the key of another: the derivation takes the
//! workspace, and the wrapped bytes are bound to the whole place of the secret.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use contract::TenantId;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::cipher::{self, KEY_LEN, NONCE_LEN, TAG_LEN};
use super::context::SealContext;
use super::error::{KeyringError, VaultError};
use super::keyring_file;
use super::kms::{DataKey, KeyRef, Kms, WrappedKey};

const AUDIT_INFO: &[u8] = b"audit anchors v1";
const KEK_INFO: &[u8] = b"workspace wrapping key v1";
const WRAPPED_LEN: usize = NONCE_LEN + KEY_LEN + TAG_LEN;

/// Master keys in a file of mode 0600. Safe to share between threads and processes.
pub struct Keyring {
    path: PathBuf,
    keys: RwLock<Arc<KeyringKeys>>,
}

/// One state of the file.
pub(super) struct KeyringKeys {
    /// Bound into every envelope; made once, never changed.
    pub(super) installation: Uuid,
    /// Names this keyring in envelopes.
    pub(super) id: Uuid,
    /// The version new secrets are wrapped under.
    pub(super) current: u32,
    /// Every version still held.
    pub(super) versions: BTreeMap<u32, Zeroizing<[u8; KEY_LEN]>>,
}

impl Keyring {
    /// Opens the keyring at `path`, or creates it with one fresh key.
    ///
    /// The folder must exist. Several processes may call this at once for the same path: one
    /// creates, all use the same keys. Refuses links, loose modes and files of other users.
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Self, KeyringError> {
        let path = path.as_ref();
        let keys = match keyring_file::read(path)? {
            Some(keys) => keys,
            None => keyring_file::create(path)?,
        };
        Ok(Self {
            path: path.to_path_buf(),
            keys: RwLock::new(Arc::new(keys)),
        })
    }

    /// The installation this keyring belongs to.
    #[must_use]
    pub fn installation(&self) -> Uuid {
        self.keys().installation
    }

    /// The version new secrets are wrapped under.
    #[must_use]
    pub fn current_version(&self) -> u32 {
        self.keys().current
    }

    /// Adds a fresh version and makes it current; older ones still open. Returns its number.
    ///
    /// Other processes wrap under the old version until they meet the new one or restart; both
    /// kinds of envelope open everywhere.
    pub fn rotate(&self) -> Result<u32, KeyringError> {
        let keys = keyring_file::add_version(&self.path)?;
        let version = keys.current;
        self.replace(keys);
        Ok(version)
    }

    /// The key that signs where the audit log of `tenant` stood. It opens nothing and is made from
    /// the oldest version held, so that a rotation leaves signatures as they are.
    #[must_use]
    pub fn audit_key(&self, tenant: TenantId) -> Zeroizing<[u8; KEY_LEN]> {
        let keys = self.keys();
        let mut key = Zeroizing::new([0; KEY_LEN]);
        let tenant = tenant.uuid();
        let info: [&[u8]; 3] = [AUDIT_INFO, keys.installation.as_bytes(), tenant.as_bytes()];
        if let Some(master) = keys.versions.values().next() {
            cipher::expand(master, &info, &mut key[..]);
        }
        key
    }

    fn keys(&self) -> Arc<KeyringKeys> {
        // A poisoned lock still holds a whole state: it is only ever replaced at once.
        let guard = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&guard)
    }

    fn replace(&self, keys: KeyringKeys) {
        let mut guard = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        *guard = Arc::new(keys);
    }

    /// The keys with `wanted` among them; reads the file again when another process has rotated.
    fn holding(&self, wanted: KeyRef) -> Result<Arc<KeyringKeys>, VaultError> {
        let unknown = VaultError::UnknownKey {
            version: wanted.version,
        };
        let keys = self.keys();
        if wanted.id != keys.id {
            return Err(unknown);
        }
        if keys.versions.contains_key(&wanted.version) {
            return Ok(keys);
        }
        let fresh = keyring_file::read(&self.path)
            .ok()
            .flatten()
            .ok_or(VaultError::Unavailable("the keyring file cannot be read"))?;
        if fresh.id != keys.id || !fresh.versions.contains_key(&wanted.version) {
            return Err(unknown);
        }
        self.replace(fresh);
        Ok(self.keys())
    }
}

impl KeyringKeys {
    /// The wrapping key of `tenant` in `version`.
    fn wrapping_key(&self, tenant: TenantId, version: u32) -> Option<Zeroizing<[u8; KEY_LEN]>> {
        let master = self.versions.get(&version)?;
        let mut key = Zeroizing::new([0; KEY_LEN]);
        let tenant = tenant.uuid();
        let info: [&[u8]; 3] = [KEK_INFO, self.installation.as_bytes(), tenant.as_bytes()];
        cipher::expand(master, &info, &mut key[..]);
        Some(key)
    }
}

impl Kms for Keyring {
    fn wrap(&self, context: &SealContext, key: &DataKey) -> Result<WrappedKey, VaultError> {
        let keys = self.keys();
        let name = KeyRef {
            id: keys.id,
            version: keys.current,
        };
        let kek =
            keys.wrapping_key(context.tenant, name.version)
                .ok_or(VaultError::UnknownKey {
                    version: name.version,
                })?;
        let nonce = cipher::random_nonce()?;
        let mut body = Zeroizing::new(*key.bytes());
        let tag = cipher::encrypt(&kek, &nonce, &wrap_aad(context, name), &mut body[..])?;
        let mut bytes = Vec::with_capacity(WRAPPED_LEN);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&body[..]);
        bytes.extend_from_slice(&tag);
        Ok(WrappedKey { key: name, bytes })
    }

    fn unwrap(&self, context: &SealContext, wrapped: &WrappedKey) -> Result<DataKey, VaultError> {
        let keys = self.holding(wrapped.key)?;
        let kek = keys
            .wrapping_key(context.tenant, wrapped.key.version)
            .ok_or(VaultError::UnknownKey {
                version: wrapped.key.version,
            })?;
        let (nonce, body, tag) = split(&wrapped.bytes).ok_or(VaultError::Tampered)?;
        let mut key = Zeroizing::new(*body);
        let aad = wrap_aad(context, wrapped.key);
        cipher::decrypt(&kek, nonce, &aad, &mut key[..], tag)?;
        Ok(DataKey::from_zeroizing(key))
    }
}

/// Associated data of a wrapped key: the place of the secret, and which key wraps.
fn wrap_aad(context: &SealContext, key: KeyRef) -> Vec<u8> {
    let mut name = [0; 20];
    name[..16].copy_from_slice(key.id.as_bytes());
    name[16..].copy_from_slice(&key.version.to_be_bytes());
    context.bind(&name)
}

type WrappedParts<'a> = (&'a [u8; NONCE_LEN], &'a [u8; KEY_LEN], &'a [u8; TAG_LEN]);

fn split(bytes: &[u8]) -> Option<WrappedParts<'_>> {
    let (nonce, rest) = bytes.split_first_chunk()?;
    let (body, tag) = rest.split_last_chunk()?;
    Some((nonce, body.try_into().ok()?, tag))
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys();
        f.debug_struct("Keyring")
            .field("id", &keys.id)
            .field("current", &keys.current)
            .field("keys", &"***")
            .finish_non_exhaustive()
    }
}
