//! Sign-on through the workspace's own identity providers, as pages show it and forms send it.

use crate::ids::ConnectionId;
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

/// A way in on the sign-in page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOnDoor {
    /// The connection.
    pub id: ConnectionId,
    /// What the workspace calls it.
    pub name: String,
    /// The host that a browser is sent to.
    pub goes_to: String,
}

/// The ways in of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOnDoors {
    /// One per connection that is on.
    pub doors: Vec<SignOnDoor>,
    /// Some addresses are led to a connection of theirs.
    pub leads_home: bool,
    /// Only owners still sign in with a password.
    pub enforced: bool,
}

/// A connection in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionView {
    /// The connection.
    pub id: ConnectionId,
    /// Its protocol.
    pub kind: ConnectionKind,
    /// What the workspace calls it.
    pub name: String,
    /// Whether people come in through it.
    pub state: ConnectionState,
    /// Everybody but the owners does.
    pub enforced: bool,
    /// What it trusts now is what somebody tried, then.
    pub tested_ms: Option<i64>,
    /// What it trusts changed, and nobody has said that its people are the same.
    pub frozen: bool,
    /// People linked to it.
    pub people: u64,
    /// Whom it trusts, in a few letters.
    pub about: String,
}

/// The form of a connection over OpenID Connect, as it was typed; the secret is never given back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcFields {
    /// What the workspace calls it.
    pub name: String,
    /// The provider's issuer.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// `basic`, `post` or `none`.
    pub authentication: String,
    /// More scopes, with spaces between.
    pub scopes: String,
    /// The one tenant of a provider that has many.
    pub tenant_pin: String,
    /// Addresses are taken as verified where the provider says nothing about it.
    pub trust_addresses: bool,
    /// Who signs out here is signed out there.
    pub sign_out_there: bool,
}

/// Who is taken in, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmissionFields {
    /// People who were never here are.
    pub jit: bool,
    /// The claim that rules look at.
    pub claim: String,
    /// One rule a line: a value, `=`, a role.
    pub rules: String,
    /// The role of everybody else; empty: they are not taken in.
    pub otherwise: String,
    /// Until the workspace has so many people; empty: any number.
    pub seats: String,
    /// Domains of addresses whose people are led here, with spaces between.
    pub home_domains: String,
}

/// Something to be copied to the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyValue {
    /// What providers call it.
    pub label: String,
    /// The value.
    pub value: String,
}

/// Everything the page of a connection shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionPage {
    /// The connection.
    pub connection: ConnectionView,
    /// Its form, where it is over OpenID Connect.
    pub oidc: Option<OidcFields>,
    /// A secret is sealed.
    pub has_secret: bool,
    /// Who is taken in.
    pub admission: AdmissionFields,
    /// Roles that a rule may lead to.
    pub roles: Vec<String>,
    /// What the provider has to be told, one group for each host of the workspace.
    pub values: Vec<CopyValue>,
    /// Somebody is left who gets in without it: an owner with a password.
    pub break_glass: bool,
}

/// A domain of e-mail addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailDomainView {
    /// The domain.
    pub domain: String,
    /// Name of the record to set.
    pub record: String,
    /// What it holds.
    pub value: String,
    /// Since when it is proven.
    pub proven_ms: Option<i64>,
    /// When it was looked at last.
    pub checked_ms: Option<i64>,
    /// What was found then.
    pub found: String,
    /// The record of a proven one is missing.
    pub missing: bool,
}

/// Everything the sign-on page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOnView {
    /// By name.
    pub connections: Vec<ConnectionView>,
    /// By name.
    pub domains: Vec<MailDomainView>,
}

/// What a test sign-in showed. Nobody was signed in, and nothing was linked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestedView {
    /// Everything that was vouched for, by name.
    pub claims: Vec<(String, String)>,
    /// It worked: the connection may be switched on.
    pub good: bool,
    /// What would follow, or what does not fit.
    pub said: String,
    /// The role that would result.
    pub role: Option<String>,
}

/// A connection on somebody's account page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// The connection.
    pub id: ConnectionId,
    /// What the workspace calls it.
    pub name: String,
    /// Linked since; `None`: not linked.
    pub linked_ms: Option<i64>,
}
