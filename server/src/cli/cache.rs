//! `livery cache`: which answers are kept, for how long, and what that saves.

use super::open::{self, Opened};
use super::{Common, Refused, output};
use crate::cache::{Cache, Who, parse_keep};
use crate::tenancy::Snapshots;
use clap::{Args, Subcommand};
use contract::savings::CachePurge;
use contract::{AppResult, TenantId};
use serde_json::{Value, json};
use store::platform::workspaces::WorkspaceRow;

/// What the record says of whoever holds the installation.
const OPERATOR: Who<'static> = (None, "operator");

#[derive(Subcommand)]
pub(super) enum CacheCommand {
    /// Say how the cache is set and what it saved in the last thirty days
    Status(OfWorkspace),
    /// Set for how long answers are kept
    Set(CacheSetArgs),
    /// Let everything, or what is named, be asked anew from now on
    Purge(CachePurgeArgs),
}

#[derive(Args)]
pub(super) struct OfWorkspace {
    /// Slug of the workspace
    #[arg(long)]
    workspace: String,
}

#[derive(Args)]
pub(super) struct CacheSetArgs {
    #[command(flatten)]
    of: OfWorkspace,
    /// How long an answer is good, e.g. 10m, 2h or 1d; `off`: none are kept; `usual`: as the installation
    /// is set
    #[arg(long)]
    ttl: String,
}

#[derive(Args)]
pub(super) struct CachePurgeArgs {
    #[command(flatten)]
    of: OfWorkspace,
    /// Only what was asked of this alias or provider's model
    #[arg(long, conflicts_with = "prompt_version")]
    model: Option<String>,
    /// Only what was asked with this version of the workspace's instructions
    #[arg(long)]
    prompt_version: Option<u32>,
}

pub(super) async fn run(common: &Common, command: CacheCommand) -> Result<(), Refused> {
    open::with_open(common, async |opened| match command {
        CacheCommand::Status(of) => status(common, opened, &of).await,
        CacheCommand::Set(args) => set(common, opened, args).await,
        CacheCommand::Purge(args) => purge(common, opened, args).await,
    })
    .await
}

async fn set(common: &Common, opened: &Opened, args: CacheSetArgs) -> Result<(), Refused> {
    let keep = parse_keep(&args.ttl)?;
    let row = opened.workspace(&args.of.workspace).await?;
    said(cache(opened).set_keep(row.id, OPERATOR, keep).await)?;
    let told = json!({ "workspace": row.slug, "ttl": args.ttl });
    tell(
        common,
        &told,
        &format!("{}: answers are kept: {}.", row.name, args.ttl),
    )
}

async fn purge(common: &Common, opened: &Opened, args: CachePurgeArgs) -> Result<(), Refused> {
    let (what, words) = match (args.model, args.prompt_version) {
        (Some(model), _) => (
            CachePurge::Model(model.clone()),
            format!("what {model} was asked"),
        ),
        (None, Some(version)) => (
            CachePurge::Prompt(version),
            format!("what was asked with instructions {version}"),
        ),
        (None, None) => (CachePurge::Everything, "everything".to_owned()),
    };
    let row = opened.workspace(&args.of.workspace).await?;
    said(cache(opened).purge(row.id, OPERATOR, what).await)?;
    let told = json!({ "workspace": row.slug, "purged": words });
    tell(
        common,
        &told,
        &format!("{}: {words} is asked anew from now on.", row.name),
    )
}

async fn status(common: &Common, opened: &Opened, of: &OfWorkspace) -> Result<(), Refused> {
    let row = opened.workspace(&of.workspace).await?;
    let cache = cache(opened);
    let counted = cache.counted(row.id).await?;
    let mut total = contract::savings::SavingsDay::default();
    for day in counted.days() {
        total.answers.all += day.answers.all;
        total.answers.exact += day.answers.exact;
        total.answers.shared += day.answers.shared;
        total.answers.similar += day.answers.similar;
        total.answers.fresh += day.answers.fresh;
        total.not_spent.add(day.not_spent);
    }
    let shared = shelf(&cache, row.id).await;
    let (answers, not_spent) = (total.answers, total.not_spent);
    let told = json!({
        "workspace": row.slug,
        "kept": kept(&row, &cache),
        "purges": row.cache.epoch,
        "purged": row.cache.purged,
        "answers": answers.all,
        "from_cache": answers.from_cache(),
        "saved_nano_usd": not_spent.by_cache,
        "saved_by_providers_nano_usd": not_spent.by_provider,
        "shared": shared,
    });
    let lines = [
        format!("{}: answers are kept: {}", row.name, kept(&row, &cache)),
        format!("Purged {} times", row.cache.epoch),
        format!(
            "Last 30 days: {} of {} answers from cache",
            answers.from_cache(),
            answers.all
        ),
        format!("Saved by the cache: {}", not_spent.by_cache.display_usd()),
        format!(
            "Saved by the providers’ caches: {}",
            not_spent.by_provider.display_usd()
        ),
        format!("Shared between processes: {}", in_words(&shared)),
    ];
    tell(common, &told, &lines.join("\n"))
}

/// What Redis holds: `null` without one, `"lost"` where it does not answer.
async fn shelf(cache: &Cache, tenant: TenantId) -> Value {
    let Some(shared) = cache.shared() else {
        return Value::Null;
    };
    match shared.shelf(tenant).await {
        Some(shelf) => json!({ "answers": shelf.answers, "bytes": shelf.bytes }),
        None => json!("lost"),
    }
}

fn in_words(shared: &Value) -> String {
    match shared {
        Value::Null => "no Redis is set".to_owned(),
        Value::String(_) => "Redis does not answer".to_owned(),
        shelf => format!("{} answers, {} bytes", shelf["answers"], shelf["bytes"]),
    }
}

fn kept(row: &WorkspaceRow, cache: &Cache) -> String {
    match (row.cache.ttl_s, cache.usual_minutes()) {
        (_, None) => "off, for the whole installation".to_owned(),
        (None, Some(minutes)) => format!("as the installation is set, {minutes} min"),
        (Some(0), _) => "off".to_owned(),
        (Some(seconds), _) => format!("{} min", seconds / 60),
    }
}

fn cache(opened: &Opened) -> Cache {
    Cache::of(opened, Snapshots::new(opened.store.clone()))
}

fn said(done: AppResult<()>) -> Result<(), Refused> {
    done.map_err(|error| error.message.to_string().into())
}

fn tell(common: &Common, document: &Value, words: &str) -> Result<(), Refused> {
    if common.json {
        return output::document(document);
    }
    output::line(format_args!("{words}"))
}
