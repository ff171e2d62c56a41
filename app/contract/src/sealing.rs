//! Under which key a workspace is sealed, and a client's own key at a key service.

use crate::keys::TypedSecret;
use serde::{Deserialize, Serialize};

/// A kind of key service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceKind {
    /// AWS KMS.
    Aws,
    /// Azure Key Vault or Managed HSM.
    Azure,
    /// Google Cloud KMS.
    Google,
    /// Transit engine of `HashiCorp` Vault or `OpenBao`.
    Transit,
}

impl ServiceKind {
    /// Every kind, in the order pages list them.
    pub const ALL: [Self; 4] = [Self::Aws, Self::Azure, Self::Google, Self::Transit];

    /// The name in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Google => "google",
            Self::Transit => "transit",
        }
    }

    /// Reads [`ServiceKind::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Aws => "AWS KMS",
            Self::Azure => "Azure Key Vault",
            Self::Google => "Google Cloud KMS",
            Self::Transit => "Vault or OpenBao transit",
        }
    }
}

/// Under which key a workspace is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealingView {
    /// One or two sentences that are true now.
    pub statement: String,
    /// It is, or is about to be, the client's own key at a key service.
    pub own_key: bool,
    /// On the way from one key to another.
    pub moving: bool,
    /// What is wrong with it, what is safe and what to do.
    pub trouble: Option<String>,
    /// For how long the key is kept in memory, in seconds.
    pub held_seconds: u64,
    /// Whether the caller may change anything of this.
    pub may_change: bool,
}

/// Where a key is, as it was typed; what a kind does not need is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceFields {
    /// [`ServiceKind::as_str`].
    pub kind: String,
    /// ARN, name or resource name of the key.
    pub key: String,
    /// Address of the service or of the vault.
    pub address: String,
    /// Access key id, or client id.
    pub identity: String,
    /// Directory (tenant) of the application.
    pub directory: String,
    /// Where the transit engine is mounted.
    pub mount: String,
    /// Namespace of the transit engine.
    pub namespace: String,
}

/// A key service to be attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceDraft {
    /// Where the key is.
    pub fields: ServiceFields,
    /// How to get in.
    pub access: TypedSecret,
}
