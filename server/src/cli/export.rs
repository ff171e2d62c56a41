//! `livery export`: a workspace as a document that `livery apply` reads. Secrets are never in it.

use super::{Common, Refused, open, output};
use crate::documents::{Document, Selector, export, to_yaml};
use clap::Args;

/// `livery export`
#[derive(Args)]
pub(super) struct ExportArgs {
    /// Slug of the workspace
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    workspace: Option<String>,
    /// Every workspace, one document after the other
    #[arg(long)]
    all: bool,
    /// Leave the workspace's instructions out: they are content, and make the document confidential
    #[arg(long)]
    without_prompts: bool,
}

pub(super) async fn run(common: &Common, args: ExportArgs) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let prompt = !args.without_prompts;
        let rows = if let Some(slug) = &args.workspace {
            vec![opened.workspace(slug).await?]
        } else {
            let every = Selector::default();
            let rows = opened.store.workspaces().await?.into_iter();
            rows.filter(|row| every.means(row)).collect()
        };
        let (mut documents, mut failed): (Vec<Document>, Vec<String>) = (Vec::new(), Vec::new());
        for row in rows {
            match export(opened, row.id, prompt).await {
                Ok(document) => documents.push(document),
                Err(error) if args.all => failed.push(format!("{}: {error}", row.slug)),
                Err(error) => return Err(error),
            }
        }
        match (common.json, &documents[..]) {
            (true, [one]) if !args.all => output::document(one)?,
            (true, all) => output::document(&all)?,
            (false, all) => output::text(&to_yaml(all)?)?,
        }
        if failed.is_empty() {
            return Ok(());
        }
        Err(format!("not exported: {}", failed.join("; ")).into())
    })
    .await
}
