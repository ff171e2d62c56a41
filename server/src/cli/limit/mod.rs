//! `livery limit …`: what a workspace, a team, a member or a virtual key may spend in a month, and how
//! fast they may ask.
//!
//! A limit is set and recorded in one transaction.

mod list;
mod remove;
mod set;

pub(super) use crate::limits::nano_usd;
pub(super) use list::parts;

use super::{Common, Refused};
use clap::{Args, Subcommand};
use contract::{LimitScope, VirtualKeyId};
use store::TenantTx;

/// `livery limit`
#[derive(Subcommand)]
pub(super) enum LimitCommand {
    /// Limit what may be spent, or how fast may be asked; what is not named stays as it is
    Set(SetArgs),
    /// List the limits of a workspace
    List {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
    /// Remove the limits of a workspace, a team, a member or a virtual key
    Remove {
        #[command(flatten)]
        whose: Whose,
        /// Only those for this alias
        #[arg(long)]
        model: Option<String>,
    },
}

/// Whose limit. Without a team, member or virtual key: everybody's in the workspace together.
#[derive(Args)]
pub(super) struct Whose {
    /// Slug of the workspace
    #[arg(long)]
    workspace: String,
    /// Name of a team
    #[arg(long, group = "scope")]
    team: Option<String>,
    /// E-mail of a member
    #[arg(long, group = "scope")]
    member: Option<String>,
    /// Id of a virtual key
    #[arg(long, group = "scope")]
    virtual_key: Option<VirtualKeyId>,
}

/// `livery limit set`
#[derive(Args)]
pub(super) struct SetArgs {
    #[command(flatten)]
    whose: Whose,
    /// US dollars, e.g. 40 or 2.50
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
    /// How fast may be asked of this alias alone
    #[arg(long)]
    model: Option<String>,
}

/// Runs one of them.
pub(super) async fn run(common: &Common, command: LimitCommand) -> Result<(), Refused> {
    match command {
        LimitCommand::Set(args) => set::set(common, args).await,
        LimitCommand::List { workspace } => list::list(common, &workspace).await,
        LimitCommand::Remove { whose, model } => {
            remove::remove(common, &whose, model.as_deref()).await
        }
    }
}

/// A scope and what people call it.
struct Named {
    scope: LimitScope,
    name: String,
}

/// Whose limit is meant, looked up in the workspace.
async fn find(tx: &mut TenantTx, whose: &Whose) -> Result<Named, Refused> {
    if let Some(name) = &whose.team {
        let teams = store::teams::list(tx).await?;
        let team = teams.into_iter().find(|row| row.name == *name);
        let team = team.ok_or_else(|| format!("there is no team `{name}`"))?;
        return Ok(Named {
            scope: LimitScope::Team(team.id),
            name: format!("Team {}", team.name),
        });
    }
    if let Some(email) = &whose.member {
        let member = store::members::find_by_email(tx, email).await?;
        let member = member.ok_or_else(|| format!("there is no member `{email}`"))?;
        return Ok(Named {
            scope: LimitScope::Member(member.id),
            name: member.email,
        });
    }
    let Some(id) = whose.virtual_key else {
        return Ok(Named {
            scope: LimitScope::Workspace,
            name: whose.workspace.clone(),
        });
    };
    let key = store::virtual_keys::get(tx, id).await?;
    let key = key.ok_or_else(|| format!("there is no virtual key {id}"))?;
    Ok(Named {
        scope: LimitScope::VirtualKey(id),
        name: format!("Virtual key {}", key.name),
    })
}
