//! `livery apply`: makes workspaces as documents say, or says what that would change.
//!
//! A file that cannot be read changes nothing anywhere. Of several workspaces each is changed whole or
//! not at all; one that fails does not stop the others, and the exit code is 1 then.

use super::open::{self, Opened};
use super::workspace_create::create_workspace;
use super::{Common, Refused, output};
use crate::brand::Brand;
use crate::documents::{
    Choices, Job, Outcome, Problems, Selector, Written, apply, plan_new, read_documents,
    refuse_singular,
};
use crate::tenancy::capitalised;
use crate::workspace::Wanted;
use clap::Args;
use contract::TenantId;
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// `livery apply`
#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command"
)]
pub(super) struct ApplyArgs {
    /// The document, YAML or JSON; `-`: standard input
    file: PathBuf,
    /// Only say what would change
    #[arg(long)]
    dry_run: bool,
    /// Remove what a section of the document does not name: models, limits, teams, hosts; never people
    #[arg(long)]
    prune: bool,
    /// Erase the secrets of keys that the document's keys do not name, for good
    #[arg(long)]
    prune_keys: bool,
    /// Invite people without an account; their links are printed
    #[arg(long)]
    invite: bool,
    /// Make a workspace that is not there
    #[arg(long)]
    create: bool,
    /// To this workspace, whatever the document names; `*` and `?` mean several
    #[arg(long, conflicts_with = "all")]
    workspace: Option<String>,
    /// To every workspace
    #[arg(long)]
    all: bool,
    /// To the workspaces of this agency
    #[arg(long)]
    agency: Option<String>,
}

/// A workspace and its document.
struct Target<'a> {
    slug: String,
    /// `None`: it is not there yet.
    id: Option<TenantId>,
    written: &'a Written,
}

pub(super) async fn run(common: &Common, args: ApplyArgs) -> Result<(), Refused> {
    let text = read_file(&args.file)?;
    let documents = read_documents(&text)?;
    open::with_open(common, async |opened| {
        let targets = targets(opened, &args, &documents).await?;
        let (mut reports, mut failed) = (Vec::new(), Vec::new());
        for target in &targets {
            let outcome = apply_to(opened, &args, target).await;
            let made = target.id.is_none();
            match &outcome {
                Ok(outcome) if !common.json => tell(target, outcome, made, args.dry_run)?,
                Ok(_) => {}
                Err(error) => failed.push((target.slug.clone(), error.to_string())),
            }
            reports.push(report(target, &outcome, made));
        }
        if common.json {
            let all = json!({ "dry_run": args.dry_run, "workspaces": reports });
            output::document(&all)?;
        }
        sum_up(&failed, targets.len())
    })
    .await
}

fn read_file(path: &Path) -> Result<String, Refused> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text)?;
        return Ok(text);
    }
    Ok(std::fs::read_to_string(path).map_err(told)?)
}

/// Every workspace that is meant, with its document.
async fn targets<'a>(
    opened: &Opened,
    args: &ApplyArgs,
    documents: &'a [Written],
) -> Result<Vec<Target<'a>>, Refused> {
    let rows = opened.store.workspaces().await?;
    let chosen = args.all || args.workspace.is_some() || args.agency.is_some();
    if !chosen {
        let mut targets = Vec::new();
        for written in documents {
            let slug = written.document.workspace.clone().ok_or(
                "a document names no workspace; write `workspace:` in it, or use --workspace",
            )?;
            let row = rows.iter().find(|row| row.slug == slug);
            let id = row.map(|row| row.id);
            targets.push(Target { slug, id, written });
        }
        return Ok(targets);
    }
    let [written] = documents else {
        return Err("choose workspaces for one document; this file has several".into());
    };
    let agency = match &args.agency {
        Some(slug) => {
            let agencies = opened.store.agencies().await?;
            let agency = agencies.into_iter().find(|row| row.slug == *slug);
            Some(
                agency
                    .ok_or_else(|| format!("there is no agency `{slug}`"))?
                    .id,
            )
        }
        None => None,
    };
    let selector = Selector {
        pattern: args.workspace.clone(),
        agency,
    };
    if selector.is_wide() {
        refuse_singular(&written.document).map_err(|problems| written.place(problems))?;
    }
    let meant = rows.into_iter().filter(|row| selector.means(row));
    let mut targets: Vec<_> = meant
        .map(|row| Target {
            slug: row.slug,
            id: Some(row.id),
            written,
        })
        .collect();
    if let (true, Some(slug), false) = (targets.is_empty(), &args.workspace, selector.is_wide()) {
        targets.push(Target {
            slug: slug.clone(),
            id: None,
            written,
        });
    }
    if targets.is_empty() {
        return Err("no workspace is meant by that".into());
    }
    Ok(targets)
}

