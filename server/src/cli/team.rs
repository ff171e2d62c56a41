//! `livery team …`: groups of members, for keys that only some of them use.

use super::{Common, Refused, open, output};
use crate::identity::{make_team, put_into_team, team_name};
use clap::{Args, Subcommand};
use serde_json::json;

/// `livery team`
#[derive(Subcommand)]
pub(super) enum TeamCommand {
    /// Make a team
    Create(NamedTeam),
    /// List the teams with their members
    List {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
    /// Put a member into a team
    Join(Place),
    /// Take a member out of a team
    Leave(Place),
}

/// A team by name.
#[derive(Args)]
pub(super) struct NamedTeam {
    /// Slug of the workspace
    #[arg(long)]
    workspace: String,
    /// Name of the team
    #[arg(long)]
    name: String,
}

/// A member and a team.
#[derive(Args)]
pub(super) struct Place {
    #[command(flatten)]
    team: NamedTeam,
    /// E-mail of the member
    #[arg(long)]
    member: String,
}

/// Runs one of them.
pub(super) async fn run(common: &Common, command: TeamCommand) -> Result<(), Refused> {
    match command {
        TeamCommand::Create(team) => create(common, &team).await,
        TeamCommand::List { workspace } => list(common, &workspace).await,
        TeamCommand::Join(place) => put(common, &place, true).await,
        TeamCommand::Leave(place) => put(common, &place, false).await,
    }
}

async fn create(common: &Common, team: &NamedTeam) -> Result<(), Refused> {
    let name = team_name(&team.name).map_err(|error| error.message.to_string())?;
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(&team.workspace).await?.id;
        let mut tx = opened.store.enter(tenant).await?;
        let id = make_team(&mut tx, (None, "operator"), &name).await?;
        tx.commit().await?;
        if common.json {
            return output::document(&json!({ "id": id, "name": name }));
        }
        output::line(format_args!("Made team {name}."))
    })
    .await
}

async fn list(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        let mut tx = opened.store.enter(tenant).await?;
        let teams = store::teams::list(&mut tx).await?;
        let members = store::members::list(&mut tx).await?;
        tx.commit().await?;
        let listed: Vec<(&str, Vec<&str>)> = teams
            .iter()
            .map(|team| {
                let inside = members.iter().filter(|row| row.teams.contains(&team.id));
                let emails = inside.map(|row| row.email.as_str()).collect();
                (team.name.as_str(), emails)
            })
            .collect();
        if common.json {
            let teams: Vec<_> = listed
                .iter()
                .map(|(name, members)| json!({ "name": name, "members": members }))
                .collect();
            return output::document(&json!({ "teams": teams }));
        }
        for (name, members) in listed {
            output::line(format_args!("{name}: {}", members.join(", ")))?;
        }
        Ok(())
    })
    .await
}

async fn put(common: &Common, place: &Place, inside: bool) -> Result<(), Refused> {
    let (team, email) = (&place.team, &place.member);
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(&team.workspace).await?.id;
        let mut tx = opened.store.enter(tenant).await?;
        let teams = store::teams::list(&mut tx).await?;
        let found = teams.iter().find(|row| row.name == team.name);
        let found = found.ok_or_else(|| format!("there is no team `{}`", team.name))?;
        let member = store::members::find_by_email(&mut tx, email).await?;
        let member = member.ok_or_else(|| format!("there is no member `{email}`"))?;
        let operator = (None, "operator");
        let (which, who) = ((found.id, &*found.name), (member.id, &*member.email));
        put_into_team(&mut tx, operator, which, who, inside).await?;
        let words = if inside {
            "is now in"
        } else {
            "is no longer in"
        };
        tx.commit().await?;
        opened.store.announce_change(tenant).await?;
        if common.json {
            return output::document(&json!({ "team": found.name, "member": member.email }));
        }
        output::line(format_args!(
            "{} {words} team {}.",
            member.email, found.name
        ))
    })
    .await
}
