//! AWS KMS: a symmetric key by its ARN.
//!
//! Every call names the key, so that a stored value cannot choose its own, and carries the
//! workspace as encryption context, so that a value of one workspace does not open for another.

use super::aws_http::GuardedHttp;
use super::{KeyContext, KeyService, KeyServiceError, ServiceKey, WORKSPACE_KEY_LEN, WorkspaceKey};
use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::timeout::TimeoutConfig;
use aws_sdk_kms::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{DataKeySpec, KeySpec, KeyState, KeyUsageType};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use engine::{Egress, SecretString};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::time::Duration;
use zeroize::Zeroizing;

/// One try of one call.
const EACH: Duration = Duration::from_millis(2_500);
/// A call with all its tries.
const IN_ALL: Duration = Duration::from_secs(6);

/// Where the key is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwsSettings {
    /// ARN of the key or of an alias; an alias is followed once, when it is attached.
    pub key: String,
    /// Another address than the region's own, e.g. a VPC endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Who signs in; the secret that belongs to it is the access.
    pub access_key_id: String,
}

/// A key at AWS KMS.
pub struct AwsKms {
    client: Client,
    key: String,
    region: String,
}

impl AwsKms {
    /// `secret`: the secret access key.
    ///
    /// Fails with [`KeyServiceError::Misconfigured`] when `settings.key` is not an ARN of AWS KMS.
    pub fn new(
        egress: Egress,
        settings: &AwsSettings,
        secret: &SecretString,
    ) -> Result<Self, KeyServiceError> {
        let region = region_of(&settings.key).ok_or(KeyServiceError::Misconfigured(
            "the key is not named by its ARN, arn:aws:kms:<region>:<account>:key/<id>",
        ))?;
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(EACH)
            .operation_timeout(IN_ALL)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(3)
            .with_initial_backoff(Duration::from_millis(100))
            .with_max_backoff(Duration::from_millis(500));
        let mut config = aws_sdk_kms::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.to_owned()))
            .credentials_provider(Credentials::new(
                settings.access_key_id.clone(),
                secret.expose_secret(),
                None,
                None,
                "workspace",
            ))
            .http_client(GuardedHttp(egress))
            .timeout_config(timeouts)
            .retry_config(retries);
        config.set_endpoint_url(settings.endpoint.clone());
        Ok(Self {
            client: Client::from_conf(config.build()),
            key: settings.key.clone(),
            region: region.to_owned(),
        })
    }

    /// Why a call failed. A state that the error does not name is asked for.
    async fn judge<E: ProvideErrorMetadata>(
        &self,
        error: SdkError<E, HttpResponse>,
    ) -> KeyServiceError {
        if code_of(&error) != Some("KMSInvalidStateException") {
            return classify(&error);
        }
        match self.describe().await {
            Ok(_) => KeyServiceError::Unavailable("the key is not ready"),
            Err(error) => error,
        }
    }
}

#[async_trait]
impl KeyService for AwsKms {
    async fn describe(&self) -> Result<ServiceKey, KeyServiceError> {
        let described = self.client.describe_key().key_id(&self.key).send().await;
        let described = described.map_err(|error| classify(&error))?;
        let key = described
            .key_metadata
            .ok_or(KeyServiceError::Unavailable("its answer names no key"))?;
        match key.key_state {
            Some(KeyState::Enabled | KeyState::Updating) => {}
            Some(KeyState::Disabled) => return Err(KeyServiceError::Disabled),
            Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion) => {
                return Err(KeyServiceError::PendingDeletion);
            }
            _ => return Err(KeyServiceError::Unavailable("the key is not ready")),
        }
        if key.key_usage != Some(KeyUsageType::EncryptDecrypt)
            || key.key_spec != Some(KeySpec::SymmetricDefault)
        {
            return Err(KeyServiceError::Misconfigured(
                "the key is not a symmetric key for encryption",
            ));
        }
        let id = key.key_id;
        Ok(ServiceKey {
            label: format!("the AWS key {id} in {}", self.region),
            pinned: key.arn.unwrap_or(id),
        })
    }

    async fn generate(
        &self,
        context: &KeyContext,
    ) -> Result<(WorkspaceKey, Vec<u8>), KeyServiceError> {
        let made = self
            .client
            .generate_data_key()
            .key_id(&self.key)
            .key_spec(DataKeySpec::Aes256)
            .set_encryption_context(Some(encryption_context(context)))
            .send()
            .await;
        let made = match made {
            Ok(made) => made,
            Err(error) => return Err(self.judge(error).await),
        };
        let wrapped = made
            .ciphertext_blob
            .ok_or(KeyServiceError::Unavailable("its answer has no key"))?;
        Ok((workspace_key(made.plaintext)?, wrapped.into_inner()))
    }

    async fn unwrap(
        &self,
        context: &KeyContext,
        wrapped: &[u8],
    ) -> Result<WorkspaceKey, KeyServiceError> {
        let opened = self
            .client
            .decrypt()
            .key_id(&self.key)
            .ciphertext_blob(Blob::new(wrapped))
            .set_encryption_context(Some(encryption_context(context)))
            .send()
            .await;
        match opened {
            Ok(opened) => workspace_key(opened.plaintext),
            Err(error) => Err(self.judge(error).await),
        }
    }

    async fn rewrap(
        &self,
        context: &KeyContext,
        wrapped: &[u8],
    ) -> Result<Vec<u8>, KeyServiceError> {
        let context = encryption_context(context);
        let wrapped = self
            .client
            .re_encrypt()
            .source_key_id(&self.key)
            .destination_key_id(&self.key)
            .ciphertext_blob(Blob::new(wrapped))
            .set_source_encryption_context(Some(context.clone()))
            .set_destination_encryption_context(Some(context))
            .send()
            .await;
        match wrapped {
            Ok(wrapped) => wrapped
                .ciphertext_blob
                .map(Blob::into_inner)
                .ok_or(KeyServiceError::Unavailable("its answer has no key")),
            Err(error) => Err(self.judge(error).await),
        }
    }
}

