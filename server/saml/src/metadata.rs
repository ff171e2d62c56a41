//! Descriptions of either side (saml-metadata-2.0-os): theirs read, ours written.

use crate::protocol::{moment, shown};
use crate::request::written;
use crate::tree::{self, Comments, Element, escape};
use crate::{METADATA, POST, PROTOCOL, REDIRECT, Refusal, SIGNATURE};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use url::Url;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Largest metadata: federations write long ones, and those are not for one connection.
const METADATA_MAX_BYTES: usize = 512 * 1024;
/// Most certificates of one identity provider.
const MOST_CERTIFICATES: usize = 10;

/// An identity provider as its metadata describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its entity id.
    pub entity_id: String,
    /// Where it takes requests, redirect binding.
    pub sign_on: String,
    /// Where it takes requests to sign out, redirect binding.
    pub sign_out: Option<String>,
    /// Certificates it signs with, DER.
    pub certificates: Vec<Vec<u8>>,
    /// It wants our requests signed.
    pub wants_signed: bool,
    /// What the administrator ought to know.
    pub warnings: Vec<Warning>,
}

/// Something about metadata that is not wrong, and worth a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A certificate is no longer good, or not yet. It is used all the same: what counts is that it is theirs.
    CertificateOutOfTime {
        /// Last day it is good, milliseconds since 1970-01-01 UTC.
        until_ms: i64,
    },
    /// A certificate ends within thirty days.
    CertificateEndsSoon {
        /// Last day it is good, milliseconds since 1970-01-01 UTC.
        until_ms: i64,
    },
}

/// Reads metadata of one identity provider.
///
/// # Errors
/// [`Refusal::Shape`], and [`Refusal::Metadata`] with what is missing.
pub fn read_metadata(xml: &[u8], now_ms: i64) -> Result<IdentityProvider, Refusal> {
    if xml.len() > METADATA_MAX_BYTES {
        return Err(Refusal::Shape("it is too large"));
    }
    let root = tree::read(xml, Comments::LeftOut)?;
    let entity = the_entity(&root)?;
    let no = |what: &str| Refusal::Metadata(what.to_owned());
    if let Some(until) = moment(entity, "validUntil")?.or(moment(&root, "validUntil")?)
        && until <= now_ms
    {
        return Err(no("it is no longer valid; ask for a new one"));
    }
    let entity_id = entity.attribute("entityID").unwrap_or_default().trim();
    if entity_id.is_empty() || entity_id.len() > 1_024 {
        return Err(no("it has no entity id"));
    }
    let role = entity
        .all(METADATA, "IDPSSODescriptor")
        .find(|it| {
            let protocols = it.attribute("protocolSupportEnumeration");
            protocols.is_some_and(|all| all.split_whitespace().any(|one| one == PROTOCOL))
        })
        .ok_or_else(|| no("it does not describe an identity provider of SAML 2.0"))?;
    let certificates = certificates(role)?;
    let sign_on = endpoint(role, "SingleSignOnService")
        .ok_or_else(|| no("it names no address for sign-ins by redirect"))?;
    Ok(IdentityProvider {
        entity_id: entity_id.to_owned(),
        sign_on,
        sign_out: endpoint(role, "SingleLogoutService"),
        wants_signed: matches!(
            role.attribute("WantAuthnRequestsSigned"),
            Some("true" | "1")
        ),
        warnings: warnings(&certificates, now_ms),
        certificates,
    })
}

/// The only entity that is an identity provider.
fn the_entity(root: &Element) -> Result<&Element, Refusal> {
    if root.is(METADATA, "EntityDescriptor") {
        return Ok(root);
    }
    if !root.is(METADATA, "EntitiesDescriptor") {
        return Err(Refusal::Metadata(
            "it is not metadata of SAML 2.0".to_owned(),
        ));
    }
    let everything = root.each();
    let mut found = everything.into_iter().filter(|it| {
        it.is(METADATA, "EntityDescriptor") && it.all(METADATA, "IDPSSODescriptor").next().is_some()
    });
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Refusal::Metadata(
            "it describes no identity provider".to_owned(),
        )),
        (Some(one), Some(other)) => Err(Refusal::Metadata(format!(
            "it describes several identity providers ({}, {} …); take the one of yours",
            shown(one.attribute("entityID").unwrap_or_default()),
            shown(other.attribute("entityID").unwrap_or_default())
        ))),
    }
}

