//! `livery domain …`: names of clients, as the operator sees and sets them.

mod base;
mod show;

use super::open::Opened;
use super::{Common, Refused, open, output};
use crate::domains::name::DomainName;
use clap::{Args, Subcommand};
use contract::TenantId;
use serde_json::json;

/// How the record names whoever runs this.
const OPERATOR: (Option<contract::MemberId>, &str) = (None, "operator");

/// `livery domain`
#[derive(Subcommand)]
pub(super) enum DomainCommand {
    /// List names with what is known of each
    List {
        /// Slug of one workspace; otherwise all of them
        #[arg(long)]
        workspace: Option<String>,
    },
    /// Claim a name for a workspace, and say which records its owner has to set
    Add(AddArgs),
    /// Look at a name now
    Check {
        /// The name
        #[arg(long)]
        host: String,
    },
    /// Take a name from its workspace
    Remove(OneDomain),
    /// Write links with this name
    Primary(OneDomain),
    /// Suffixes of agencies: `<slug>.<suffix>` leads to each of their workspaces
    #[command(subcommand)]
    Base(base::BaseCommand),
}

/// `livery domain add`
#[derive(Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    which: OneDomain,
    /// Let it serve at once, without a record: you know whose it is
    #[arg(long)]
    trusted: bool,
    /// Write links with it (with --trusted)
    #[arg(long, requires = "trusted")]
    primary: bool,
}

/// A name of a workspace.
#[derive(Args)]
pub(super) struct OneDomain {
    /// Slug of the workspace
    #[arg(long)]
    workspace: String,
    /// The name
    #[arg(long)]
    host: String,
}

/// Runs one of them.
pub(super) async fn run(common: &Common, command: DomainCommand) -> Result<(), Refused> {
    open::with_open(common, async |opened| match &command {
        DomainCommand::List { workspace } => list(common, opened, workspace.as_deref()).await,
        DomainCommand::Add(args) => add(common, opened, args).await,
        DomainCommand::Check { host } => check(common, opened, host).await,
        DomainCommand::Remove(which) => remove(common, opened, which).await,
        DomainCommand::Primary(which) => make_primary(common, opened, which).await,
        DomainCommand::Base(command) => base::run(common, opened, command).await,
    })
    .await
}

async fn list(common: &Common, opened: &Opened, slug: Option<&str>) -> Result<(), Refused> {
    let workspaces = match slug {
        Some(slug) => vec![opened.workspace(slug).await?],
        None => opened.store.workspaces().await?,
    };
    let domains = opened.domains()?;
    let mut listed = Vec::new();
    for workspace in workspaces {
        let view = domains.read_all(workspace.id).await.map_err(told)?;
        for domain in view.domains {
            listed.push((workspace.slug.clone(), domain));
        }
    }
    if common.json {
        let documents: Vec<_> = listed
            .iter()
            .map(|(slug, domain)| show::document(slug, domain))
            .collect();
        return output::document(&json!({ "domains": documents }));
    }
    for (slug, domain) in &listed {
        output::line(show::line(slug, domain))?;
    }
    Ok(())
}

async fn add(common: &Common, opened: &Opened, args: &AddArgs) -> Result<(), Refused> {
    let workspace = opened.workspace(&args.which.workspace).await?;
    let domains = opened.domains()?;
    if args.trusted {
        let name = DomainName::read(&args.which.host, domains.rules().test_names)?;
        opened
            .store
            .add_domain(workspace.id, name.ascii(), args.primary)
            .await?;
        opened
            .record(workspace.id, "workspace.host_added", name.ascii())
            .await?;
        if common.json {
            return output::document(&json!({ "host": name.ascii(), "serves": true }));
        }
        return output::line(format_args!(
            "{} serves {} now.",
            name.ascii(),
            workspace.slug
        ));
    }
    let claim = domains
        .claim_for(workspace.id, OPERATOR, &args.which.host)
        .await;
    let claim = claim.map_err(told)?;
    let page = domains
        .read_one(workspace.id, &claim.host)
        .await
        .map_err(told)?;
    if common.json {
        return output::document(
            &json!({ "host": claim.host, "serves": false, "records": page.records }),
        );
    }
    output::text(&page.instructions)
}

async fn check(common: &Common, opened: &Opened, host: &str) -> Result<(), Refused> {
    let domains = opened.domains()?;
    let host = name_of(opened, host)?;
    let having = opened.store.workspaces_of_host(&host).await?;
    if having.is_empty() {
        return Err(format!("no workspace has or claims `{host}`").into());
    }
    let mut documents = Vec::new();
    for tenant in having {
        // One that nobody has to prove, or that was looked at a moment ago, is shown as it is.
        let _ = domains.look_now(tenant, &host).await;
        let page = domains.read_one(tenant, &host).await.map_err(told)?;
        let slug = slug_of(opened, tenant).await?;
        if !common.json {
            output::text(&show::paragraph(&slug, &page))?;
        }
        documents.push(show::document(&slug, &page.domain));
    }
    if common.json {
        return output::document(&json!({ "domains": documents }));
    }
    Ok(())
}

async fn remove(common: &Common, opened: &Opened, which: &OneDomain) -> Result<(), Refused> {
    let workspace = opened.workspace(&which.workspace).await?;
    let (domains, host) = (opened.domains()?, name_of(opened, &which.host)?);
    if domains.rules().is_own(&host) {
        return Err(format!("{host} comes with the installation and stays").into());
    }
    let removed = domains
        .remove_for(workspace.id, OPERATOR, &host, &host)
        .await;
    removed.map_err(told)?;
    if common.json {
        return output::document(&json!({ "host": host, "removed": true }));
    }
    output::line(format_args!("Removed {host} from {}.", workspace.slug))
}

async fn make_primary(common: &Common, opened: &Opened, which: &OneDomain) -> Result<(), Refused> {
    let workspace = opened.workspace(&which.workspace).await?;
    let (domains, host) = (opened.domains()?, name_of(opened, &which.host)?);
    let made = domains
        .make_primary_for(workspace.id, OPERATOR, &host)
        .await;
    made.map_err(told)?;
    if common.json {
        return output::document(&json!({ "host": host, "primary": true }));
    }
    output::line(format_args!(
        "Links of {} are written with {host} now.",
        workspace.slug
    ))
}

/// A name in its one form. The installation's own are no names of clients, and are named here too.
fn name_of(opened: &Opened, typed: &str) -> Result<String, Refused> {
    let tests = opened.config.domains.test_names;
    match DomainName::read(typed, tests) {
        Ok(name) => Ok(name.ascii().to_owned()),
        Err(refused) => crate::http::host_name(typed).ok_or_else(|| refused.to_string().into()),
    }
}

async fn slug_of(opened: &Opened, tenant: TenantId) -> Result<String, Refused> {
    let row = opened.store.workspace(tenant).await?;
    Ok(row.map(|row| row.slug).unwrap_or_default())
}

fn told(error: contract::AppError) -> Refused {
    error.message.to_string().into()
}
