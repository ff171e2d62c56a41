//! The local keyring: versions of one master key in a file, and a wrapping key per workspace
//! derived from them.
//!
//! Refuses to make a workspace's key without the workspace: the derivation takes both.
//!
//! A rotation has three steps, each of them for good: a version is added, so that every process
//! can open what is wrapped under it; it is made current; and the floor is raised, after which
//! older ones open nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use contract::TenantId;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::cipher::{self, KEY_LEN};
use super::error::{KeyringError, VaultError};
use super::keyring_file::{self, KeyringFile};
use super::keys::{KeyRef, WorkspaceKey, WorkspaceKeys};
use super::passphrase::Passphrase;
use super::unlock::Custodian;

const AUDIT_INFO: &[u8] = b"audit anchors v1";
const KEK_INFO: &[u8] = b"workspace wrapping key v1";

/// Master keys in a file of mode 0600. Safe to share between threads and processes.
pub struct Keyring {
    file: KeyringFile,
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
    /// The oldest version that still opens secrets; older ones only sign.
    pub(super) floor: u32,
    /// The file it was read from is locked with a passphrase.
    pub(super) is_locked: bool,
    /// Every version, from the first.
    pub(super) versions: BTreeMap<u32, Zeroizing<[u8; KEY_LEN]>>,
}

impl Keyring {
    /// Opens the keyring at `path`, or creates it with one fresh key.
    ///
    /// The folder must exist. Several processes may call this at once for the same path: one
    /// creates, all use the same keys. Refuses links, loose modes and files of other users.
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Self, KeyringError> {
        Self::open_with(path, None)
    }

    /// The same for a keyring that `passphrase` locks. One that is not locked yet is locked now; one
    /// that is, opens with its passphrase alone.
    pub fn open_with(
        path: impl AsRef<Path>,
        passphrase: Option<Passphrase>,
    ) -> Result<Self, KeyringError> {
        let file = KeyringFile {
            path: path.as_ref().to_path_buf(),
            passphrase,
        };
        let mut keys = match keyring_file::read(&file)? {
            Some(keys) => keys,
            None => keyring_file::create(&file)?,
        };
        if file.passphrase.is_some() && !keys.is_locked {
            keys = keyring_file::change(&file, |_| Ok(()))?;
        }
        Ok(Self {
            file,
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

    /// The newest version; above the current one while a rotation waits for every process to hold
    /// it.
    #[must_use]
    pub fn newest_version(&self) -> u32 {
        self.keys().newest()
    }

    /// The oldest version that still opens secrets.
    #[must_use]
    pub fn floor(&self) -> u32 {
        self.keys().floor
    }

    /// Adds a fresh version, which opens and does not yet wrap. Returns its number.
    pub fn add_version(&self) -> Result<u32, KeyringError> {
        self.change(keyring_file::add_version)?;
        Ok(self.newest_version())
    }

    /// Makes the newest version current: secrets are wrapped under it from now on.
    pub fn make_newest_current(&self) -> Result<(), KeyringError> {
        self.change(|keys| {
            keys.current = keys.newest();
            Ok(())
        })
    }

    /// Raises the floor to the current version: what is wrapped under an older one, a row from an
    /// old backup say, opens no more.
    pub fn raise_floor(&self) -> Result<(), KeyringError> {
        self.change(|keys| {
            keys.floor = keys.current;
            Ok(())
        })
    }

    /// A key for signing what this installation says of `tenant`, apart from all others by
    /// `purpose`. It opens nothing and outlives rotations, see [`Keyring::audit_key`].
    #[must_use]
    pub fn signing_key(&self, purpose: &[u8], tenant: TenantId) -> Zeroizing<[u8; KEY_LEN]> {
        let keys = self.keys();
        let mut key = Zeroizing::new([0; KEY_LEN]);
        let tenant = tenant.uuid();
        let info: [&[u8]; 3] = [purpose, keys.installation.as_bytes(), tenant.as_bytes()];
        if let Some(master) = keys.versions.values().next() {
            cipher::expand(master, &info, &mut key[..]);
        }
        key
    }

    /// The key that signs where the audit log of `tenant` stood. It is made from the oldest version,
    /// so that a rotation leaves signatures as they are.
    #[must_use]
    pub fn audit_key(&self, tenant: TenantId) -> Zeroizing<[u8; KEY_LEN]> {
        self.signing_key(AUDIT_INFO, tenant)
    }

    fn change(
        &self,
        change: impl FnOnce(&mut KeyringKeys) -> Result<(), KeyringError>,
    ) -> Result<(), KeyringError> {
        self.replace(keyring_file::change(&self.file, change)?);
        Ok(())
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

    /// What the file says now; what is in memory where it cannot be read.
    fn latest(&self) -> Arc<KeyringKeys> {
        match keyring_file::read(&self.file) {
            Ok(Some(fresh)) if fresh.id == self.keys().id => self.replace(fresh),
            Ok(_) => tracing::warn!(
                "the keyring file is gone or another one; the keys in memory serve on"
            ),
            Err(error) => {
                tracing::warn!(%error, "the keyring file cannot be read; the keys in memory serve on");
            }
        }
        self.keys()
    }

    /// The keys of `tenant`: one per version that still opens.
    ///
    /// Fails with [`VaultError::UnknownKey`] when the current version is not held.
    pub fn keys_of(&self, tenant: TenantId) -> Result<WorkspaceKeys, VaultError> {
        let keys = self.latest();
        let named = |version| KeyRef {
            id: keys.id,
            version,
        };
        let held = keys
            .versions
            .range(keys.floor..)
            .map(|(&version, master)| (named(version), keys.workspace_key(master, tenant)))
            .collect();
        WorkspaceKeys::new(named(keys.current), held)
    }
}

impl KeyringKeys {
    /// The newest version.
    pub(super) fn newest(&self) -> u32 {
        self.versions.keys().next_back().copied().unwrap_or(0)
    }

    fn workspace_key(&self, master: &[u8; KEY_LEN], tenant: TenantId) -> WorkspaceKey {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        let tenant = tenant.uuid();
        let info: [&[u8]; 3] = [KEK_INFO, self.installation.as_bytes(), tenant.as_bytes()];
        cipher::expand(master, &info, &mut key[..]);
        WorkspaceKey::new(key)
    }
}

/// A keyring holds the keys of every workspace.
#[async_trait]
impl Custodian for Keyring {
    fn installation(&self) -> Uuid {
        Self::installation(self)
    }

    async fn keys_of(&self, tenant: TenantId) -> Result<WorkspaceKeys, VaultError> {
        Self::keys_of(self, tenant)
    }
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
