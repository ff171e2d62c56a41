//! The vault: sealing of secrets and of everything people write.
//!
//! Owns the envelope (a fresh 256-bit key per secret, AES-256-GCM, a commitment to the key), the
//! keyring, and how long a workspace's keys stay in memory.
//!
//! Refuses to hand out anything lower: no caller passes a nonce, a raw key or free-form
//! associated data. What is sealed for one place (workspace, table, row, column) opens only there.
//!
//! # Layers
//!
//! [`Vault::unlock`] gets the keys of a workspace from its [`Custodian`], or from memory;
//! [`Unlocked`] then seals and opens without waiting for anybody. The [`Keyring`] is the custodian
//! that needs nothing but a file; `crate::kms` is the one that knows of key services too.

mod cipher;
mod context;
mod envelope;
mod error;
mod keyring;
mod keyring_file;
mod keys;
mod passphrase;
mod unlock;
mod unlocked;

#[cfg(test)]
mod tests;

pub use self::context::SealContext;
pub use self::envelope::KEY_REF_AT;
pub use self::error::{KeyringError, Locked, VaultError};
pub use self::keyring::Keyring;
pub use self::keys::{KeyRef, WORKSPACE_KEY_LEN, WorkspaceKey, WorkspaceKeys};
pub use self::passphrase::Passphrase;
pub use self::unlock::{Custodian, LONGEST_HELD, Vault};
pub use self::unlocked::{SECRET_MAX_BYTES, Unlocked};
