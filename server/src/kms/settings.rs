//! Which service, and where: what is written down of an attached key.

use super::{AwsKms, AwsSettings, KeyService, KeyServiceError, ServiceKey};
use engine::{Egress, SecretString};
use serde::{Deserialize, Serialize};

/// Settings of one of the services; nothing secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "service", rename_all = "kebab-case")]
pub enum ServiceSettings {
    /// AWS KMS.
    AwsKms(AwsSettings),
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
        Ok(match self {
            Self::AwsKms(settings) => Box::new(AwsKms::new(egress.clone(), settings, access)?),
        })
    }

    /// With the key named as the service names it for good: an alias that is pointed elsewhere
    /// later leads nowhere.
    #[must_use]
    pub fn pinned(self, key: &ServiceKey) -> Self {
        match self {
            Self::AwsKms(settings) => Self::AwsKms(AwsSettings {
                key: key.pinned.clone(),
                ..settings
            }),
        }
    }
}
