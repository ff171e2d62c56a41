//! `livery agency`: resellers and their people.

use super::open::Opened;
use super::operator::tell;
use super::serve::roster;
use super::workspace_create::people;
use super::{Common, Refused, open, output};
use crate::staff::StaffGrant;
use clap::{Args, Subcommand};
use contract::AgencyId;
use contract::staff::Grant;
use serde_json::json;
use store::platform::agencies::AgencyRow;
use store::platform::staff_log::Deed;
use uuid::Uuid;

#[derive(Subcommand)]
pub(super) enum AgencyCommand {
    /// Create an agency
    Create {
        /// Short name: lower-case letters, digits and hyphens
        #[arg(long)]
        slug: String,
        /// Name people read
        #[arg(long)]
        name: String,
    },
    /// List agencies
    List,
    /// Bring somebody into an agency
    Invite(InviteArgs),
}

/// `livery agency invite`
#[derive(Args)]
pub(super) struct InviteArgs {
    /// Short name of the agency
    #[arg(long)]
    agency: String,
    /// Sign-in address
    #[arg(long)]
    email: String,
    /// Brings in others and makes clients
    #[arg(long, conflicts_with = "workspace")]
    owner: bool,
    /// May open a client's workspace as an administrator
    #[arg(long)]
    may_open: bool,
    /// Looks after this client only; may be repeated
    #[arg(long)]
    workspace: Vec<String>,
}

pub(super) async fn run(common: &Common, command: AgencyCommand) -> Result<(), Refused> {
    open::with_open(common, async |opened| match command {
        AgencyCommand::Create { slug, name } => create(common, opened, slug, name).await,
        AgencyCommand::List => list(common, opened).await,
        AgencyCommand::Invite(args) => invite(common, opened, args).await,
    })
    .await
}

async fn create(
    common: &Common,
    opened: &Opened,
    slug: String,
    name: String,
) -> Result<(), Refused> {
    let row = AgencyRow {
        id: AgencyId::from_uuid(Uuid::now_v7()),
        slug,
        name,
        demo: false,
    };
    let deed = Deed::new(None, "operator", "agency.created", &row.slug);
    opened.store.create_agency(&row, &deed).await?;
    if common.json {
        return output::document(&json!({ "id": row.id, "slug": row.slug, "name": row.name }));
    }
    output::line(format_args!("Created {}.", row.name))
}

async fn list(common: &Common, opened: &Opened) -> Result<(), Refused> {
    let clients = opened.store.clients_by_agency().await?;
    let count = |id: AgencyId| {
        let found = clients.iter().find(|(agency, _)| *agency == id);
        found.map_or(0, |(_, count)| *count)
    };
    let rows = opened.store.agencies().await?;
    if common.json {
        let rows = rows.iter().map(|row| {
            json!({ "id": row.id, "slug": row.slug, "name": row.name, "demo": row.demo,
                    "workspaces": count(row.id) })
        });
        return output::document(&json!({ "agencies": rows.collect::<Vec<_>>() }));
    }
    for row in rows {
        output::line(format_args!(
            "{:<20} {:<32} {}",
            row.slug,
            row.name,
            count(row.id)
        ))?;
    }
    Ok(())
}

async fn invite(common: &Common, opened: &Opened, args: InviteArgs) -> Result<(), Refused> {
    let agency = opened.agency(&args.agency).await?;
    let mut only = Vec::new();
    for slug in &args.workspace {
        let row = opened.workspace(slug).await?;
        if row.agency != Some(agency.id) {
            return Err(format!("workspace `{slug}` is not a client of `{}`", args.agency).into());
        }
        only.push(row.id);
    }
    let grant = Grant {
        agency: Some((agency.id, agency.name)),
        owner: args.owner,
        only: (!only.is_empty()).then_some(only),
        may_open: args.may_open,
    };
    let wanted = StaffGrant {
        email: args.email,
        grant,
    };
    let roster = roster(opened, &people(opened)?)?;
    let invited = roster.invite_by_command(wanted).await;
    tell(common, &invited.map_err(|error| error.message.to_string())?)
}
