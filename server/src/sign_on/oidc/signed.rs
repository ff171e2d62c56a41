//! What a provider signed: looked at before it is believed.
//!
//! The header may name a key and an algorithm of a short list, and nothing that would have us fetch or take
//! a key from the token itself. RFC 8725; RFC 7515, section 4.1.

use crate::sign_on::fault::{Fault, quoted};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, JsonWebKeyAlgorithm};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What tokens may be signed with.
pub(crate) const ALGORITHMS: [CoreJwsSigningAlgorithm; 6] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EcdsaP521Sha512,
];
const NAMES: [&str; 6] = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 32 * 1024;
/// Headers that would have a key fetched from, or taken out of, the token; and one whose meaning we do not
/// know.
const REFUSED: [&str; 5] = ["jku", "x5u", "jwk", "x5c", "crit"];

/// The claims of a token.
pub(crate) type Claims = Map<String, Value>;

/// A token whose form is sound and whose signature nobody has looked at.
pub(crate) struct Unjudged<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    algorithm: CoreJwsSigningAlgorithm,
    claims: Claims,
    /// The name of the key.
    pub(crate) key: Option<String>,
    /// What kind of token it says it is; lower case.
    pub(crate) kind: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    cty: Option<String>,
}

impl<'a> Unjudged<'a> {
    /// Reads a token.
    pub(crate) fn read(token: &'a str) -> Result<Self, Fault> {
        let malformed = || Fault::new("token_malformed", "The provider’s token cannot be read.");
        if token.len() > LONGEST {
            return Err(malformed());
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(malformed());
        };
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed());
        let bytes = decoded(header)?;
        let names: Claims = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
        if let Some(name) = REFUSED.iter().find(|name| names.contains_key(**name)) {
            let explained = format!("The token’s header has {name}, which is not taken here.");
            return Err(Fault::new("token_header", explained));
        }
        let header: Header = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
        if header.cty.is_some() {
            return Err(Fault::new(
                "token_header",
                "A token inside a token is not taken here.",
            ));
        }
        let algorithm = NAMES.iter().position(|name| *name == header.alg);
        let algorithm = algorithm.and_then(|at| ALGORITHMS.get(at)).ok_or_else(|| {
            let explained = format!(
                "The token is signed with {}. Taken are {}.",
                quoted(&header.alg),
                NAMES.join(", ")
            );
            Fault::new("algorithm", explained)
        })?;
        Ok(Self {
            signed: token
                .rsplit_once('.')
                .map(|(signed, _)| signed)
                .ok_or_else(malformed)?,
            signature: decoded(signature)?,
            algorithm: algorithm.clone(),
            claims: serde_json::from_slice(&decoded(payload)?).map_err(|_| malformed())?,
            key: header.kid,
            kind: header.typ.map(|kind| kind.to_ascii_lowercase()),
        })
    }

    /// The claims, once the signature is one of `keys`.
    pub(crate) fn proven(self, keys: &CoreJsonWebKeySet) -> Result<Claims, Fault> {
        let fits = |key: &&CoreJsonWebKey| {
            let named = match &self.key {
                Some(name) => key.key_id().is_some_and(|id| id.as_str() == name),
                None => true,
            };
            named && may_sign(key, &self.algorithm)
        };
        let mut fitting = keys.keys().iter().filter(fits);
        let (Some(key), None) = (fitting.next(), fitting.next()) else {
            return Err(Fault::new(
                "key_unknown",
                "No one key of the provider’s key set fits the token.",
            ));
        };
        key.verify_signature(&self.algorithm, self.signed.as_bytes(), &self.signature)
            .map_err(|_| {
                Fault::new(
                    "signature",
                    "The token’s signature is not the provider’s: its key and the signature do not fit.",
                )
            })?;
        Ok(self.claims)
    }
}

/// Whether a key may sign like this: for signatures, and for this algorithm where it names one.
fn may_sign(key: &CoreJsonWebKey, algorithm: &CoreJwsSigningAlgorithm) -> bool {
    use openidconnect::JsonWebKeyUse as _;
    use openidconnect::core::CoreJsonWebKeyType as Kind;
    use openidconnect::core::CoreJwsSigningAlgorithm as Algorithm;
    let used = key.key_use().is_none_or(|usage| usage.allows_signature());
    let named = match key.signing_alg() {
        JsonWebKeyAlgorithm::Unspecified => true,
        JsonWebKeyAlgorithm::Algorithm(named) => named == algorithm,
        JsonWebKeyAlgorithm::Unsupported => false,
    };
    let kind = match algorithm {
        Algorithm::EcdsaP256Sha256 | Algorithm::EcdsaP384Sha384 | Algorithm::EcdsaP521Sha512 => {
            Kind::EllipticCurve
        }
        _ => Kind::RSA,
    };
    used && named && *key.key_type() == kind
}
