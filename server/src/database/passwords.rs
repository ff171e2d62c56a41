//! The three random passwords of the embedded database, in one file that only we can read.

use super::{DatabaseError, file_error};
use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// 40 letters of 62: 238 bits.
const LENGTH: usize = 40;

/// Passwords of the superuser and the two logins.
#[derive(Serialize, Deserialize)]
pub(super) struct Passwords {
    pub(super) superuser: String,
    pub(super) owner: String,
    pub(super) app: String,
}

impl Passwords {
    /// Reads the file, or makes it (mode 0600). The caller holds the start lock.
    pub(super) fn read_or_make(path: &Path) -> Result<Self, DatabaseError> {
        match std::fs::read_to_string(path) {
            Ok(text) => serde_json::from_str(&text)
                .map_err(std::io::Error::from)
                .map_err(file_error("cannot read the database passwords in", path)),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::make(path),
            Err(error) => Err(file_error("cannot read", path)(error)),
        }
    }

    fn make(path: &Path) -> Result<Self, DatabaseError> {
        let fresh = Self {
            superuser: random(),
            owner: random(),
            app: random(),
        };
        // Written beside and renamed, so that a crash never leaves half a file.
        let draft = path.with_extension("draft");
        let _ = std::fs::remove_file(&draft);
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft);
        written
            .and_then(|mut file: File| {
                file.write_all(&serde_json::to_vec(&fresh)?)?;
                file.sync_all()
            })
            .and_then(|()| std::fs::rename(&draft, path))
            .map_err(file_error("cannot write", path))?;
        Ok(fresh)
    }
}

fn random() -> String {
    let mut random = rand::rng();
    (0..LENGTH)
        .map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())]))
        .collect()
}
