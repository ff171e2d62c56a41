//! `livery key …`: provider keys from the terminal, with the same rules as in the browser.
//!
//! The operator acts here, so there is no proof to give and no terms to accept. Secrets come on
//! standard input and never go to standard output.

mod add;
mod change;
mod check;
mod list;
mod rotate;

use super::open::Opened;
use super::{Common, Refused};
use clap::{Args, Subcommand};
use contract::TenantId;
use contract::keys::{KeyEnvironment, KeyPlace};
use store::provider_keys::ProviderKeyRow;

/// `livery key`
#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// Seal a provider key read from standard input
    Add(AddArgs),
    /// List the sealed keys
    List {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
    /// Check a sealed key live, step by step
    Check(NamedKey),
    /// Give a key a new secret read from standard input
    Rotate {
        #[command(flatten)]
        key: NamedKey,
        /// Hours for which the old secret can be taken back; 0 erases it now
        #[arg(long, default_value_t = 24)]
        keep_hours: u32,
    },
    /// Go back to the secret before the last rotation
    TakeBack(NamedKey),
    /// Let members bring keys of their own, or not
    Members {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
        /// Whether they may: yes or no
        #[arg(long, value_parser = ["yes", "no"])]
        allow: String,
    },
    /// Stop using a key
    Disable(NamedKey),
    /// Use a key again
    Enable(NamedKey),
    /// Erase a key's secret for good
    Delete {
        #[command(flatten)]
        key: NamedKey,
        /// The key's name once more: nothing brings it back
        #[arg(long)]
        confirm: String,
    },
}

/// `livery key add`
#[derive(Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    pub(super) key: NamedKey,
    /// openai, anthropic, gemini, azure, bedrock, mistral, groq, deepseek, xai, openrouter,
    /// together or openai-compatible
    #[arg(long)]
    pub(super) provider: String,
    /// Address of the API, e.g. <https://api.example.com/v1>; needed for azure and
    /// openai-compatible
    #[arg(long)]
    pub(super) base_url: Option<String>,
    /// Azure: deployment that a check asks
    #[arg(long)]
    pub(super) deployment: Option<String>,
    /// Azure: api-version
    #[arg(long)]
    pub(super) api_version: Option<String>,
    /// Bedrock: region
    #[arg(long)]
    pub(super) region: Option<String>,
    /// Bedrock: id of the access key; without it the key is a bearer key
    #[arg(long)]
    pub(super) access_key_id: Option<String>,
    /// `OpenAI`: organisation id
    #[arg(long)]
    pub(super) organisation: Option<String>,
    /// `OpenAI`: project id
    #[arg(long)]
    pub(super) project: Option<String>,
    /// Only for the members of this team
    #[arg(long)]
    pub(super) team: Option<String>,
}

/// A key by name.
#[derive(Args, Clone)]
pub(super) struct NamedKey {
    /// Slug of the workspace
    #[arg(long)]
    pub(super) workspace: String,
    /// Name by which routes refer to the key
    #[arg(long)]
    pub(super) name: String,
    /// Environment the key belongs to
    #[arg(long, default_value = "production")]
    pub(super) environment: String,
}

/// Runs one of them.
pub(super) async fn run(common: &Common, command: KeyCommand) -> Result<(), Refused> {
    match command {
        KeyCommand::Add(args) => add::add(common, args).await,
        KeyCommand::List { workspace } => list::list(common, &workspace).await,
        KeyCommand::Check(key) => check::check(common, &key).await,
        KeyCommand::Rotate { key, keep_hours } => rotate::rotate(common, &key, keep_hours).await,
        KeyCommand::TakeBack(key) => change::take_back(common, &key).await,
        KeyCommand::Members { workspace, allow } => {
            change::members(common, &workspace, allow == "yes").await
        }
        KeyCommand::Disable(key) => change::disable(common, &key).await,
        KeyCommand::Enable(key) => change::enable(common, &key).await,
        KeyCommand::Delete { key, confirm } => change::delete(common, &key, &confirm).await,
    }
}

impl AddArgs {
    fn place(&self) -> KeyPlace {
        KeyPlace {
            base_url: self.base_url.clone(),
            deployment: self.deployment.clone(),
            api_version: self.api_version.clone(),
            region: self.region.clone(),
            access_key_id: self.access_key_id.clone(),
            organisation: self.organisation.clone(),
            project: self.project.clone(),
            probe_model: None,
        }
    }
}

/// The environment with this name.
fn environment(name: &str) -> Result<KeyEnvironment, Refused> {
    KeyEnvironment::parse(name).ok_or_else(|| {
        format!("environment `{name}` is not known; use development, staging or production").into()
    })
}

/// The sealed key with this name, and its workspace.
async fn find(opened: &Opened, key: &NamedKey) -> Result<(TenantId, ProviderKeyRow), Refused> {
    let tenant = opened.workspace(&key.workspace).await?.id;
    let environment = environment(&key.environment)?;
    let mut tx = opened.store.enter(tenant).await?;
    let row =
        store::provider_keys::find_by_name(&mut tx, environment.as_str(), &key.name, None).await?;
    tx.commit().await?;
    let row = row.ok_or_else(|| {
        format!(
            "workspace {} has no key `{}` in {}",
            key.workspace, key.name, key.environment
        )
    })?;
    Ok((tenant, row))
}