async fn apply_to(
    opened: &Opened,
    args: &ApplyArgs,
    target: &Target<'_>,
) -> Result<Outcome, Refused> {
    let job = Job {
        choices: Choices {
            prune: args.prune,
            prune_keys: args.prune_keys,
            invite: args.invite,
        },
        dry_run: args.dry_run,
        folder: args.file.parent().unwrap_or(Path::new("")),
    };
    if let Some(id) = target.id {
        return apply(opened, id, target.written, &job).await;
    }
    if !args.create {
        let told = format!("there is no workspace `{}`; --create makes it", target.slug);
        return Err(told.into());
    }
    let name = target.written.document.name.clone();
    let name = name.unwrap_or_else(|| capitalised(&target.slug));
    // Whatever does not fit is told before anything is made.
    let planned = plan_new(opened, (&target.slug, &name), target.written, &job).await?;
    if args.dry_run {
        return Ok(planned);
    }
    create_and_apply(opened, target, name, &job).await
}

/// A workspace that was made for a document which could not be applied is taken away again.
async fn create_and_apply(
    opened: &Opened,
    target: &Target<'_>,
    name: String,
    job: &Job<'_>,
) -> Result<Outcome, Refused> {
    let wanted = Wanted {
        slug: target.slug.clone(),
        name,
        brand: Brand::default(),
        agency: None,
        extra_host: None,
        budget: None,
        demo: false,
    };
    let (id, _) = create_workspace(opened, wanted).await?;
    let outcome = apply(opened, id, target.written, job).await;
    if outcome.is_err() {
        opened.store.delete_workspace(id, "operator").await?;
    }
    outcome
}

fn tell(target: &Target<'_>, outcome: &Outcome, made: bool, dry: bool) -> Result<(), Refused> {
    let slug = &target.slug;
    let head = match (outcome.steps.len(), made, dry) {
        (many, true, true) => format!("{slug}: would be made, {}", changes(many)),
        (many, true, false) => format!("{slug}: made, {}", changes(many)),
        (0, false, _) => format!("{slug}: nothing to change"),
        (many, false, true) => format!("{slug}: {} would be made", changes(many)),
        (many, false, false) => format!("{slug}: {} made", changes(many)),
    };
    output::line(head)?;
    for step in &outcome.steps {
        output::line(format_args!("  {step}"))?;
    }
    for note in &outcome.notes {
        output::line(format_args!("  note: {note}"))?;
    }
    for (email, link) in &outcome.invitations {
        output::line(format_args!("  invitation of {email}: {link}"))?;
    }
    Ok(())
}

fn changes(many: usize) -> String {
    if many == 1 {
        return "1 change".to_owned();
    }
    format!("{many} changes")
}

fn report(target: &Target<'_>, outcome: &Result<Outcome, Refused>, made: bool) -> Value {
    match outcome {
        Ok(outcome) => json!({
            "workspace": target.slug,
            "created": made,
            "steps": outcome.steps,
            "notes": outcome.notes,
            "invitations": outcome.invitations.iter()
                .map(|(email, link)| json!({ "email": email, "link": link }))
                .collect::<Vec<_>>(),
        }),
        Err(error) => {
            let problems = error.downcast_ref::<Problems>().map(|all| all.0.clone());
            json!({
                "workspace": target.slug,
                "error": error.to_string(),
                "problems": problems.unwrap_or_default(),
            })
        }
    }
}

fn sum_up(failed: &[(String, String)], all: usize) -> Result<(), Refused> {
    match failed {
        [] => Ok(()),
        [(slug, why)] if all == 1 => Err(format!("{slug} is as it was:\n{why}").into()),
        failed => {
            let lines: Vec<_> = failed
                .iter()
                .map(|(slug, why)| format!("{slug}: {why}"))
                .collect();
            let told = format!(
                "{} of {all} workspaces are as they were:\n{}",
                failed.len(),
                lines.join("\n")
            );
            Err(told.into())
        }
    }
}
