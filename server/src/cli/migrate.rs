//! `livery migrate`: brings the platform and every workspace to this program's version.

use super::{Common, Refused, open, output};

pub(super) async fn migrate(common: &Common) -> Result<(), Refused> {
    // Opening migrates; what is left is to say how it went.
    open::with_open(common, async |opened| {
        let broken: Vec<_> = opened
            .store
            .workspaces()
            .await?
            .into_iter()
            .filter_map(|row| row.migration_error.map(|error| (row.slug, error)))
            .collect();
        if common.json {
            let broken: Vec<_> = broken
                .iter()
                .map(|(slug, error)| serde_json::json!({ "slug": slug, "error": error }))
                .collect();
            output::document(&serde_json::json!({ "broken": broken }))?;
        } else if broken.is_empty() {
            output::line("Everything is at this program's version.")?;
        }
        if broken.is_empty() {
            return Ok(());
        }
        let lines: Vec<_> = broken
            .iter()
            .map(|(slug, error)| format!("{slug}: {error}"))
            .collect();
        Err(format!(
            "workspaces that could not be migrated: {}",
            lines.join("; ")
        )
        .into())
    })
    .await
}
