//! From the bytes of a form field to somebody who is known, in the one order that is safe.

use crate::protocol::{self, VerifiedAssertion};
use crate::tree::{self, Comments};
use crate::{ASSERTION, Refusal, gate};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use samael::crypto::{
    AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider as _, ReduceMode,
};

/// Largest response, as base64 and as XML.
pub const RESPONSE_MAX_BYTES: usize = 256 * 1024;

const ALGORITHMS: [AllowedSignatureAlgorithm; 6] = [
    AllowedSignatureAlgorithm::RsaSha256,
    AllowedSignatureAlgorithm::RsaSha384,
    AllowedSignatureAlgorithm::RsaSha512,
    AllowedSignatureAlgorithm::EcdsaSha256,
    AllowedSignatureAlgorithm::EcdsaSha384,
    AllowedSignatureAlgorithm::EcdsaSha512,
];

/// What this browser asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending<'a> {
    /// A request with this id, asked by this browser and not answered yet.
    Asked(&'a str),
    /// Nothing. The connection accepts sign-ins that begin at the identity provider.
    Unsolicited,
    /// Nothing, and the connection accepts no such sign-ins.
    Nothing,
}

/// What a response has to fit. Everything comes from our own storage, nothing from the document.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    /// Entity id of the identity provider.
    pub issuer: &'a str,
    /// Certificates that may have signed, DER. None: nothing is believed.
    pub certificates: &'a [Vec<u8>],
    /// Our entity id.
    pub audience: &'a str,
    /// The address it was posted to.
    pub acs: &'a str,
    /// What this browser asked.
    pub pending: Pending<'a>,
    /// Now, milliseconds since 1970-01-01 UTC.
    pub now_ms: i64,
    /// How far the clocks may differ, milliseconds.
    pub skew_ms: i64,
}

/// Verifies the form field `SAMLResponse` of the POST binding.
///
/// The caller still has to remember [`VerifiedAssertion::id`] until [`VerifiedAssertion::good_until_ms`] and to
/// refuse it a second time, on every process: this knows no past.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify_response(field: &str, expected: &Expected<'_>) -> Result<VerifiedAssertion, Refusal> {
    let xml = decode(field)?;
    let response = tree::read(&xml, Comments::Refused)?;
    let signed = gate::look_at(&response)?;
    protocol::look_at_response(&response, signed, expected)?;
    let seen = response.only(ASSERTION, "Assertion");
    let id = seen.and_then(|it| it.attribute("ID")).unwrap_or_default();

    let reduced = reduce(&xml, expected.certificates)?;
    // What was verified is read by the same strict reader, and must be what the gate saw.
    let verified = tree::read(reduced.as_bytes(), Comments::Refused)?;
    let mut found = verified
        .each()
        .into_iter()
        .filter(|it| it.is(ASSERTION, "Assertion"));
    let assertion = found.next().ok_or(Refusal::Signature)?;
    if found.next().is_some() || assertion.attribute("ID") != Some(id) {
        return Err(Refusal::Signature);
    }
    protocol::read_assertion(assertion, expected)
}

/// Strict base64, with the line breaks that forms carry.
fn decode(field: &str) -> Result<Vec<u8>, Refusal> {
    if field.len() > RESPONSE_MAX_BYTES {
        return Err(Refusal::Shape("it is too large"));
    }
    let lines: String = field
        .chars()
        .filter(|it| !matches!(it, '\r' | '\n'))
        .collect();
    BASE64_STANDARD
        .decode(lines)
        .map_err(|_| Refusal::Shape("it is not base64"))
}

/// The part of the document that a certificate of ours signed, and nothing else.
fn reduce(xml: &[u8], certificates: &[Vec<u8>]) -> Result<String, Refusal> {
    if certificates.is_empty() {
        return Err(Refusal::NoCertificate);
    }
    let text = std::str::from_utf8(xml).map_err(|_| Refusal::Shape("it is not UTF-8"))?;
    // One at a time: the library gives up at the first key of another kind, and while a certificate is being
    // replaced there are two.
    let signed_by = |der: &Vec<u8>| {
        Crypto::reduce_xml_to_signed_with_allowed_algorithms(
            text,
            &[CertificateDer::from(der.clone())],
            ReduceMode::ValidateAndMarkNoAncestors,
            Some(&ALGORITHMS),
        )
        .ok()
    };
    certificates
        .iter()
        .find_map(signed_by)
        .ok_or(Refusal::Signature)
}
