//! One file per key service, and what they share: a bounded call, bearer tokens, keys in base64.

mod aws;
mod aws_http;
mod azure;
mod azure_blob;
mod bearer;
mod call;
mod google;
mod google_account;
mod key_bytes;
mod transit;

pub use aws::{AwsKms, AwsSettings};
pub use azure::{AzureKeyVault, AzureSettings};
pub use google::{GoogleKms, GoogleSettings};
pub use transit::{Transit, TransitSettings};

use super::mac;
use super::{KeyContext, KeyService, KeyServiceError, ServiceKey, WORKSPACE_KEY_LEN, WorkspaceKey};
