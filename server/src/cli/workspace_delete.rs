//! `livery workspace delete`: removes a workspace and everything in it. Nothing brings it back.

use super::{Common, Refused, open, output};
use crate::audit::Anchors;

pub(super) async fn delete(common: &Common, slug: &str, confirm: &str) -> Result<(), Refused> {
    if slug != confirm {
        return Err("--confirm must repeat the slug: a deletion cannot be undone".into());
    }
    open::with_open(common, async |opened| {
        let row = opened.store.workspace_by_slug(slug).await?;
        let row = row.ok_or_else(|| format!("there is no workspace `{slug}`"))?;
        let mut tx = opened.store.enter(row.id).await?;
        store::audit::append(&mut tx, (None, "operator"), "workspace.deleted", slug).await?;
        tx.commit().await?;
        // The log goes with the workspace; where it stood at the end is kept, signed.
        Anchors::of(opened).place(row.id, 0).await?;
        opened.store.delete_workspace(row.id, "operator").await?;
        if common.json {
            return output::document(&serde_json::json!({ "deleted": slug }));
        }
        output::line(format_args!("Deleted {slug} and everything in it."))
    })
    .await
}