/// The address of a service over the redirect binding. Only over TLS, but for this machine.
fn endpoint(role: &Element, name: &str) -> Option<String> {
    let mut all = role
        .all(METADATA, name)
        .filter(|it| it.attribute("Binding") == Some(REDIRECT))
        .filter_map(|it| it.attribute("Location"));
    let url = all.find_map(|location| Url::parse(location).ok())?;
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    let good = url.scheme() == "https" || url.scheme() == "http" && local;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (good && plain).then(|| url.into())
}

/// Certificates for signatures, each once.
fn certificates(role: &Element) -> Result<Vec<Vec<u8>>, Refusal> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    for key in role.all(METADATA, "KeyDescriptor") {
        if !matches!(key.attribute("use"), None | Some("signing")) {
            continue;
        }
        let inside = key.each();
        for certificate in inside
            .into_iter()
            .filter(|it| it.is(SIGNATURE, "X509Certificate"))
        {
            let text = certificate.text().unwrap_or_default();
            let text: String = text.chars().filter(|it| !it.is_whitespace()).collect();
            let der = BASE64_STANDARD.decode(text).unwrap_or_default();
            if X509Certificate::from_der(&der).is_err() {
                return Err(Refusal::Metadata(
                    "a certificate in it cannot be read".to_owned(),
                ));
            }
            if !found.contains(&der) {
                found.push(der);
            }
        }
    }
    match found.len() {
        0 => Err(Refusal::Metadata(
            "it names no certificate for signatures".to_owned(),
        )),
        1..=MOST_CERTIFICATES => Ok(found),
        _ => Err(Refusal::Metadata(
            "it names too many certificates".to_owned(),
        )),
    }
}

fn warnings(certificates: &[Vec<u8>], now_ms: i64) -> Vec<Warning> {
    const SOON_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
    let look = |der: &Vec<u8>| {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let (from, until) = (
            certificate.validity().not_before.timestamp() * 1_000,
            certificate.validity().not_after.timestamp() * 1_000,
        );
        if until <= now_ms || from > now_ms {
            return Some(Warning::CertificateOutOfTime { until_ms: until });
        }
        (until - now_ms <= SOON_MS).then_some(Warning::CertificateEndsSoon { until_ms: until })
    };
    certificates.iter().filter_map(look).collect()
}

/// Our side of one connection at one host.
#[derive(Clone, Debug)]
pub struct OurMetadata<'a> {
    /// Our entity id.
    pub entity_id: &'a str,
    /// Where answers are posted.
    pub acs: &'a str,
    /// Where requests to sign out come, and answers to ours.
    pub sign_out: &'a str,
    /// The certificate of the key that signs our requests, DER; `None`: they are not signed.
    pub certificate: Option<&'a [u8]>,
    /// It is good until then, milliseconds since 1970-01-01 UTC.
    pub valid_until_ms: i64,
}

/// Writes our metadata. No certificate to encrypt with is in it: encrypted assertions are refused.
#[must_use]
pub fn write_metadata(ours: &OurMetadata<'_>) -> String {
    let key = ours.certificate.map_or_else(String::new, |der| {
        format!(
            "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"{SIGNATURE}\"><ds:X509Data>\
             <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
            BASE64_STANDARD.encode(der)
        )
    });
    let sign_out = match ours.certificate {
        Some(_) => format!(
            "<md:SingleLogoutService Binding=\"{REDIRECT}\" Location=\"{}\"/>",
            escape(ours.sign_out)
        ),
        None => String::new(),
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor xmlns:md=\"{METADATA}\" entityID=\"{}\" \
         validUntil=\"{}\"><md:SPSSODescriptor AuthnRequestsSigned=\"{}\" WantAssertionsSigned=\"true\" \
         protocolSupportEnumeration=\"{PROTOCOL}\">{key}{sign_out}<md:NameIDFormat>\
         urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat><md:AssertionConsumerService \
         Binding=\"{POST}\" Location=\"{}\" index=\"0\" isDefault=\"true\"/></md:SPSSODescriptor>\
         </md:EntityDescriptor>\n",
        escape(ours.entity_id),
        written(ours.valid_until_ms),
        ours.certificate.is_some(),
        escape(ours.acs),
    )
}
