//! `livery virtual-key …`: keys for a workspace's programs.
//!
//! A token goes to standard output when it is made, and never again.

mod change;
mod create;
mod moment;
mod show;

use super::open::Opened;
use super::{Common, Refused, open};
use crate::virtual_keys::{VirtualKeys, Who};
use clap::{Args, Subcommand};
use contract::VirtualKeyId;
use std::sync::Arc;

/// What the record says of whoever holds the installation.
const OPERATOR: Who<'static> = (None, "operator");

/// `livery virtual-key`
#[derive(Subcommand)]
pub(super) enum VirtualKeyCommand {
    /// Make a key; its token is printed once
    Create(CreateArgs),
    /// List the keys, revoked ones too
    List {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
    /// Show one key
    Show(OneKey),
    /// Give a key a new token; the old one stays good for a while
    Rotate {
        #[command(flatten)]
        key: OneKey,
        /// For how long the old token stays good, e.g. 24h or 7d; 0: not at all
        #[arg(long, default_value = "24h")]
        overlap: String,
    },
    /// Kill a key, on every process within seconds
    Revoke(OneKey),
}

/// A key by id.
#[derive(Args)]
pub(super) struct OneKey {
    /// Slug of the workspace
    #[arg(long)]
    workspace: String,
    /// Id of the key
    #[arg(long)]
    id: VirtualKeyId,
}

/// `livery virtual-key create`
#[derive(Args)]
pub(super) struct CreateArgs {
    /// Slug of the workspace
    #[arg(long)]
    workspace: String,
    /// What the workspace calls the program
    #[arg(long)]
    name: String,
    /// The only environment it reaches
    #[arg(long, default_value = "production")]
    environment: String,
    /// Name of the team it is for
    #[arg(long)]
    team: Option<String>,
    /// E-mail of the member it is for; it dies with their account
    #[arg(long)]
    member: Option<String>,
    /// An alias it may ask; repeat for more; without: every one of the environment
    #[arg(long)]
    model: Vec<String>,
    /// A network it may be used from, like 10.0.0.0/8; repeat for more; without: anywhere
    #[arg(long)]
    network: Vec<String>,
    /// Its last day (UTC), like 2027-01-31, or how long it is good, like 90d or 12h
    #[arg(long)]
    expires: Option<String>,
    /// US dollars it may spend, e.g. 40 or 2.50
    #[arg(long)]
    usd: Option<String>,
    /// The period of --usd
    #[arg(long, default_value = "month")]
    per: String,
    /// Questions a minute
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    requests_per_minute: Option<u32>,
    /// Tokens a minute, read and written
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    tokens_per_minute: Option<u32>,
    /// Answers being written at once
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    concurrent: Option<u32>,
}

/// Runs one of them.
pub(super) async fn run(common: &Common, command: VirtualKeyCommand) -> Result<(), Refused> {
    open::with_open(common, async |opened| match command {
        VirtualKeyCommand::Create(args) => create::create(common, opened, args).await,
        VirtualKeyCommand::List { workspace } => show::list(common, opened, &workspace).await,
        VirtualKeyCommand::Show(key) => show::show(common, opened, &key).await,
        VirtualKeyCommand::Rotate { key, overlap } => {
            change::rotate(common, opened, &key, &overlap).await
        }
        VirtualKeyCommand::Revoke(key) => change::revoke(common, opened, &key).await,
    })
    .await
}

fn keys(opened: &Opened) -> VirtualKeys {
    VirtualKeys::new(opened.store.clone(), Arc::clone(&opened.keyring))
}
