//! The transit engine of `HashiCorp` Vault and `OpenBao`.
//!
//! The workspace is bound as associated data of the cipher, which the service enforces. Its `datakey`
//! and `rewrap` calls take none, so keys are made here and wrapped anew by opening and wrapping.

use super::call::{Answer, Call, CallBody, call, secret_header};
use super::key_bytes::{fresh_key, key_from_base64, to_base64};
use super::{KeyContext, KeyService, KeyServiceError, ServiceKey, WorkspaceKey};
use async_trait::async_trait;
use engine::{Egress, SecretString};
use reqwest::header::HeaderMap;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

/// Where the key is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransitSettings {
    /// Address of the server, e.g. `https://vault.example.com:8200`.
    pub address: String,
    /// Namespace, where there are some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Where the engine is mounted, usually `transit`.
    pub mount: String,
    /// Name of the key.
    pub key: String,
}

/// A key of a transit engine.
pub struct Transit {
    egress: Egress,
    settings: TransitSettings,
    headers: HeaderMap,
}

impl Transit {
    /// `token`: what may read, encrypt and decrypt with this key.
    ///
    /// Fails with [`KeyServiceError::Misconfigured`].
    pub fn new(
        egress: Egress,
        settings: &TransitSettings,
        token: &SecretString,
    ) -> Result<Self, KeyServiceError> {
        for name in [&settings.mount, &settings.key] {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
                return Err(KeyServiceError::Misconfigured(
                    "mount and key are names of letters, digits, - and _",
                ));
            }
        }
        let mut headers = HeaderMap::new();
        headers.insert("x-vault-token", secret_header(token.expose_secret())?);
        headers.insert("x-vault-request", secret_header("true")?);
        if let Some(namespace) = &settings.namespace {
            headers.insert("x-vault-namespace", secret_header(namespace)?);
        }
        Ok(Self {
            egress,
            settings: settings.clone(),
            headers,
        })
    }

    async fn ask(&self, what: &str, body: CallBody) -> Result<Value, KeyServiceError> {
        let path = format!("v1/{}/{what}/{}", self.settings.mount, self.settings.key);
        let asked = Call {
            base: &self.settings.address,
            path: &path,
            query: None,
            headers: self.headers.clone(),
            body,
        };
        let answer = call(&self.egress, &asked).await?;
        if answer.status == 200 {
            let mut document = answer.json()?;
            return Ok(document["data"].take());
        }
        Err(refusal(&answer))
    }

    async fn wrap(
        &self,
        context: &KeyContext,
        key: &WorkspaceKey,
    ) -> Result<Vec<u8>, KeyServiceError> {
        let body = CallBody::json(&json!({
            "plaintext": *to_base64(&key.bytes()[..]),
            "associated_data": *to_base64(&context.bytes()),
        }));
        let data = self.ask("encrypt", body).await?;
        let wrapped = data["ciphertext"].as_str();
        let wrapped = wrapped.filter(|text| text.starts_with("vault:v"));
        let unread = KeyServiceError::Unavailable("its answer cannot be read");
        Ok(wrapped.ok_or(unread)?.as_bytes().to_vec())
    }
}

#[async_trait]
impl KeyService for Transit {
    async fn describe(&self) -> Result<ServiceKey, KeyServiceError> {
        let data = self.ask("keys", CallBody::Nothing).await?;
        let fits = matches!(
            data["type"].as_str(),
            Some("aes256-gcm96" | "chacha20-poly1305")
        );
        if !fits {
            return Err(KeyServiceError::Misconfigured(
                "the key is neither aes256-gcm96 nor chacha20-poly1305",
            ));
        }
        if data["derived"] == true {
            return Err(KeyServiceError::Misconfigured(
                "the key is a derived one; the workspace is bound without that",
            ));
        }
        let TransitSettings {
            address,
            mount,
            key,
            ..
        } = &self.settings;
        let host = Url::parse(address).ok();
        let host = host.as_ref().and_then(Url::host_str).unwrap_or(address);
        Ok(ServiceKey {
            pinned: format!("{}/v1/{mount}/keys/{key}", address.trim_end_matches('/')),
            label: format!("the transit key {key} at {host}"),
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
        let wrapped = std::str::from_utf8(wrapped).map_err(|_| KeyServiceError::Tampered)?;
        let body = CallBody::json(&json!({
            "ciphertext": wrapped,
            "associated_data": *to_base64(&context.bytes()),
        }));
        let data = self.ask("decrypt", body).await?;
        key_from_base64(data["plaintext"].as_str())
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

/// The engine says why in words only; those below are in its source and its documentation.
fn refusal(answer: &Answer) -> KeyServiceError {
    use KeyServiceError as Why;
    let Ok(document) = answer.json() else {
        return Why::Unavailable("its answer cannot be read");
    };
    let errors = document["errors"].as_array();
    let said = |words: &str| {
        errors.is_some_and(|errors| {
            errors
                .iter()
                .any(|error| error.as_str().is_some_and(|error| error.contains(words)))
        })
    };
    match answer.status {
        401 | 403 => Why::Denied,
        404 => Why::NotFound,
        400 if said("key not found") => Why::NotFound,
        // Its owner retired the version that wraps; a lower limit brings it back.
        400 if said("disallowed by policy") => Why::Denied,
        400 if said("message authentication failed") || said("invalid ciphertext") => Why::Tampered,
        400 => Why::Misconfigured("the key cannot be used for this"),
        _ => Why::Unavailable("its answer cannot be read"),
    }
}
