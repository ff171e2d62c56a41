//! Where provider keys come from.
//!
//! Owns the trait. Refuses to keep a key: each attempt opens it anew and drops it with the request.

use async_trait::async_trait;
use contract::{KeyId, TenantId};
use secrecy::SecretString;

/// Opens sealed provider keys.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The secret of `key`, which must belong to `tenant`.
    async fn open(&self, tenant: TenantId, key: KeyId) -> Result<SecretString, KeyError>;

    /// Told on a task of its own that the provider refused `key`, or found its account empty.
    async fn refused(&self, tenant: TenantId, key: KeyId);
}

/// Why a key cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no such key in this workspace.
    #[error("the workspace has no such key")]
    Missing,
    /// The key hierarchy of the workspace is disabled.
    #[error("the key is sealed")]
    Sealed,
    /// The vault did not answer.
    #[error("the vault did not answer")]
    Unavailable,
}
