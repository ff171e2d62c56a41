//! `livery ledger export`: every attempt of a workspace, what it used and what it cost.

use super::{Common, Refused, open, output};

pub(super) async fn export(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let workspace = opened.workspace(slug).await?;
        // What is still in the inbox belongs to the export as well.
        opened.store.drain_ledger().await?;
        let mut tx = opened.store.enter(workspace.id).await?;
        let rows = store::ledger::rows::export(&mut tx).await?;
        store::audit::append(&mut tx, (None, "operator"), "ledger.exported", slug).await?;
        tx.commit().await?;
        if common.json {
            return output::document(&serde_json::json!({ "workspace": slug, "rows": rows }));
        }
        for row in rows {
            let cost = row
                .cost
                .map_or_else(|| "unpriced".to_owned(), contract::NanoUsd::display_usd);
            output::line(format_args!(
                "{}  {:<12} {:<10} {cost}",
                row.attempt,
                row.alias,
                row.state.as_str()
            ))?;
        }
        Ok(())
    })
    .await
}
