//! `livery sign-on`: which identity providers workspaces trust, and switching one on or off when nobody gets
//! in any more.

use super::open::{self, Opened};
use super::workspace_create::people;
use super::{Common, Refused, output};
use crate::sign_on::SignOn;
use clap::{Args, Subcommand};
use contract::ConnectionId;
use serde_json::{Value, json};
use store::sign_on_connections::{self as connections, ConnectionRow};

#[derive(Subcommand)]
pub(super) enum SignOnCommand {
    /// List the connections of a workspace
    List(OfWorkspace),
    /// Show one connection, without its secret
    Show(OfConnection),
    /// Switch a connection on or off
    Switch(SwitchArgs),
    /// Say that a domain of e-mail addresses is a workspace's, without looking for its record
    VouchDomain(VouchArgs),
}

#[derive(Args)]
pub(super) struct OfWorkspace {
    /// Slug of the workspace
    #[arg(long)]
    workspace: String,
}

#[derive(Args)]
pub(super) struct OfConnection {
    #[command(flatten)]
    of: OfWorkspace,
    /// Name of the connection
    #[arg(long)]
    name: String,
}

#[derive(Args)]
pub(super) struct SwitchArgs {
    #[command(flatten)]
    of: OfConnection,
    /// `on` or `off`
    #[arg(value_parser = ["on", "off"])]
    state: String,
}

#[derive(Args)]
pub(super) struct VouchArgs {
    #[command(flatten)]
    of: OfWorkspace,
    /// The domain, e.g. example.com
    domain: String,
}

pub(super) async fn run(common: &Common, command: SignOnCommand) -> Result<(), Refused> {
    open::with_open(common, async |opened| match command {
        SignOnCommand::List(of) => list(common, opened, &of).await,
        SignOnCommand::Show(of) => show(common, opened, &of).await,
        SignOnCommand::Switch(args) => switch(common, opened, &args).await,
        SignOnCommand::VouchDomain(args) => vouch(common, opened, &args).await,
    })
    .await
}

fn sign_on(opened: &Opened) -> Result<SignOn, Refused> {
    opened.sign_on(&people(opened)?)
}

fn told(row: &ConnectionRow) -> Value {
    json!({
        "id": row.id.to_string(),
        "name": row.name,
        "kind": row.kind.as_str(),
        "state": row.state.as_str(),
        "tested": row.is_tested(),
        "enforced": row.enforced,
        "frozen": row.frozen_ms.is_some(),
        "takes_people_in": row.jit,
    })
}

fn in_words(row: &ConnectionRow) -> String {
    let kind = row.kind.label();
    let state = row.state.label().to_lowercase();
    format!("{}: {kind}, {state}", row.name)
}

async fn rows(
    opened: &Opened,
    of: &OfWorkspace,
) -> Result<(contract::TenantId, Vec<ConnectionRow>), Refused> {
    let workspace = opened.workspace(&of.workspace).await?;
    let mut tx = opened.store.enter(workspace.id).await?;
    let rows = connections::list(&mut tx).await?;
    tx.commit().await?;
    Ok((workspace.id, rows))
}

async fn one(
    opened: &Opened,
    of: &OfConnection,
) -> Result<(contract::TenantId, ConnectionRow), Refused> {
    let (tenant, rows) = rows(opened, &of.of).await?;
    let found = rows.into_iter().find(|row| row.name == of.name);
    let row = found.ok_or_else(|| format!("there is no connection called {:?}", of.name))?;
    Ok((tenant, row))
}

async fn list(common: &Common, opened: &Opened, of: &OfWorkspace) -> Result<(), Refused> {
    let (_, rows) = rows(opened, of).await?;
    if common.json {
        let all: Vec<Value> = rows.iter().map(told).collect();
        return output::document(&json!({ "connections": all }));
    }
    if rows.is_empty() {
        return output::line("Nobody but this workspace says who its people are.");
    }
    let lines: Vec<String> = rows.iter().map(in_words).collect();
    output::line(lines.join("\n"))
}

async fn show(common: &Common, opened: &Opened, of: &OfConnection) -> Result<(), Refused> {
    let (_, row) = one(opened, of).await?;
    let mut document = told(&row);
    if let Some(map) = document.as_object_mut() {
        map.insert("settings".to_owned(), row.settings.clone());
        map.insert("role_map".to_owned(), row.role_map.clone());
    }
    if common.json {
        return output::document(&document);
    }
    output::line(in_words(&row))
}

async fn switch(common: &Common, opened: &Opened, args: &SwitchArgs) -> Result<(), Refused> {
    let (tenant, row) = one(opened, &args.of).await?;
    let id: ConnectionId = row.id;
    let on = args.state == "on";
    sign_on(opened)?
        .switch_for(tenant, (None, "operator"), id, on)
        .await
        .map_err(|error| error.message)?;
    if common.json {
        return output::document(&json!({ "name": row.name, "state": args.state }));
    }
    output::line(format!("{} is {} now.", row.name, args.state))
}

async fn vouch(common: &Common, opened: &Opened, args: &VouchArgs) -> Result<(), Refused> {
    let workspace = opened.workspace(&args.of.workspace).await?;
    sign_on(opened)?
        .vouch_for_mail_domain(workspace.id, &args.domain)
        .await
        .map_err(|error| error.message)?;
    if common.json {
        return output::document(&json!({ "domain": args.domain, "proven": true }));
    }
    output::line(format!(
        "Addresses below {} are the workspace’s now.",
        args.domain
    ))
}