fn encryption_context(context: &KeyContext) -> HashMap<String, String> {
    context
        .pairs()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn workspace_key(plaintext: Option<Blob>) -> Result<WorkspaceKey, KeyServiceError> {
    let bytes = Zeroizing::new(plaintext.map(Blob::into_inner).unwrap_or_default());
    let mut key = Zeroizing::new([0; WORKSPACE_KEY_LEN]);
    if bytes.len() != key.len() {
        return Err(KeyServiceError::Unavailable("its answer has no key"));
    }
    key.copy_from_slice(&bytes);
    Ok(WorkspaceKey::new(key))
}

/// `eu-central-1` of `arn:aws:kms:eu-central-1:111122223333:key/…`.
fn region_of(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let (scheme, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let named = resource.starts_with("key/") || resource.starts_with("alias/");
    let plain = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    (scheme == "arn"
        && partition.starts_with("aws")
        && service == "kms"
        && plain(region)
        && plain(account)
        && named)
        .then_some(region)
}

fn code_of<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<&str> {
    error
        .as_service_error()
        .and_then(|error| error.meta().code())
}

fn classify<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> KeyServiceError {
    use KeyServiceError as Why;
    match error {
        SdkError::TimeoutError(_) => Why::Unavailable("it took too long"),
        SdkError::DispatchFailure(failure) if failure.is_user() => {
            Why::Misconfigured("its address may not be reached from here")
        }
        SdkError::DispatchFailure(_) => Why::Unavailable("it cannot be reached"),
        SdkError::ServiceError(service) => {
            let code = code_of(error).or_else(|| code_in_xml(service.raw()));
            code.map_or(Why::Unavailable("its answer cannot be read"), by_code)
        }
        _ => Why::Unavailable("its answer cannot be read"),
    }
}

/// The error codes of AWS KMS and of AWS's common sign-in.
fn by_code(code: &str) -> KeyServiceError {
    use KeyServiceError as Why;
    match code {
        "DisabledException" => Why::Disabled,
        "NotFoundException" => Why::NotFound,
        "AccessDenied"
        | "AccessDeniedException"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "NotAuthorized"
        | "OptInRequired"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => Why::Denied,
        "IncorrectKeyException" | "InvalidCiphertextException" => Why::Tampered,
        "InvalidArnException" | "InvalidKeyUsageException" | "ValidationException" => {
            Why::Misconfigured("the key cannot be used for this")
        }
        "Throttling" | "ThrottlingException" | "LimitExceededException" => {
            Why::Unavailable("it asks for fewer requests")
        }
        _ => Why::Unavailable("it reports trouble of its own"),
    }
}

/// What stands in front of the service says no in XML, which the SDK does not read.
fn code_in_xml(response: &HttpResponse) -> Option<&str> {
    let body = std::str::from_utf8(response.body().bytes()?).ok()?;
    let (_, rest) = body.split_once("<Code>")?;
    rest.split_once("</Code>").map(|(code, _)| code)
}

#[cfg(test)]
mod tests {
    use super::region_of;

    #[test]
    fn a_key_is_named_by_its_arn() {
        let key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab";
        assert_eq!(region_of(key), Some("eu-central-1"));
        let alias = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/livery";
        assert_eq!(region_of(alias), Some("us-gov-west-1"));
        for wrong in [
            "",
            "1234abcd-12ab",
            "alias/livery",
            "arn:aws:s3:eu-central-1:111122223333:key/1",
            "arn:aws:kms::111122223333:key/1",
            "arn:aws:kms:evil.example/:111122223333:key/1",
            "arn:aws:kms:eu-central-1:111122223333:other/1",
        ] {
            assert_eq!(region_of(wrong), None, "{wrong}");
        }
    }
}
