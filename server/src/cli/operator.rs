//! `livery operator`: the people who run the installation, and the record of the platform host.

use super::open::Opened;
use super::serve::roster;
use super::workspace_create::people;
use super::{Common, Refused, open, output};
use crate::staff::{NewLink, StaffGrant};
use clap::{Args, Subcommand};
use contract::staff::Grant;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use std::io::Read as _;

/// Longest password line read, in bytes.
const LONGEST: u64 = 4_096;

#[derive(Subcommand)]
pub(super) enum OperatorCommand {
    /// Make somebody an operator
    Create(CreateArgs),
    /// Print what was done on the platform host, and whether the record is whole
    Log,
}

/// `livery operator create`
#[derive(Args)]
pub(super) struct CreateArgs {
    /// Sign-in address
    #[arg(long)]
    email: String,
    /// Read the password from standard input; without it an invitation link is printed
    #[arg(long, requires = "name")]
    password_stdin: bool,
    /// Display name, with --password-stdin
    #[arg(long)]
    name: Option<String>,
    /// May open a client's workspace as an administrator
    #[arg(long)]
    may_open: bool,
}

pub(super) async fn run(common: &Common, command: OperatorCommand) -> Result<(), Refused> {
    open::with_open(common, async |opened| match command {
        OperatorCommand::Create(args) => create(common, opened, args).await,
        OperatorCommand::Log => log(common, opened).await,
    })
    .await
}

async fn create(common: &Common, opened: &Opened, args: CreateArgs) -> Result<(), Refused> {
    let grant = Grant {
        agency: None,
        owner: false,
        only: None,
        may_open: args.may_open,
    };
    let wanted = StaffGrant {
        email: args.email.clone(),
        grant,
    };
    let roster = roster(opened, &people(opened)?)?;
    if args.password_stdin {
        let name = args.name.unwrap_or_default();
        let password = password()?;
        let set = roster.set_password(wanted, &name, password.into()).await;
        set.map_err(|error| error.message.to_string())?;
        if common.json {
            return output::document(&json!({ "email": args.email }));
        }
        return output::line(format_args!("{name} can sign in as an operator."));
    }
    let invited = roster.invite_by_command(wanted).await;
    tell(common, &invited.map_err(|error| error.message.to_string())?)
}

/// Says how somebody who was invited gets in.
pub(super) fn tell(common: &Common, link: &NewLink) -> Result<(), Refused> {
    let (email, link, mailed) = match link {
        NewLink::Mailed(email) => (email, None, true),
        NewLink::Shown { email, link, .. } => (email, Some(link.expose_secret()), false),
        NewLink::None(email) => (email, None, false),
    };
    if common.json {
        return output::document(&json!({ "email": email, "invitation": link, "mailed": mailed }));
    }
    match (link, mailed) {
        (Some(link), _) => output::line(format_args!(
            "Invitation for {email}, good for seven days: {link}"
        )),
        (None, true) => output::line(format_args!("The invitation was mailed to {email}.")),
        (None, false) => output::line(format_args!(
            "{email} has a password already and can sign in with it."
        )),
    }
}

fn password() -> Result<String, Refused> {
    let mut text = String::new();
    std::io::stdin().take(LONGEST).read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

async fn log(common: &Common, opened: &Opened) -> Result<(), Refused> {
    let broken = opened.store.staff_log_break().await?;
    let mut records: Vec<Value> = Vec::new();
    let mut after = 0;
    loop {
        let rows = opened.store.staff_log(after, 500).await?;
        let Some(last) = rows.last() else { break };
        after = last.row.seq;
        for record in rows {
            let row = record.row;
            if common.json {
                records.push(json!({
                    "seq": row.seq, "at_ms": row.at_ms, "who": row.actor_name, "actor": row.actor,
                    "action": row.action, "object": row.object, "detail": row.detail,
                }));
            } else {
                output::line(format_args!(
                    "{:>6} {} {} {} {}",
                    row.seq, row.at_ms, row.actor_name, row.action, row.object
                ))?;
            }
        }
    }
    if common.json {
        output::document(&json!({ "records": records, "broken_at": broken }))?;
    }
    match broken {
        Some(seq) => Err(format!("record {seq} is not as it was, or is missing").into()),
        None => Ok(()),
    }
}
