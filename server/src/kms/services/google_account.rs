//! Signing in as a Google service account: a claim signed by its key (RFC 7523).

use super::KeyServiceError;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use engine::SecretString;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};
use url::Url;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

const SCOPE: &str = "https://www.googleapis.com/auth/cloudkms";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long a claim is good for, in seconds; an hour is the most there is.
const CLAIM_SECONDS: u64 = 600;

/// A service account, ready to sign.
pub(super) struct ServiceAccount {
    email: String,
    key_id: String,
    key: KeyPair,
    token_uri: Url,
}

/// What is used of a key file.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key_id: String,
    private_key: SecretString,
    token_uri: String,
}

impl ServiceAccount {
    /// Reads a key file.
    pub(super) fn read(file: &SecretString) -> Result<Self, KeyServiceError> {
        let unread =
            KeyServiceError::Misconfigured("the access is not a service account’s key file");
        let file: KeyFile = serde_json::from_str(file.expose_secret()).map_err(|_| unread)?;
        let key = pkcs8_of(file.private_key.expose_secret()).ok_or(unread)?;
        let token_uri = Url::parse(&file.token_uri).map_err(|_| unread)?;
        Ok(Self {
            email: file.client_email,
            key_id: file.private_key_id,
            key: KeyPair::from_pkcs8(&key).map_err(|_| unread)?,
            token_uri,
        })
    }

    /// Where tokens are given: the server and the path there.
    pub(super) fn token_place(&self) -> (String, &str) {
        let base = self.token_uri.origin().ascii_serialization();
        (base, self.token_uri.path().trim_start_matches('/'))
    }

    /// The form that asks for a token.
    pub(super) fn token_request(&self) -> Result<Zeroizing<String>, KeyServiceError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |since| since.as_secs());
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.key_id });
        let claims = json!({
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.token_uri.as_str(),
            "iat": now,
            "exp": now + CLAIM_SECONDS,
        });
        let encode = |part: &serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .map_err(|_| KeyServiceError::Misconfigured("the service account’s key cannot sign"))?;
        let assertion = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature));
        let form = Serializer::new(String::new())
            .append_pair("grant_type", GRANT)
            .append_pair("assertion", &assertion)
            .finish();
        Ok(Zeroizing::new(form))
    }
}

/// The DER in a PEM of PKCS #8.
fn pkcs8_of(pem: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let body: Zeroizing<String> =
        Zeroizing::new(body.chars().filter(|c| !c.is_ascii_whitespace()).collect());
    BASE64_STANDARD.decode(&*body).ok().map(Zeroizing::new)
}
