//! `livery workspace delete`: removes a workspace and everything in it. Nothing brings it back.

use super::{Common, Refused, open, output};
use crate::audit::Anchors;

pub(super) async fn delete(common: &Common, slug: &str, confirm: &str) -> Result<(), Refused> {
    if slug != confirm {
        return Err("--confirm must repeat the slug: a deletion cannot be undone".into());
    }
    open::with_open(common, async |opened| {
        let row = opened.workspace(slug).await?;
        opened.record(row.id, "workspace.deleted", slug).await?;
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
