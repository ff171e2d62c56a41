//! `livery kms …`: a client's own key, which seals everything of its workspace.
//!
//! Secrets come on standard input and never go to standard output.

mod attach;
mod change;
mod status;

use super::open::Opened;
use super::{Common, Refused, output};
use crate::kms::{AttachStep, By};
use clap::{Args, Subcommand};
use store::platform::sealing::SealingPhase;

/// Whoever sits at the terminal.
const OPERATOR: By<'static> = (None, "operator");

/// `livery kms`
#[derive(Subcommand)]
pub(super) enum KmsCommand {
    /// Seal a workspace under its owner's key at a key service
    #[command(subcommand)]
    Attach(attach::Attach),
    /// Say under which key a workspace is sealed, and whether it can be had
    Status {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
    /// Check the attached service live, step by step
    Check {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
    /// Replace how to get in at the attached service; the new access comes on standard input
    Access {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
        /// Another access key id (AWS) or client id (Azure)
        #[arg(long)]
        identity: Option<String>,
    },
    /// Give the workspace a new key of the same service and seal everything anew under it
    Rotate(Moved),
    /// Wrap the workspace's key anew after the service's own key was rotated there
    Rewrap {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
    /// Go back to the installation's keyring
    Detach(Moved),
    /// Put back the row that says under which key a workspace is sealed, from what was signed of it
    Repair {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
}

/// What begins a move from one key to another.
#[derive(Args)]
pub(super) struct Moved {
    /// Slug of the workspace
    #[arg(long)]
    workspace: String,
    /// Carry the move on here and come back when it is done; otherwise the server does
    #[arg(long)]
    wait: bool,
}

pub(super) async fn run(common: &Common, command: KmsCommand) -> Result<(), Refused> {
    match command {
        KmsCommand::Attach(args) => attach::attach(common, args).await,
        KmsCommand::Status { workspace } => status::status(common, &workspace).await,
        KmsCommand::Check { workspace } => status::check(common, &workspace).await,
        KmsCommand::Access {
            workspace,
            identity,
        } => change::access(common, &workspace, identity.as_deref()).await,
        KmsCommand::Rotate(moved) => change::rotate(common, &moved).await,
        KmsCommand::Rewrap { workspace } => change::rewrap(common, &workspace).await,
        KmsCommand::Detach(moved) => change::detach(common, &moved).await,
        KmsCommand::Repair { workspace } => change::repair(common, &workspace).await,
    }
}

fn tell_step(common: &Common, step: AttachStep) {
    if !common.json {
        // The step was taken whether anybody reads of it or not.
        let _ = output::line(format_args!("ok  {}", step.words()));
    }
}

/// Carries the move on until it is done, or leaves it to the server.
async fn finish(common: &Common, opened: &Opened, moved: &Moved) -> Result<(), Refused> {
    let tenant = opened.workspace(&moved.workspace).await?.id;
    let carrier = opened.moves();
    if !moved.wait {
        if !common.json {
            output::line(format_args!(
                "The server seals everything anew in the background; it takes {} seconds at least. \
                 `livery kms status` says how far it is.",
                2 * carrier.patience().as_secs()
            ))?;
        }
        return Ok(());
    }
    let every = carrier.patience() / 20;
    loop {
        let sealing = opened.store.sealing(tenant).await?;
        if sealing.is_none_or(|sealing| sealing.phase == SealingPhase::Settled) {
            break;
        }
        carrier.step(tenant).await?;
        tokio::time::sleep(every).await;
    }
    if common.json {
        return Ok(());
    }
    output::line(
        "Done: everything of the workspace is sealed under this key, and no other opens it.",
    )
}
