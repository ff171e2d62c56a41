//! What a provider says of itself, read once and judged before anything is asked of it.
//!
//! OpenID Connect Discovery 1.0, section 4. The issuer must be the one that was typed, letter by letter;
//! every address must be one that we would go to by ourselves, on https where the issuer is.

use super::fetch::{self, Ask, fetch};
use super::settings::OidcSettings;
use crate::sign_on::fault::{Fault, quoted};
use engine::Egress;
use serde::Deserialize;
use url::Url;

/// Bytes of a discovery document that are read.
const DOCUMENT_MAX_BYTES: usize = 256 * 1024;

/// The part of a provider's document that counts here.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Discovered {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) jwks_uri: String,
    #[serde(default)]
    pub(crate) userinfo_endpoint: Option<String>,
    #[serde(default)]
    pub(crate) end_session_endpoint: Option<String>,
    /// RFC 9207, section 3.
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
    /// RFC 8414; absent says nothing.
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
}

/// Where a provider's document is.
fn document_address(issuer: &str) -> String {
    format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    )
}

/// Reads and judges a provider's document.
pub(crate) async fn discover(
    egress: &Egress,
    settings: &OidcSettings,
) -> Result<Discovered, Fault> {
    judge_issuer(egress, settings)?;
    let address = document_address(&settings.issuer);
    let answer = fetch(egress, Ask::for_document(&address, DOCUMENT_MAX_BYTES)).await?;
    if answer.status != 200 {
        let explained = format!(
            "There is no discovery document at {address}: the answer was {}. Check the issuer.",
            answer.status
        );
        return Err(Fault::new("discovery_missing", explained));
    }
    let found: Discovered = serde_json::from_slice(&answer.body).map_err(|_| {
        Fault::new(
            "discovery_unreadable",
            format!("What is at {address} is not a discovery document of OpenID Connect."),
        )
    })?;
    judge(egress, settings, &found)?;
    Ok(found)
}

fn judge_issuer(egress: &Egress, settings: &OidcSettings) -> Result<(), Fault> {
    let about = |fault: Fault| Fault::new(fault.code, format!("Issuer: {}", fault.explained));
    let queried = || {
        Fault::new(
            "address_refused",
            "Issuer: it has a query, which no issuer has.",
        )
    };
    if settings.issuer.contains(['?', '#']) {
        return Err(queried());
    }
    fetch::judge(egress, &settings.issuer).map_err(about)?;
    if settings.is_of_many() && settings.tenant_pin.is_empty() {
        return Err(Fault::new(
            "tenant_missing",
            "This issuer stands for every tenant of the provider. Type the id of yours.",
        ));
    }
    Ok(())
}

fn judge(egress: &Egress, settings: &OidcSettings, found: &Discovered) -> Result<(), Fault> {
    let expected = settings.discovered_issuer();
    if found.issuer != expected {
        return Err(Fault::new(
            "discovery_issuer",
            format!(
                "The provider calls itself {}, and you typed {}. Both must be the same, letter by letter.",
                quoted(&found.issuer),
                quoted(&expected)
            ),
        ));
    }
    let named = [
        (
            "authorization_endpoint",
            Some(&found.authorization_endpoint),
        ),
        ("token_endpoint", Some(&found.token_endpoint)),
        ("jwks_uri", Some(&found.jwks_uri)),
        ("userinfo_endpoint", found.userinfo_endpoint.as_ref()),
        ("end_session_endpoint", found.end_session_endpoint.as_ref()),
    ];
    for (name, address) in named {
        if let Some(address) = address {
            judge_endpoint(egress, &settings.issuer, address).map_err(|fault| {
                let explained = format!("{name} of the provider: {}", fault.explained);
                Fault::new("discovery_address", explained)
            })?;
        }
    }
    let methods = found.code_challenge_methods_supported.as_ref();
    if methods.is_some_and(|methods| !methods.iter().any(|it| it == "S256")) {
        return Err(Fault::new(
            "pkce_missing",
            "The provider does not take PKCE with S256, and nothing weaker is used here.",
        ));
    }
    Ok(())
}

/// An endpoint is https where the issuer is, on the issuer's port or the usual one.
fn judge_endpoint(egress: &Egress, issuer: &str, address: &str) -> Result<(), Fault> {
    fetch::judge(egress, address)?;
    let malformed = || Fault::new("address_refused", "It is not a plain https address.");
    let (issuer, endpoint) = (
        Url::parse(issuer).map_err(|_| malformed())?,
        Url::parse(address).map_err(|_| malformed())?,
    );
    if issuer.scheme() == "https" && endpoint.scheme() != "https" {
        return Err(Fault::new(
            "address_refused",
            "It begins with http, and the issuer with https.",
        ));
    }
    let port = endpoint.port_or_known_default();
    if port != Some(443) && port != issuer.port_or_known_default() {
        return Err(Fault::new(
            "address_refused",
            "It is on another port than the issuer.",
        ));
    }
    Ok(())
}
