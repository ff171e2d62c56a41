//! Azure Key Vault and Managed HSM: a key that wraps.
//!
//! Wrapping takes no associated data there, and with an RSA key anybody can wrap. So what is wrapped
//! is not the workspace's key but what it is derived from, together with the workspace; and a tag
//! made from the same bytes shows that whoever wrapped them knew them.

use super::azure_blob::WrappedSeed;
use super::bearer::Bearer;
use super::call::{Answer, Call, CallBody, call, secret_header};
use super::key_bytes::{fresh_key, key_from};
use super::{KeyContext, KeyService, KeyServiceError, ServiceKey, WorkspaceKey};
use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use engine::{Egress, SecretString};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use url::Url;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

const API: &str = "api-version=7.4";

/// Where the key is, and who signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzureSettings {
    /// Address of the vault, e.g. `https://example.vault.azure.net`.
    pub vault: String,
    /// Name of the key.
    pub key: String,
    /// Directory (tenant) of the application.
    pub directory: String,
    /// The application's client id; its secret is the access.
    pub client_id: String,
    /// Another sign-in address than the public cloud's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
}

/// A key at Azure.
pub struct AzureKeyVault {
    egress: Egress,
    settings: AzureSettings,
    secret: SecretString,
    bearer: Bearer,
}

/// A version of the key, as the service describes it.
struct Version {
    kid: String,
    algorithm: &'static str,
}

impl AzureKeyVault {
    /// `secret`: the application's client secret.
    ///
    /// Fails with [`KeyServiceError::Misconfigured`].
    pub fn new(
        egress: Egress,
        settings: &AzureSettings,
        secret: &SecretString,
    ) -> Result<Self, KeyServiceError> {
        for name in [&settings.key, &settings.directory, &settings.client_id] {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
            if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
                return Err(KeyServiceError::Misconfigured(
                    "key, directory and client id are names of letters, digits and -",
                ));
            }
        }
        Ok(Self {
            egress,
            settings: AzureSettings {
                vault: settings.vault.trim().trim_end_matches('/').to_owned(),
                ..settings.clone()
            },
            secret: secret.clone(),
            bearer: Bearer::default(),
        })
    }

    async fn token(&self) -> Result<SecretString, KeyServiceError> {
        let settings = &self.settings;
        let host = Url::parse(&settings.vault).ok();
        let hsm = host
            .and_then(|url| {
                url.host_str()
                    .map(|host| host.ends_with(".managedhsm.azure.net"))
            })
            .unwrap_or(false);
        let scope = if hsm {
            "https://managedhsm.azure.net/.default"
        } else {
            "https://vault.azure.net/.default"
        };
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &settings.client_id)
            .append_pair("client_secret", self.secret.expose_secret())
            .append_pair("scope", scope)
            .finish();
        let login = settings.login.as_deref();
        let asked = Call {
            base: login.unwrap_or("https://login.microsoftonline.com"),
            path: &format!("{}/oauth2/v2.0/token", settings.directory),
            query: None,
            headers: HeaderMap::new(),
            body: CallBody::Form(Zeroizing::new(form)),
        };
        self.bearer.get(|| call(&self.egress, &asked)).await
    }

    async fn ask(&self, path: &str, body: CallBody) -> Result<Value, KeyServiceError> {
        let token = self.token().await?;
        let mut headers = HeaderMap::new();
        let bearer = Zeroizing::new(format!("Bearer {}", token.expose_secret()));
        headers.insert(AUTHORIZATION, secret_header(&bearer)?);
        let asked = Call {
            base: &self.settings.vault,
            path,
            query: Some(API),
            headers,
            body,
        };
        let answer = call(&self.egress, &asked).await?;
        match answer.status {
            200 => answer.json(),
            _ => Err(refusal(&answer)),
        }
    }

    /// The newest version of the key.
    async fn newest(&self) -> Result<Version, KeyServiceError> {
        let path = format!("keys/{}", self.settings.key);
        let described = self.ask(&path, CallBody::Nothing).await?;
        let (key, attributes) = (&described["key"], &described["attributes"]);
        let now = now_seconds();
        let expired = attributes["exp"].as_u64().is_some_and(|at| at <= now);
        let early = attributes["nbf"].as_u64().is_some_and(|at| at > now);
        if attributes["enabled"] == false || expired || early {
            return Err(KeyServiceError::Disabled);
        }
        let algorithm = match key["kty"].as_str() {
            Some("RSA" | "RSA-HSM") => "RSA-OAEP-256",
            Some("oct" | "oct-HSM") => "A256KW",
            _ => return Err(KeyServiceError::Misconfigured("the key cannot wrap keys")),
        };
        let kid = key["kid"].as_str().unwrap_or_default().to_owned();
        self.version_of(&kid)?;
        Ok(Version { kid, algorithm })
    }

    /// The version in the name of a key, which must be the key that was attached.
    fn version_of<'a>(&self, kid: &'a str) -> Result<&'a str, KeyServiceError> {
        let ours = format!("{}/keys/{}/", self.settings.vault, self.settings.key);
        let version = kid.strip_prefix(&ours).ok_or(KeyServiceError::Tampered)?;
        let plain = !version.is_empty() && version.chars().all(|c| c.is_ascii_alphanumeric());
        plain.then_some(version).ok_or(KeyServiceError::Tampered)
    }

    async fn operate(
        &self,
        operation: &str,
        (kid, algorithm): (&str, &str),
        value: &str,
    ) -> Result<Value, KeyServiceError> {
        let version = self.version_of(kid)?;
        let path = format!("keys/{}/{version}/{operation}", self.settings.key);
        let body = CallBody::json(&json!({ "alg": algorithm, "value": value }));
        let mut done = self.ask(&path, body).await?;
        Ok(done["value"].take())
    }

    async fn wrap(
        &self,
        context: &KeyContext,
        seed: &WorkspaceKey,
    ) -> Result<Vec<u8>, KeyServiceError> {
        let version = self.newest().await?;
        let value = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(seed.bytes()));
        let named = (version.kid.as_str(), version.algorithm);
        let wrapped = self.operate("wrapkey", named, &value).await?;
        let unread = KeyServiceError::Unavailable("its answer has no key");
        let wrapped = wrapped.as_str().ok_or(unread)?;
        WrappedSeed {
            kid: version.kid.clone(),
            algorithm: version.algorithm.to_owned(),
            wrapped: BASE64_URL_SAFE_NO_PAD.decode(wrapped).map_err(|_| unread)?,
        }
        .write(context, seed)
    }

    async fn seed(
        &self,
        context: &KeyContext,
        blob: &[u8],
    ) -> Result<WorkspaceKey, KeyServiceError> {
        let (stored, tag) = WrappedSeed::read(blob).ok_or(KeyServiceError::Tampered)?;
        let value = BASE64_URL_SAFE_NO_PAD.encode(&stored.wrapped);
        let named = (stored.kid.as_str(), stored.algorithm.as_str());
        let opened = self.operate("unwrapkey", named, &value).await?;
        let seed = key_from(&BASE64_URL_SAFE_NO_PAD, opened.as_str())?;
        if !stored.is_tagged(context, &seed, &tag) {
            return Err(KeyServiceError::Tampered);
        }
        Ok(seed)
    }
}

