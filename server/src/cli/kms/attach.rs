//! `livery kms attach`: a live check of a key service, and the beginning of the move to it.

use super::super::{Common, Refused, open, output};
use super::{Moved, OPERATOR, finish, tell_step};
use crate::kms::{AwsSettings, AzureSettings, GoogleSettings, ServiceSettings, TransitSettings};
use clap::{Args, Subcommand};
use engine::SecretString;
use std::io::Read as _;
use zeroize::Zeroizing;

/// The longest access that is read, in bytes; a service account's file is a few kilobytes.
const ACCESS_MAX_BYTES: u64 = 16 * 1024;

/// `livery kms attach`
#[derive(Subcommand)]
pub(in crate::cli) enum Attach {
    /// AWS KMS; the secret access key comes on standard input
    Aws(AwsArgs),
    /// Azure Key Vault or Managed HSM; the application's client secret comes on standard input
    Azure(AzureArgs),
    /// Google Cloud KMS; the service account's key file comes on standard input
    Google(GoogleArgs),
    /// Transit engine of `HashiCorp` Vault or `OpenBao`; the token comes on standard input
    Transit(TransitArgs),
}

/// `livery kms attach aws`
#[derive(Args)]
pub(in crate::cli) struct AwsArgs {
    #[command(flatten)]
    moved: Moved,
    /// ARN of the key, or of an alias that leads to it
    #[arg(long)]
    key: String,
    /// Id of the access key that may describe, generate, decrypt and re-encrypt with this key
    #[arg(long)]
    access_key_id: String,
    /// Another address than the region's own, e.g. a VPC endpoint
    #[arg(long)]
    endpoint: Option<String>,
}

/// `livery kms attach azure`
#[derive(Args)]
pub(in crate::cli) struct AzureArgs {
    #[command(flatten)]
    moved: Moved,
    /// Address of the vault, e.g. <https://example.vault.azure.net>
    #[arg(long)]
    vault: String,
    /// Name of the key
    #[arg(long)]
    key: String,
    /// Directory (tenant) of the application that may get, wrap and unwrap with this key
    #[arg(long)]
    directory: String,
    /// Its client id
    #[arg(long)]
    client_id: String,
    /// Another sign-in address than the public cloud's
    #[arg(long)]
    login: Option<String>,
}

/// `livery kms attach google`
#[derive(Args)]
pub(in crate::cli) struct GoogleArgs {
    #[command(flatten)]
    moved: Moved,
    /// projects/…/locations/…/keyRings/…/cryptoKeys/…
    #[arg(long)]
    key: String,
    /// Another address than the public one, e.g. a private endpoint
    #[arg(long)]
    endpoint: Option<String>,
}

/// `livery kms attach transit`
#[derive(Args)]
pub(in crate::cli) struct TransitArgs {
    #[command(flatten)]
    moved: Moved,
    /// Address of the server, e.g. <https://vault.example.com:8200>
    #[arg(long)]
    address: String,
    /// Namespace, where there are some
    #[arg(long)]
    namespace: Option<String>,
    /// Where the engine is mounted
    #[arg(long, default_value = "transit")]
    mount: String,
    /// Name of the key
    #[arg(long)]
    key: String,
}

impl Attach {
    fn split(self) -> (Moved, ServiceSettings) {
        match self {
            Self::Aws(args) => {
                let settings = AwsSettings {
                    key: args.key,
                    endpoint: args.endpoint,
                    access_key_id: args.access_key_id,
                };
                (args.moved, ServiceSettings::AwsKms(settings))
            }
            Self::Azure(args) => {
                let settings = AzureSettings {
                    vault: args.vault,
                    key: args.key,
                    directory: args.directory,
                    client_id: args.client_id,
                    login: args.login,
                };
                (args.moved, ServiceSettings::AzureKeyVault(settings))
            }
            Self::Google(args) => {
                let settings = GoogleSettings {
                    key: args.key,
                    endpoint: args.endpoint,
                };
                (args.moved, ServiceSettings::GoogleKms(settings))
            }
            Self::Transit(args) => {
                let settings = TransitSettings {
                    address: args.address,
                    namespace: args.namespace,
                    mount: args.mount,
                    key: args.key,
                };
                (args.moved, ServiceSettings::Transit(settings))
            }
        }
    }
}

pub(super) async fn attach(common: &Common, args: Attach) -> Result<(), Refused> {
    let (moved, settings) = args.split();
    let access = read_access()?;
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(&moved.workspace).await?.id;
        let tell = |step| tell_step(common, step);
        let key = opened
            .custody
            .attach(tenant, settings.clone(), &access, OPERATOR, tell)
            .await?;
        finish(common, opened, &moved).await?;
        if common.json {
            return output::document(&serde_json::json!({ "key": key.pinned, "label": key.label }));
        }
        output::line(format_args!("Attached {}.", key.label))
    })
    .await
}

pub(super) fn read_access() -> Result<SecretString, Refused> {
    let mut text = Zeroizing::new(String::new());
    std::io::stdin()
        .lock()
        .take(ACCESS_MAX_BYTES + 1)
        .read_to_string(&mut text)?;
    if text.trim().is_empty() {
        return Err("no access on standard input; use: livery kms attach … < secret".into());
    }
    if text.len() as u64 > ACCESS_MAX_BYTES {
        return Err("what came on standard input is too long to be an access".into());
    }
    Ok(text.trim().to_owned().into())
}
