//! Key services: whatever holds the key under which a workspace's own key is wrapped.
//!
//! Owns the trait, the services, and the moves of workspaces from one key to another. Refuses to keep anything: what is unwrapped here is
//! kept, for a minute at most, by the vault; and refuses to reach a service over anything but the
//! engine's guarded way out, because a client names its address.
//!
//! # What a service sees
//!
//! One *workspace key* per workspace and version, 256 bits, wrapped under the service's key with
//! [`KeyContext`] as authenticated context. Messages and provider keys never reach it: their data
//! keys are wrapped under the workspace key here (docs/adr/0005).

use async_trait::async_trait;
use contract::TenantId;
use uuid::Uuid;

mod attach;
mod custody;
pub(crate) mod mac;
mod moves;
mod services;
mod settings;
mod sign;
mod tell;
mod witness;

pub use crate::vault::{WORKSPACE_KEY_LEN, WorkspaceKey};
pub use attach::{AttachError, AttachStep};
pub use custody::Custody;
pub use moves::{MoveError, Moves, Resealed};
pub use services::{
    AwsKms, AwsSettings, AzureKeyVault, AzureSettings, GoogleKms, GoogleSettings, Transit,
    TransitSettings,
};
pub use settings::ServiceSettings;
pub use witness::{By, RepairError};

/// What a wrapped workspace key is bound to. A service refuses it with any other context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyContext {
    /// The installation.
    pub installation: Uuid,
    /// The workspace.
    pub tenant: TenantId,
    /// Version of the workspace key, from 1.
    pub version: u32,
}

impl KeyContext {
    /// As names and values, for services that take the context as such.
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, String); 3] {
        [
            ("installation", self.installation.to_string()),
            ("workspace", self.tenant.uuid().to_string()),
            ("version", self.version.to_string()),
        ]
    }

    /// As bytes of fixed length, for services that take associated data.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"workspace-key-v1".to_vec();
        bytes.extend_from_slice(self.installation.as_bytes());
        bytes.extend_from_slice(self.tenant.uuid().as_bytes());
        bytes.extend_from_slice(&self.version.to_be_bytes());
        bytes
    }
}

/// What a service says of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceKey {
    /// The name that cannot be pointed elsewhere: an ARN, a resource name, an address and name.
    pub pinned: String,
    /// For people, in the middle of a sentence, e.g. "the AWS key 1234abcd in eu-central-1".
    pub label: String,
}

/// Why a service gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyServiceError {
    /// The key is switched off. Everything of the workspace is sealed until it is on again.
    #[error("the key is disabled")]
    Disabled,
    /// The key is about to be deleted; that can still be cancelled there.
    #[error("the key is scheduled for deletion")]
    PendingDeletion,
    /// The service knows the key, and refuses us.
    #[error("the service refuses access to the key")]
    Denied,
    /// There is no such key.
    #[error("the service has no such key")]
    NotFound,
    /// What is stored was changed, or was wrapped for another workspace or by another key.
    #[error("the wrapped key was changed or belongs elsewhere")]
    Tampered,
    /// The address may not be reached, or the settings cannot be used.
    #[error("the settings of the key service cannot be used: {0}")]
    Misconfigured(&'static str),
    /// Time-out, throttling, 5xx, garbage. Says nothing about the key; trying again may help.
    #[error("the key service does not answer: {0}")]
    Unavailable(&'static str),
}

impl KeyServiceError {
    /// Whether the service itself said that the key is not to be used: what is held in memory is
    /// given up at once.
    #[must_use]
    pub const fn is_revocation(self) -> bool {
        matches!(
            self,
            Self::Disabled | Self::PendingDeletion | Self::Denied | Self::NotFound
        )
    }
}

/// One key at one service.
#[async_trait]
pub trait KeyService: Send + Sync {
    /// Looks the key up and says what it is. Fails like a use of it would.
    async fn describe(&self) -> Result<ServiceKey, KeyServiceError>;
    /// Makes a workspace key and returns it with its wrapped form, at most 8 KiB.
    async fn generate(
        &self,
        context: &KeyContext,
    ) -> Result<(WorkspaceKey, Vec<u8>), KeyServiceError>;
    /// Unwraps what [`KeyService::generate`] or [`KeyService::rewrap`] returned for this context.
    async fn unwrap(
        &self,
        context: &KeyContext,
        wrapped: &[u8],
    ) -> Result<WorkspaceKey, KeyServiceError>;
    /// Wraps anew under the current version of the service's key, inside the service where it can.
    async fn rewrap(
        &self,
        context: &KeyContext,
        wrapped: &[u8],
    ) -> Result<Vec<u8>, KeyServiceError>;
}
