//! Google Cloud KMS: a symmetric key.
//!
//! The workspace is additional authenticated data. Checksums go both ways, because the service asks
//! its callers to find out about bits that fell over on the way.

use super::bearer::Bearer;
use super::call::{Answer, Call, CallBody, call, secret_header};
use super::google_account::ServiceAccount;
use super::key_bytes::{fresh_key, key_from_base64, to_base64};
use super::{KeyContext, KeyService, KeyServiceError, ServiceKey, WorkspaceKey};
use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use engine::{Egress, SecretString};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// Where the key is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoogleSettings {
    /// `projects/…/locations/…/keyRings/…/cryptoKeys/…`
    pub key: String,
    /// Another address than the public one, e.g. a private endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

/// A key at Google Cloud KMS.
pub struct GoogleKms {
    egress: Egress,
    settings: GoogleSettings,
    account: ServiceAccount,
    bearer: Bearer,
}

impl GoogleKms {
    /// `account`: the service account's key file, JSON.
    ///
    /// Fails with [`KeyServiceError::Misconfigured`].
    pub fn new(
        egress: Egress,
        settings: &GoogleSettings,
        account: &SecretString,
    ) -> Result<Self, KeyServiceError> {
        let parts: Vec<&str> = settings.key.split('/').collect();
        let plain = |part: &&str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c))
        };
        let named = matches!(
            parts.as_slice(),
            [
                "projects",
                _,
                "locations",
                _,
                "keyRings",
                _,
                "cryptoKeys",
                _
            ]
        );
        if !named || !parts.iter().all(plain) || parts.contains(&"..") {
            return Err(KeyServiceError::Misconfigured(
                "the key is not named projects/…/locations/…/keyRings/…/cryptoKeys/…",
            ));
        }
        Ok(Self {
            egress,
            settings: settings.clone(),
            account: ServiceAccount::read(account)?,
            bearer: Bearer::default(),
        })
    }

    async fn ask(&self, verb: &str, body: CallBody) -> Result<Value, KeyServiceError> {
        let token = self.bearer.get(|| self.sign_in()).await?;
        let mut headers = HeaderMap::new();
        let bearer = Zeroizing::new(format!("Bearer {}", token.expose_secret()));
        headers.insert(AUTHORIZATION, secret_header(&bearer)?);
        let endpoint = self.settings.endpoint.as_deref();
        let asked = Call {
            base: endpoint.unwrap_or("https://cloudkms.googleapis.com"),
            path: &format!("v1/{}{verb}", self.settings.key),
            query: None,
            headers,
            body,
        };
        let answer = call(&self.egress, &asked).await?;
        match answer.status {
            200 => answer.json(),
            _ => Err(refusal(&answer)),
        }
    }

    async fn sign_in(&self) -> Result<Answer, KeyServiceError> {
        let (base, path) = self.account.token_place();
        let asked = Call {
            base: &base,
            path,
            query: None,
            headers: HeaderMap::new(),
            body: CallBody::Form(self.account.token_request()?),
        };
        call(&self.egress, &asked).await
    }

    /// Encrypts or decrypts; a state that the error does not name is asked for.
    async fn operate(&self, verb: &str, body: CallBody) -> Result<Value, KeyServiceError> {
        match self.ask(verb, body).await {
            Err(KeyServiceError::Disabled) => {
                self.describe().await?;
                // The key is on, a version of it is not.
                Err(KeyServiceError::Disabled)
            }
            outcome => outcome,
        }
    }

    async fn wrap(
        &self,
        context: &KeyContext,
        key: &WorkspaceKey,
    ) -> Result<Vec<u8>, KeyServiceError> {
        let bound = context.bytes();
        let body = CallBody::json(&json!({
            "plaintext": *to_base64(&key.bytes()[..]),
            "plaintextCrc32c": crc32c(&key.bytes()[..]).to_string(),
            "additionalAuthenticatedData": *to_base64(&bound),
            "additionalAuthenticatedDataCrc32c": crc32c(&bound).to_string(),
        }));
        let made = self.operate(":encrypt", body).await?;
        let verified = made["verifiedPlaintextCrc32c"] == true
            && made["verifiedAdditionalAuthenticatedDataCrc32c"] == true;
        let unread = KeyServiceError::Unavailable("its answer cannot be read");
        let wrapped = BASE64_STANDARD.decode(made["ciphertext"].as_str().ok_or(unread)?);
        let wrapped = wrapped.map_err(|_| unread)?;
        if !verified || !is_whole(&wrapped, &made["ciphertextCrc32c"]) {
            return Err(KeyServiceError::Unavailable("bits fell over on the way"));
        }
        Ok(wrapped)
    }
}

