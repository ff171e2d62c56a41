//! What can go wrong with sealed data and with the keyring file.
//!
//! Refuses to carry secrets or file contents: every message is safe to log.

use std::io;

/// Why something could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The workspace's key service says no: everything of the workspace is sealed until it says
    /// yes again. Nothing is lost.
    #[error("the workspace is sealed: {0}")]
    Locked(Locked),
    /// The bytes were changed, cut, or belong to another workspace, table, row or column.
    #[error("the sealed data was changed or belongs to another place")]
    Tampered,
    /// What says under which key the workspace is sealed is not what was signed of it. Nothing is
    /// sealed or opened until it is, so that no secret goes under a key that its owner did not choose.
    #[error(
        "what is stored about which key seals the workspace was changed or removed, and not by this \
         installation"
    )]
    Unwitnessed,
    /// Sealed under a key that opens nothing here (any more): restored backup, wrong keyring.
    #[error("sealed under version {version} of a key that is not held")]
    UnknownKey {
        /// Version named in the envelope.
        version: u32,
    },
    /// The keyring, the key service or the random source does not answer. Trying again may help.
    #[error("the keyring does not answer: {0}")]
    Unavailable(&'static str),
    /// Longer than [`super::SECRET_MAX_BYTES`].
    #[error("the secret is too large to be sealed")]
    TooLarge,
}

/// What a key service says of a key that it does not let us use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Locked {
    /// Switched off.
    #[error("its key is disabled")]
    Disabled,
    /// About to be deleted; that can still be cancelled there.
    #[error("its key is scheduled for deletion")]
    PendingDeletion,
    /// We are not allowed to use it.
    #[error("the key service refuses access to its key")]
    Denied,
    /// There is none.
    #[error("the key service has no such key")]
    NotFound,
}

/// Why a keyring file was refused.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The file cannot be read or written.
    #[error("the keyring file cannot be {action}: {source}")]
    Io {
        /// `read`, `created`, `locked` or `replaced`.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The path is a symbolic link, a folder or a device.
    #[error("the keyring must be a regular file, not a link, folder or device")]
    NotAFile,
    /// Group or others may read or write the file.
    #[error("the keyring file has mode {mode:04o}; it must be 0600")]
    LooseMode {
        /// Permission bits found.
        mode: u32,
    },
    /// The file belongs to another account.
    #[error("the keyring file belongs to another user of this machine")]
    ForeignOwner,
    /// The contents are not a keyring of this format.
    #[error("the keyring file is damaged: {0}")]
    Malformed(&'static str),
    /// Locked, and no passphrase is set.
    #[error("the keyring is locked with a passphrase; vault.passphrase_file says where that is")]
    Locked,
    /// Locked with another passphrase, or a key in it was changed.
    #[error("the passphrase does not open the keyring")]
    WrongPassphrase,
    /// Too short to withstand guessing.
    #[error("the passphrase of the keyring needs at least 12 letters")]
    WeakPassphrase,
    /// The system's random source failed.
    #[error("the system's random source does not answer")]
    NoRandomness,
}
