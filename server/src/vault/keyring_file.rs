//! The keyring on disk: reading with refusals, creating and replacing atomically.
//!
//! A reader sees a whole file or none: contents are written to a temporary file in the same
//! folder, synced, then linked (creation) or renamed (rotation) into place.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nix::fcntl::OFlag;
use rand::TryRng;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::cipher::KEY_LEN;
use super::error::KeyringError;
use super::keyring::KeyringKeys;
use super::passphrase::{Lock, Passphrase, place_of};

const FORMAT: u32 = 1;
const MODE: u32 = 0o600;
const FILE_MAX_BYTES: u64 = 1024 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKeyring {
    format: u32,
    installation: Uuid,
    id: Uuid,
    current: u32,
    /// Absent in files that never had a rotation finished.
    #[serde(default, skip_serializing_if = "is_zero")]
    floor: u32,
    /// How the keys below are locked; absent where they stand as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lock: Option<Lock>,
    versions: Vec<StoredVersion>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(floor: &u32) -> bool {
    *floor == 0
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct StoredVersion {
    version: u32,
    key: String,
}

/// Where a keyring is, and what locks it.
pub(super) struct KeyringFile {
    pub(super) path: PathBuf,
    pub(super) passphrase: Option<Passphrase>,
}

/// Reads the keyring; `None` when there is no such file.
pub(super) fn read(place: &KeyringFile) -> Result<Option<KeyringKeys>, KeyringError> {
    let file = match open_without_following(&place.path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.raw_os_error() == Some(nix::errno::Errno::ELOOP as i32) => {
            return Err(KeyringError::NotAFile);
        }
        Err(source) => return Err(failed("read")(source)),
    };
    check_metadata(&file)?;
    let mut text = Zeroizing::new(Vec::with_capacity(4096));
    file.take(FILE_MAX_BYTES)
        .read_to_end(&mut text)
        .map_err(failed("read"))?;
    decode(&text, place.passphrase.as_ref()).map(Some)
}

/// Creates the keyring with one fresh key, or reads the one another process has just created.
pub(super) fn create(place: &KeyringFile) -> Result<KeyringKeys, KeyringError> {
    let path = &place.path;
    let keys = KeyringKeys {
        installation: random_uuid()?,
        id: random_uuid()?,
        current: 1,
        floor: 0,
        is_locked: place.passphrase.is_some(),
        versions: BTreeMap::from([(1, random_key()?)]),
    };
    let temporary = write_temporary(place, &keys)?;
    let linked = fs::hard_link(&temporary, path);
    let removed = fs::remove_file(&temporary);
    match linked {
        Ok(()) => {
            removed.map_err(failed("created"))?;
            sync_folder(path)?;
            Ok(keys)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(place)?.ok_or(
            KeyringError::Malformed("it disappeared while it was being opened"),
        ),
        Err(source) => Err(failed("created")(source)),
    }
}

/// Changes the keyring by `change` and replaces the file. Processes take turns.
pub(super) fn change(
    place: &KeyringFile,
    change: impl FnOnce(&mut KeyringKeys) -> Result<(), KeyringError>,
) -> Result<KeyringKeys, KeyringError> {
    let path = &place.path;
    let lock = lock_file(path)?;
    let mut keys = read(place)?.ok_or(KeyringError::Malformed("it is gone"))?;
    change(&mut keys)?;
    keys.is_locked = place.passphrase.is_some();
    let temporary = write_temporary(place, &keys)?;
    if let Err(source) = fs::rename(&temporary, path) {
        // The old file is still in place; what is left behind must not keep key material.
        drop(fs::remove_file(&temporary));
        return Err(failed("replaced")(source));
    }
    sync_folder(path)?;
    drop(lock);
    Ok(keys)
}

/// Adds a fresh key.
pub(super) fn add_version(keys: &mut KeyringKeys) -> Result<(), KeyringError> {
    let newest = keys
        .newest()
        .checked_add(1)
        .ok_or(KeyringError::Malformed("it has no version number left"))?;
    keys.versions.insert(newest, random_key()?);
    Ok(())
}

fn open_without_following(path: &Path) -> io::Result<File> {
    // Without O_NONBLOCK a named pipe at this path would hang the start.
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits())
        .open(path)
}

fn check_metadata(file: &File) -> Result<(), KeyringError> {
    let metadata = file.metadata().map_err(failed("read"))?;
    if !metadata.is_file() {
        return Err(KeyringError::NotAFile);
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o177 != 0 {
        return Err(KeyringError::LooseMode { mode });
    }
    if metadata.uid() != nix::unistd::geteuid().as_raw() {
        return Err(KeyringError::ForeignOwner);
    }
    if metadata.len() > FILE_MAX_BYTES {
        return Err(KeyringError::Malformed("it is too large"));
    }
    Ok(())
}

fn decode(text: &[u8], passphrase: Option<&Passphrase>) -> Result<KeyringKeys, KeyringError> {
    let stored: StoredKeyring = serde_json::from_slice(text)
        .map_err(|_| KeyringError::Malformed("it is not a keyring in JSON"))?;
    if stored.format != FORMAT {
        return Err(KeyringError::Malformed("its format is not known"));
    }
    let mut versions = BTreeMap::new();
    for entry in &stored.versions {
        let bytes = STANDARD.decode(entry.key.as_bytes());
        let bytes =
            Zeroizing::new(bytes.map_err(|_| KeyringError::Malformed("a key is not in base64"))?);
        let key = match &stored.lock {
            Some(lock) => {
                let place = place_of(stored.installation, stored.id, entry.version);
                let passphrase = passphrase.ok_or(KeyringError::Locked)?;
                passphrase.open(lock, &place, &bytes)?
            }
            None => plain_key(&bytes)?,
        };
        if versions.insert(entry.version, key).is_some() {
            return Err(KeyringError::Malformed("a key is listed twice"));
        }
    }
    if !versions.contains_key(&stored.current) {
        return Err(KeyringError::Malformed("the current key is missing"));
    }
    if stored.floor > stored.current {
        return Err(KeyringError::Malformed(
            "its floor is above the current key",
        ));
    }
    Ok(KeyringKeys {
        installation: stored.installation,
        id: stored.id,
        current: stored.current,
        floor: stored.floor,
        is_locked: stored.lock.is_some(),
        versions,
    })
}

fn plain_key(bytes: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyringError> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    if bytes.len() != KEY_LEN {
        return Err(KeyringError::Malformed("a key is not 32 bytes"));
    }
    key.copy_from_slice(bytes);
    Ok(key)
}

fn encode(
    keys: &KeyringKeys,
    passphrase: Option<&Passphrase>,
) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    let lock = passphrase.map(|_| Passphrase::fresh_lock()).transpose()?;
    let locked = |version, key: &[u8; KEY_LEN]| match (passphrase, &lock) {
        (Some(passphrase), Some(lock)) => {
            let place = place_of(keys.installation, keys.id, version);
            Ok(STANDARD.encode(passphrase.seal(lock, &place, key)?))
        }
        _ => Ok(STANDARD.encode(key)),
    };
    let stored = StoredKeyring {
        format: FORMAT,
        installation: keys.installation,
        id: keys.id,
        current: keys.current,
        floor: keys.floor,
        versions: keys
            .versions
            .iter()
            .map(|(&version, key)| {
                let key = locked(version, key)?;
                Ok(StoredVersion { version, key })
            })
            .collect::<Result<_, KeyringError>>()?,
        lock: lock.clone(),
    };
    // Room for everything, so that no half-written copy is left behind by a growing buffer.
    let mut text = Zeroizing::new(Vec::with_capacity(512 + stored.versions.len() * 128));
    serde_json::to_writer(&mut *text, &stored)
        .map_err(|_| KeyringError::Malformed("it cannot be written as JSON"))?;
    text.push(b'\n');
    Ok(text)
}

fn write_temporary(place: &KeyringFile, keys: &KeyringKeys) -> Result<PathBuf, KeyringError> {
    let path = &place.path;
    let text = encode(keys, place.passphrase.as_ref())?;
    let suffix = format!(".{}.new", random_uuid()?.simple());
    let temporary = beside(path, &suffix);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(&temporary)
        .map_err(failed("created"))?;
    let written = file.write_all(&text).and_then(|()| file.sync_all());
    if let Err(source) = written {
        drop(fs::remove_file(&temporary));
        return Err(failed("created")(source));
    }
    Ok(temporary)
}

fn lock_file(path: &Path) -> Result<File, KeyringError> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(MODE)
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(beside(path, ".lock"))
        .map_err(failed("locked"))?;
    file.lock().map_err(failed("locked"))?;
    Ok(file)
}

/// `path` with `suffix` appended to its last part, in the same folder.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(suffix);
    path.with_file_name(name)
}

fn sync_folder(path: &Path) -> Result<(), KeyringError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed("replaced"))
}

fn random_key() -> Result<Zeroizing<[u8; KEY_LEN]>, KeyringError> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    SysRng
        .try_fill_bytes(&mut key[..])
        .map_err(|_| KeyringError::NoRandomness)?;
    Ok(key)
}

fn random_uuid() -> Result<Uuid, KeyringError> {
    let mut bytes = [0; 16];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| KeyringError::NoRandomness)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

fn failed(action: &'static str) -> impl Fn(io::Error) -> KeyringError {
    move |source| KeyringError::Io { action, source }
}
