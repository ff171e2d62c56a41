//! The redirect binding (saml-bindings, 3.4): a message in the query of an address, compressed, and signed
//! beside itself.

use crate::Refusal;
use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read as _, Write as _};
use url::Url;
use x509_parser::prelude::{FromDer as _, X509Certificate};

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const RSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384";
const RSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
/// Largest message once it is inflated: what is deflated may be a thousand times smaller.
const MESSAGE_MAX_BYTES: u64 = 64 * 1024;

/// Our private key, RSA, for messages of ours.
pub struct SigningKey(KeyPair);

/// The bytes are no RSA key in PKCS#8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RSA key in PKCS#8")]
pub struct SigningKeyError;

impl SigningKey {
    /// Reads PKCS#8 DER.
    ///
    /// # Errors
    /// It is something else.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, SigningKeyError> {
        let read: Result<_, KeyRejected> = KeyPair::from_pkcs8(der);
        read.map(Self).map_err(|_| SigningKeyError)
    }

    fn sign(&self, message: &[u8]) -> Option<String> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let random = SystemRandom::new();
        let signed = self
            .0
            .sign(&RSA_PKCS1_SHA256, &random, message, &mut signature);
        signed.ok().map(|()| BASE64_STANDARD.encode(&signature))
    }
}

/// Which of both a message is: it names the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Request,
    Response,
}

impl Kind {
    const fn field(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// The address that carries `xml` to `to`. `None`: `to` is no address, or the key does not sign.
pub(crate) fn address(
    to: &str,
    kind: Kind,
    xml: &str,
    relay_state: Option<&str>,
    key: Option<&SigningKey>,
) -> Option<String> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(xml.as_bytes()).ok()?;
    let message = BASE64_STANDARD.encode(encoder.finish().ok()?);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair(kind.field(), &message);
    if let Some(state) = relay_state {
        query.append_pair("RelayState", state);
    }
    let query = match key {
        None => query.finish(),
        Some(key) => {
            query.append_pair("SigAlg", RSA_SHA256);
            let query = query.finish();
            let signature = key.sign(query.as_bytes())?;
            let mut signed = url::form_urlencoded::Serializer::new(query);
            signed.append_pair("Signature", &signature);
            signed.finish()
        }
    };
    let mut to = Url::parse(to).ok()?;
    let query = match to.query() {
        None | Some("") => query,
        Some(own) => format!("{own}&{query}"),
    };
    to.set_query(Some(&query));
    Some(to.into())
}

/// The message in `query` as it came, where one of `certificates` signed it.
///
/// # Errors
/// [`Refusal::Shape`], [`Refusal::Unsigned`], [`Refusal::Algorithm`], [`Refusal::Signature`].
pub(crate) fn signed_message(
    query: &str,
    kind: Kind,
    certificates: &[Vec<u8>],
) -> Result<Vec<u8>, Refusal> {
    // The signature is over the fields as the sender wrote them (saml-bindings, 3.4.4.1), so they are taken
    // from the raw query, each at most once.
    let raw = |name: &str| {
        let mut found = query
            .split('&')
            .filter(|it| it.split_once('=').is_some_and(|(field, _)| field == name));
        let first = found.next();
        match found.next() {
            None => Ok(first),
            Some(_) => Err(Refusal::Shape("a field of it stands twice")),
        }
    };
    let field = raw(kind.field())?.ok_or(Refusal::Shape("there is no message"))?;
    let relay_state = raw("RelayState")?;
    let (algorithm, signature) = (raw("SigAlg")?, raw("Signature")?);
    let (algorithm, signature) = algorithm.zip(signature).ok_or(Refusal::Unsigned)?;
    let value = |pair: &str| {
        let pairs = url::form_urlencoded::parse(pair.as_bytes());
        let value = pairs
            .into_iter()
            .next()
            .map(|(_, value)| value.into_owned());
        value.unwrap_or_default()
    };
    let mut over = vec![field];
    over.extend(relay_state);
    over.push(algorithm);
    let over = over.join("&");
    let signature = BASE64_STANDARD
        .decode(value(signature))
        .map_err(|_| Refusal::Signature)?;
    is_signed(&value(algorithm), over.as_bytes(), &signature, certificates)?;
    inflate(&value(field))
}

fn inflate(message: &str) -> Result<Vec<u8>, Refusal> {
    let packed = BASE64_STANDARD
        .decode(message)
        .map_err(|_| Refusal::Shape("it is not base64"))?;
    let mut xml = Vec::new();
    let mut reader = DeflateDecoder::new(&*packed).take(MESSAGE_MAX_BYTES + 1);
    reader
        .read_to_end(&mut xml)
        .map_err(|_| Refusal::Shape("it cannot be inflated"))?;
    if xml.len() as u64 > MESSAGE_MAX_BYTES {
        return Err(Refusal::Shape("it is too large"));
    }
    Ok(xml)
}

fn is_signed(
    algorithm: &str,
    message: &[u8],
    signature: &[u8],
    certificates: &[Vec<u8>],
) -> Result<(), Refusal> {
    if certificates.is_empty() {
        return Err(Refusal::NoCertificate);
    }
    let verifier: &dyn VerificationAlgorithm = match algorithm {
        RSA_SHA256 => &RSA_PKCS1_2048_8192_SHA256,
        RSA_SHA384 => &RSA_PKCS1_2048_8192_SHA384,
        RSA_SHA512 => &RSA_PKCS1_2048_8192_SHA512,
        ECDSA_SHA256 => &ECDSA_P256_SHA256_ASN1,
        _ => return Err(Refusal::Algorithm),
    };
    let fits = |der: &Vec<u8>| {
        X509Certificate::from_der(der).is_ok_and(|(_, certificate)| {
            let key = &certificate.public_key().subject_public_key.data;
            UnparsedPublicKey::new(verifier, key)
                .verify(message, signature)
                .is_ok()
        })
    };
    if certificates.iter().any(fits) {
        return Ok(());
    }
    Err(Refusal::Signature)
}
