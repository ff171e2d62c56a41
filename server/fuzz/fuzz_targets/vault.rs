//! The parts of the server's vault that need nothing else, by its own names for them.
#![allow(unused_imports, reason = "the server uses what is not used here")]

#[path = "../../src/vault/cipher.rs"]
mod cipher;
#[path = "../../src/vault/context.rs"]
mod context;
#[path = "../../src/vault/envelope.rs"]
mod envelope;
#[path = "../../src/vault/error.rs"]
mod error;
#[path = "../../src/vault/keys.rs"]
mod keys;
#[path = "../../src/vault/unlocked.rs"]
mod unlocked;

pub use context::SealContext;
pub use error::VaultError;
pub use keys::{KeyRef, WorkspaceKey, WorkspaceKeys};
pub use unlocked::Unlocked;
