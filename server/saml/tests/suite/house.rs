//! An identity provider of the test's own: it signs whatever it is told to, genuine or not.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};
use samael::crypto::{Crypto, CryptoProvider as _};
use saml::{Expected, Pending, Refusal, VerifiedAssertion, verify_response};
use std::sync::LazyLock;

pub(crate) const ISSUER: &str = "https://idp.example/metadata";
pub(crate) const AUDIENCE: &str = "https://ai.client.example/auth/saml/7/metadata";
pub(crate) const ACS: &str = "https://ai.client.example/auth/saml/7/acs";
pub(crate) const REQUEST: &str = "_6f1c0e1d2b3a49588776655443322110";
/// 2026-11-25T12:00:00Z
pub(crate) const NOW_MS: i64 = 1_795_608_000_000;
pub(crate) const SKEW_MS: i64 = 120_000;

pub(crate) const RSA: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
pub(crate) const ECDSA: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
pub(crate) const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
pub(crate) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// A key with its certificate.
pub(crate) struct Key {
    pub(crate) private: Vec<u8>,
    pub(crate) certificate: Vec<u8>,
}

fn key(pair: &KeyPair) -> Key {
    let params = CertificateParams::new(vec!["idp.example".to_owned()]).unwrap();
    Key {
        private: pair.serialize_der(),
        certificate: params.self_signed(pair).unwrap().der().to_vec(),
    }
}

pub(crate) static RSA_KEY: LazyLock<Key> =
    LazyLock::new(|| key(&KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap()));
pub(crate) static OTHER_KEY: LazyLock<Key> =
    LazyLock::new(|| key(&KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap()));
pub(crate) static EC_KEY: LazyLock<Key> =
    LazyLock::new(|| key(&KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()));

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signs {
    Nothing,
    Response,
    Assertion,
    Both,
}

/// A response before it is signed. Every field can be something else, or nothing.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) response_attributes: String,
    pub(crate) response_head: String,
    pub(crate) status: String,
    pub(crate) assertion_attributes: String,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) confirmation: String,
    pub(crate) conditions: String,
    pub(crate) statement: String,
    pub(crate) attributes: String,
    pub(crate) method: &'static str,
    pub(crate) digest: &'static str,
    pub(crate) transforms: String,
    pub(crate) canonical: &'static str,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            response_attributes: format!(
                "ID=\"_r1\" Version=\"2.0\" IssueInstant=\"2026-11-25T11:59:58Z\" Destination=\"{ACS}\" \
                 InResponseTo=\"{REQUEST}\""
            ),
            response_head: format!("<saml:Issuer>{ISSUER}</saml:Issuer>"),
            status: "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>\
                     </samlp:Status>"
                .to_owned(),
            assertion_attributes: "ID=\"_a1\" Version=\"2.0\" IssueInstant=\"2026-11-25T11:59:58Z\"".to_owned(),
            issuer: format!("<saml:Issuer>{ISSUER}</saml:Issuer>"),
            subject: "<saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">alice-4711\
                      </saml:NameID>"
                .to_owned(),
            confirmation: confirmation(&format!(
                "Recipient=\"{ACS}\" NotOnOrAfter=\"2026-11-25T12:05:00Z\" InResponseTo=\"{REQUEST}\""
            )),
            conditions: conditions(
                "NotBefore=\"2026-11-25T11:59:30Z\" NotOnOrAfter=\"2026-11-25T12:05:00Z\"",
                &format!(
                    "<saml:AudienceRestriction><saml:Audience>{AUDIENCE}</saml:Audience></saml:AudienceRestriction>"
                ),
            ),
            statement: statement("SessionIndex=\"_s1\" SessionNotOnOrAfter=\"2026-11-25T20:00:00Z\""),
            attributes: "<saml:AttributeStatement><saml:Attribute Name=\"mail\"><saml:AttributeValue>\
                         alice@client.example</saml:AttributeValue></saml:Attribute><saml:Attribute \
                         Name=\"groups\"><saml:AttributeValue>data</saml:AttributeValue><saml:AttributeValue>\
                         all</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>"
                .to_owned(),
            method: RSA,
            digest: SHA256,
            transforms: format!(
                "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/><ds:Transform \
                 Algorithm=\"{EXCLUSIVE}\"/>"
            ),
            canonical: EXCLUSIVE,
        }
    }
}

pub(crate) fn confirmation(data: &str) -> String {
    format!(
        "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
         <saml:SubjectConfirmationData {data}/></saml:SubjectConfirmation>"
    )
}

pub(crate) fn conditions(times: &str, inside: &str) -> String {
    format!("<saml:Conditions {times}>{inside}</saml:Conditions>")
}

pub(crate) fn statement(attributes: &str) -> String {
    format!(
        "<saml:AuthnStatement AuthnInstant=\"2026-11-25T11:59:50Z\" {attributes}><saml:AuthnContext>\
         <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport\
         </saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
    )
}

impl Draft {
    pub(crate) fn assertion(&self, signature: &str) -> String {
        format!(
            "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" {}>{}{signature}<saml:Subject>{}{}\
             </saml:Subject>{}{}{}</saml:Assertion>",
            self.assertion_attributes,
            self.issuer,
            self.subject,
            self.confirmation,
            self.conditions,
            self.statement,
            self.attributes
        )
    }

    pub(crate) fn response(&self, signature: &str, assertion: &str) -> String {
        format!(
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" {}>{}{signature}{}{assertion}</samlp:Response>",
            self.response_attributes, self.response_head, self.status
        )
    }

    fn template(&self, over: &str) -> String {
        format!(
            "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>\
             <ds:CanonicalizationMethod Algorithm=\"{}\"/><ds:SignatureMethod Algorithm=\"{}\"/><ds:Reference \
             URI=\"#{over}\"><ds:Transforms>{}</ds:Transforms><ds:DigestMethod Algorithm=\"{}\"/><ds:DigestValue/>\
             </ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>",
            self.canonical, self.method, self.transforms, self.digest
        )
    }

    /// The document, signed with `key` as xmlsec signs it.
    pub(crate) fn signed_by(&self, signs: Signs, key: &Key) -> String {
        let sign = |xml: &str| {
            let signed = Crypto::sign_xml(xml, &key.private).unwrap();
            // xmlsec writes a declaration; what stands behind it counts.
            let at = signed.find("<saml").unwrap();
            signed[at..].trim_end().to_owned()
        };
        let assertion = match signs {
            Signs::Assertion | Signs::Both => sign(&self.assertion(&self.template("_a1"))),
            Signs::Nothing | Signs::Response => self.assertion(""),
        };
        match signs {
            Signs::Response | Signs::Both => {
                sign(&self.response(&self.template("_r1"), &assertion))
            }
            Signs::Nothing | Signs::Assertion => self.response("", &assertion),
        }
    }

    pub(crate) fn signed(&self, signs: Signs) -> String {
        self.signed_by(signs, &RSA_KEY)
    }
}

pub(crate) fn expected(certificates: &[Vec<u8>]) -> Expected<'_> {
    Expected {
        issuer: ISSUER,
        certificates,
        audience: AUDIENCE,
        acs: ACS,
        pending: Pending::Asked(REQUEST),
        now_ms: NOW_MS,
        skew_ms: SKEW_MS,
    }
}

/// What we say to `xml`, as a browser would post it.
pub(crate) fn post(xml: impl AsRef<[u8]>) -> Result<VerifiedAssertion, Refusal> {
    let certificates = [RSA_KEY.certificate.clone()];
    verify_response(&BASE64_STANDARD.encode(xml), &expected(&certificates))
}