#[async_trait]
impl KeyService for AzureKeyVault {
    async fn describe(&self) -> Result<ServiceKey, KeyServiceError> {
        self.newest().await?;
        let host = Url::parse(&self.settings.vault).ok();
        let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
        Ok(ServiceKey {
            pinned: format!("{}/keys/{}", self.settings.vault, self.settings.key),
            label: format!("the Azure key {} in {host}", self.settings.key),
        })
    }

    async fn generate(
        &self,
        context: &KeyContext,
    ) -> Result<(WorkspaceKey, Vec<u8>), KeyServiceError> {
        let seed = fresh_key()?;
        let wrapped = self.wrap(context, &seed).await?;
        Ok((WrappedSeed::key(context, &seed), wrapped))
    }

    async fn unwrap(
        &self,
        context: &KeyContext,
        wrapped: &[u8],
    ) -> Result<WorkspaceKey, KeyServiceError> {
        let seed = self.seed(context, wrapped).await?;
        Ok(WrappedSeed::key(context, &seed))
    }

    async fn rewrap(
        &self,
        context: &KeyContext,
        wrapped: &[u8],
    ) -> Result<Vec<u8>, KeyServiceError> {
        let seed = self.seed(context, wrapped).await?;
        self.wrap(context, &seed).await
    }
}

/// Codes of Azure's errors: the inner one is the precise one.
fn refusal(answer: &Answer) -> KeyServiceError {
    use KeyServiceError as Why;
    let Ok(document) = answer.json() else {
        return Why::Unavailable("its answer cannot be read");
    };
    let error = &document["error"];
    let (code, inner) = (error["code"].as_str(), error["innererror"]["code"].as_str());
    match (answer.status, code, inner) {
        (_, _, Some("KeyDisabled" | "KeyExpired" | "KeyNotYetValid")) => Why::Disabled,
        (_, _, Some("ObjectIsDeletedButRecoverable" | "ObjectIsBeingDeleted"))
        | (_, Some("ObjectIsDeletedButRecoverable" | "ObjectIsBeingDeleted"), _) => {
            Why::PendingDeletion
        }
        (404, Some("KeyNotFound" | "VaultNotFound"), _) => Why::NotFound,
        (401, ..) | (403, Some(_), _) => Why::Denied,
        // What is stored does not fit the key: padding of RSA, integrity of the key wrap.
        (400, Some("BadParameter"), _) => Why::Tampered,
        (400, Some(_), _) => Why::Misconfigured("the key cannot be used for this"),
        _ => Why::Unavailable("its answer cannot be read"),
    }
}

fn now_seconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
