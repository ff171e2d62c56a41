//! Which service, and where: what is written down of an attached key.

use super::{
    AwsKms, AwsSettings, AzureKeyVault, AzureSettings, GoogleKms, GoogleSettings, KeyService,
    KeyServiceError, ServiceKey, Transit, TransitSettings,
};
use engine::{Egress, SecretString};
use serde::{Deserialize, Serialize};

/// Settings of one of the services; nothing secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "service", rename_all = "kebab-case")]
pub enum ServiceSettings {
    /// AWS KMS.
    AwsKms(AwsSettings),
    /// Azure Key Vault or Managed HSM.
    AzureKeyVault(AzureSettings),
    /// Google Cloud KMS.
    GoogleKms(GoogleSettings),
    /// Transit engine of `HashiCorp` Vault or `OpenBao`.
    Transit(TransitSettings),
}

impl ServiceSettings {
    /// The service, ready to be asked. `access`: its secret.
    ///
    /// Fails with [`KeyServiceError::Misconfigured`].
    pub fn open(
        &self,
        egress: &Egress,
        access: &SecretString,
    ) -> Result<Box<dyn KeyService>, KeyServiceError> {
        let egress = egress.clone();
        Ok(match self {
            Self::AwsKms(settings) => Box::new(AwsKms::new(egress, settings, access)?),
            Self::AzureKeyVault(settings) => {
                Box::new(AzureKeyVault::new(egress, settings, access)?)
            }
            Self::GoogleKms(settings) => Box::new(GoogleKms::new(egress, settings, access)?),
            Self::Transit(settings) => Box::new(Transit::new(egress, settings, access)?),
        })
    }

    /// With another identity to sign in as; `None`: this service has none beside its access.
    #[must_use]
    pub fn identified(self, identity: &str) -> Option<Self> {
        match self {
            Self::AwsKms(settings) => Some(Self::AwsKms(AwsSettings {
                access_key_id: identity.to_owned(),
                ..settings
            })),
            Self::AzureKeyVault(settings) => Some(Self::AzureKeyVault(AzureSettings {
                client_id: identity.to_owned(),
                ..settings
            })),
            Self::GoogleKms(_) | Self::Transit(_) => None,
        }
    }

    /// With the key named as the service names it for good: an alias that is pointed elsewhere
    /// later leads nowhere. Only AWS has aliases.
    #[must_use]
    pub fn pinned(self, key: &ServiceKey) -> Self {
        match self {
            Self::AwsKms(settings) => Self::AwsKms(AwsSettings {
                key: key.pinned.clone(),
                ..settings
            }),
            other => other,
        }
    }
}
