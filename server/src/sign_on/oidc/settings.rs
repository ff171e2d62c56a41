//! What a connection over OpenID Connect is set to. No secret stands here.

use serde::{Deserialize, Serialize};

/// How we show the token endpoint who we are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// `client_secret_basic`.
    #[default]
    Basic,
    /// `client_secret_post`.
    Post,
    /// A public client: PKCE alone.
    None,
}

impl ClientAuthentication {
    /// Reads what a form sends.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "basic" => Some(Self::Basic),
            "post" => Some(Self::Post),
            "none" => Some(Self::None),
            _ => None,
        }
    }

    /// As a form sends it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Post => "post",
            Self::None => "none",
        }
    }
}

/// The settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OidcSettings {
    /// The provider's issuer, letter by letter.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// How we show who we are.
    pub client_authentication: ClientAuthentication,
    /// Asked for beside `openid`, `email` and `profile`.
    pub scopes: Vec<String>,
    /// The one tenant of a provider that has many behind one issuer (Entra's `tid`); empty: none.
    pub tenant_pin: String,
    /// Addresses are taken as verified where the provider says nothing about it. What it says counts.
    pub trust_addresses: bool,
    /// Who signs out here is signed out there.
    pub sign_out_there: bool,
}

/// Segments of an issuer that stand for every tenant of Entra.
const MANY: [&str; 3] = ["common", "organizations", "consumers"];

impl OidcSettings {
    /// Whether the issuer stands for many tenants.
    #[must_use]
    pub fn is_of_many(&self) -> bool {
        self.issuer.split('/').any(|part| MANY.contains(&part))
    }

    /// The issuer that the discovery document must name.
    #[must_use]
    pub fn discovered_issuer(&self) -> String {
        if self.is_of_many() {
            self.with_tenant("{tenantid}")
        } else {
            self.issuer.clone()
        }
    }

    /// The issuer that tokens must name.
    #[must_use]
    pub fn token_issuer(&self) -> String {
        if self.is_of_many() {
            self.with_tenant(&self.tenant_pin)
        } else {
            self.issuer.clone()
        }
    }

    fn with_tenant(&self, tenant: &str) -> String {
        let part = |part| if MANY.contains(&part) { tenant } else { part };
        self.issuer
            .split('/')
            .map(part)
            .collect::<Vec<_>>()
            .join("/")
    }

    /// Whether what is trusted differs from `other`.
    #[must_use]
    pub fn trusts_otherwise(&self, other: &Self) -> bool {
        self.issuer != other.issuer
            || self.client_id != other.client_id
            || self.client_authentication != other.client_authentication
            || self.tenant_pin != other.tenant_pin
            || (self.trust_addresses && !other.trust_addresses)
    }
}

#[cfg(test)]
mod tests {
    use super::OidcSettings;

    #[test]
    fn many_tenants_behind_one_issuer_are_pinned_to_one() {
        let one = OidcSettings {
            issuer: "https://login.example/common/v2.0".to_owned(),
            tenant_pin: "9f1c".to_owned(),
            ..OidcSettings::default()
        };
        assert!(one.is_of_many());
        assert_eq!(
            one.discovered_issuer(),
            "https://login.example/{tenantid}/v2.0"
        );
        assert_eq!(one.token_issuer(), "https://login.example/9f1c/v2.0");
        let plain = OidcSettings {
            issuer: "https://login.example/commonplace".to_owned(),
            ..OidcSettings::default()
        };
        assert!(!plain.is_of_many());
        assert_eq!(plain.token_issuer(), plain.issuer);
    }
}
