//! `livery workspace list`

use super::{Common, Refused, open, output};

pub(super) async fn list(common: &Common) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let rows = opened.store.workspaces().await?;
        if common.json {
            let rows: Vec<_> = rows
                .iter()
                .map(|row| {
                    serde_json::json!({
                        "id": row.id, "slug": row.slug, "name": row.name, "host": row.primary_host,
                        "demo": row.demo, "migration_error": row.migration_error,
                    })
                })
                .collect();
            return output::document(&serde_json::json!({ "workspaces": rows }));
        }
        for row in rows {
            let host = row.primary_host.unwrap_or_default();
            output::line(format_args!("{:<20} {:<32} {host}", row.slug, row.name))?;
        }
        Ok(())
    })
    .await
}
