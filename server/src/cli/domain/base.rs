//! `livery domain base …`: suffixes of agencies.

use super::{Common, Opened, Refused, name_of, output};
use crate::domains::refused_base;
use clap::{Args, Subcommand};
use serde_json::json;
use store::StoreError;

/// `livery domain base`
#[derive(Subcommand)]
pub(in crate::cli) enum BaseCommand {
    /// Give a suffix to an agency; a DNS record for *.<suffix> has to lead here
    Add(BaseArgs),
    /// List suffixes
    List,
    /// Take a suffix away
    Remove {
        /// The suffix
        #[arg(long)]
        suffix: String,
    },
}

/// A suffix for an agency.
#[derive(Args)]
pub(in crate::cli) struct BaseArgs {
    /// The suffix, like ai.agency.example
    #[arg(long)]
    suffix: String,
    /// Short name of the agency
    #[arg(long)]
    agency: String,
}

/// Runs one of them.
pub(super) async fn run(
    common: &Common,
    opened: &Opened,
    command: &BaseCommand,
) -> Result<(), Refused> {
    match command {
        BaseCommand::Add(args) => add(common, opened, args).await,
        BaseCommand::List => list(common, opened).await,
        BaseCommand::Remove { suffix } => remove(common, opened, suffix).await,
    }
}

async fn add(common: &Common, opened: &Opened, args: &BaseArgs) -> Result<(), Refused> {
    let suffix = name_of(opened, &args.suffix)?;
    if let Some(why) = refused_base(&suffix, opened.domains()?.rules()) {
        return Err(why.into());
    }
    let agencies = opened.store.agencies().await?;
    let agency = agencies.iter().find(|row| row.slug == args.agency);
    let agency = agency.ok_or_else(|| format!("there is no agency `{}`", args.agency))?;
    match opened.store.add_base_domain(&suffix, agency.id).await {
        Err(StoreError::Taken(_)) => {
            return Err(format!("{suffix} is given to an agency already").into());
        }
        added => added?,
    }
    if common.json {
        return output::document(&json!({ "suffix": suffix, "agency": agency.slug }));
    }
    output::line(format_args!(
        "Workspaces of {} answer at <slug>.{suffix} now. Let *.{suffix} lead to this server.",
        agency.slug
    ))
}

async fn list(common: &Common, opened: &Opened) -> Result<(), Refused> {
    let bases = opened.store.base_domains().await?;
    if common.json {
        let bases: Vec<_> = bases
            .iter()
            .map(|base| json!({ "suffix": base.suffix, "agency": base.agency_slug }))
            .collect();
        return output::document(&json!({ "base_domains": bases }));
    }
    for base in bases {
        output::line(format_args!("{}  {}", base.suffix, base.agency_slug))?;
    }
    Ok(())
}

async fn remove(common: &Common, opened: &Opened, suffix: &str) -> Result<(), Refused> {
    let suffix = name_of(opened, suffix)?;
    if !opened.store.remove_base_domain(&suffix).await? {
        return Err(format!("{suffix} is no agency’s suffix").into());
    }
    if common.json {
        return output::document(&json!({ "suffix": suffix, "removed": true }));
    }
    output::line(format_args!("Nobody answers below {suffix} any more."))
}
