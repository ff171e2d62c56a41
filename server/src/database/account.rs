//! Whom the database runs as: ourselves, or an unprivileged account when we are root.

use super::{DatabaseError, file_error};
use nix::unistd::{Gid, Uid, User};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;
use tokio::process::Command;

/// Accounts that may run the database when we are root, best first.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// The account of the database's processes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    /// `None`: we are not root, the database runs as ourselves.
    other: Option<(Uid, Gid)>,
}

impl Account {
    /// Ourselves, or somebody unprivileged when we are root.
    pub(super) fn choose() -> Result<Self, DatabaseError> {
        if !Uid::effective().is_root() {
            return Ok(Self { other: None });
        }
        ACCOUNTS
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Self {
                other: Some((user.uid, user.gid)),
            })
            .ok_or(DatabaseError::NoAccount)
    }

    /// Runs `command` as the account.
    pub(super) fn apply(self, command: &mut Command) {
        if let Some((uid, gid)) = self.other {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
    }

    /// Gives a file or folder to the account.
    pub(super) fn own(self, path: &Path) -> Result<(), DatabaseError> {
        let Some((uid, gid)) = self.other else {
            return Ok(());
        };
        chown(path, Some(uid.as_raw()), Some(gid.as_raw()))
            .map_err(file_error("cannot give to the database's account", path))
    }

    /// Whether the account can walk down to `path`: every folder above must let it through.
    pub(super) fn reaches(self, path: &Path) -> bool {
        let Some((uid, gid)) = self.other else {
            return true;
        };
        path.ancestors()
            .skip(1)
            .filter_map(|folder| folder.metadata().ok())
            .all(|folder| {
                let through = match (folder.uid() == uid.as_raw(), folder.gid() == gid.as_raw()) {
                    (true, _) => 0o100,
                    (false, true) => 0o010,
                    (false, false) => 0o001,
                };
                folder.mode() & through != 0
            })
    }
}