#[async_trait]
impl KeyService for GoogleKms {
    async fn describe(&self) -> Result<ServiceKey, KeyServiceError> {
        let key = self.ask("", CallBody::Nothing).await?;
        if key["purpose"] != "ENCRYPT_DECRYPT" {
            return Err(KeyServiceError::Misconfigured(
                "the key is not a symmetric key for encryption",
            ));
        }
        match key["primary"]["state"].as_str() {
            Some("ENABLED") => {}
            Some("DISABLED") => return Err(KeyServiceError::Disabled),
            Some("DESTROY_SCHEDULED") => return Err(KeyServiceError::PendingDeletion),
            Some("DESTROYED") => return Err(KeyServiceError::NotFound),
            _ => return Err(KeyServiceError::Unavailable("the key is not ready")),
        }
        let name = self.settings.key.rsplit('/').next().unwrap_or_default();
        let project = self.settings.key.split('/').nth(1).unwrap_or_default();
        Ok(ServiceKey {
            pinned: self.settings.key.clone(),
            label: format!("the Google Cloud key {name} of {project}"),
        })
    }

    async fn generate(
        &self,
        context: &KeyContext,
    ) -> Result<(WorkspaceKey, Vec<u8>), KeyServiceError> {
        let key = fresh_key()?;
        let wrapped = self.wrap(context, &key).await?;
        Ok((key, wrapped))
    }

    async fn unwrap(
        &self,
        context: &KeyContext,
        wrapped: &[u8],
    ) -> Result<WorkspaceKey, KeyServiceError> {
        let bound = context.bytes();
        let body = CallBody::json(&json!({
            "ciphertext": *to_base64(wrapped),
            "ciphertextCrc32c": crc32c(wrapped).to_string(),
            "additionalAuthenticatedData": *to_base64(&bound),
            "additionalAuthenticatedDataCrc32c": crc32c(&bound).to_string(),
        }));
        let opened = self.operate(":decrypt", body).await?;
        let key = key_from_base64(opened["plaintext"].as_str())?;
        if !is_whole(&key.bytes()[..], &opened["plaintextCrc32c"]) {
            return Err(KeyServiceError::Unavailable("bits fell over on the way"));
        }
        Ok(key)
    }

    async fn rewrap(
        &self,
        context: &KeyContext,
        wrapped: &[u8],
    ) -> Result<Vec<u8>, KeyServiceError> {
        let key = self.unwrap(context, wrapped).await?;
        self.wrap(context, &key).await
    }
}

/// By the canonical status of Google's APIs.
fn refusal(answer: &Answer) -> KeyServiceError {
    use KeyServiceError as Why;
    let Ok(document) = answer.json() else {
        return Why::Unavailable("its answer cannot be read");
    };
    match document["error"]["status"].as_str() {
        Some("PERMISSION_DENIED" | "UNAUTHENTICATED") => Why::Denied,
        Some("NOT_FOUND") => Why::NotFound,
        Some("FAILED_PRECONDITION") => Why::Disabled,
        Some("INVALID_ARGUMENT") => Why::Tampered,
        Some("RESOURCE_EXHAUSTED") => Why::Unavailable("it asks for fewer requests"),
        Some(_) => Why::Unavailable("it reports trouble of its own"),
        None => Why::Unavailable("its answer cannot be read"),
    }
}

/// Numbers of 64 bits travel as text.
fn is_whole(bytes: &[u8], checksum: &Value) -> bool {
    let told = checksum
        .as_str()
        .and_then(|text| text.parse().ok())
        .or_else(|| checksum.as_u64());
    told == Some(u64::from(crc32c(bytes)))
}

/// CRC-32C (Castagnoli), RFC 3720 appendix B.4.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0x82f6_3b78 & (sum & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_castagnolis() {
        // RFC 3720, B.4, and the usual check value.
        assert_eq!(super::crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(super::crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(super::crc32c(&[0xff; 32]), 0x62a8_ab43);
    }
}
