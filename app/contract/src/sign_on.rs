//! Sign-on through the workspace's own identity providers, as pages show it and forms send it.

use serde::{Deserialize, Serialize};

/// The protocol of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConnectionKind {
    /// OpenID Connect.
    Oidc,
    /// SAML 2.0.
    Saml,
}

impl ConnectionKind {
    /// Both, in the order pages list them.
    pub const ALL: [Self; 2] = [Self::Oidc, Self::Saml];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Saml => "saml",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// As people know it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Oidc => "OpenID Connect",
            Self::Saml => "SAML 2.0",
        }
    }
}

/// Whether people come in through a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConnectionState {
    /// Not yet: it is being set up.
    Draft,
    /// They do.
    On,
    /// Not any more.
    Off,
}

impl ConnectionState {
    const ALL: [Self; 3] = [Self::Draft, Self::On, Self::Off];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// As pages show it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Being set up",
            Self::On => "On",
            Self::Off => "Off",
        }
    }
}
