//! `livery limit list`

use crate::cli::open::{self, Opened};
use crate::cli::{Common, Refused, output};
use contract::{LimitScope, NanoUsd, Pace};
use serde_json::json;
use store::limits::LimitRow;
use store::platform::workspaces::WorkspaceRow;

pub(super) async fn list(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let workspace = opened.workspace(slug).await?;
        let rows = read(opened, &workspace).await?;
        if common.json {
            let limits = rows.iter().map(|(name, row)| {
                json!({
                    "scope": row.scope.kind(),
                    "name": name,
                    "model": (!row.model.is_empty()).then_some(&row.model),
                    "nano_usd": row.month,
                    "requests_per_minute": row.pace.requests_per_minute,
                    "tokens_per_minute": row.pace.tokens_per_minute,
                    "concurrent": row.pace.concurrent,
                })
            });
            let limits: Vec<_> = limits.collect();
            return output::document(&json!({ "workspace": slug, "limits": limits }));
        }
        for (name, row) in &rows {
            let model = if row.model.is_empty() {
                "all models"
            } else {
                &row.model
            };
            let said = parts(row.month, row.pace).join(", ");
            output::line(format_args!("{name:<28}  {model:<12}  {said}"))?;
        }
        Ok(())
    })
    .await
}

/// Every limit with the name of whose it is, the workspace's own first.
async fn read(
    opened: &Opened,
    workspace: &WorkspaceRow,
) -> Result<Vec<(String, LimitRow)>, Refused> {
    let mut tx = opened.store.enter(workspace.id).await?;
    let mut rows = store::limits::list(&mut tx).await?;
    let teams = store::teams::list(&mut tx).await?;
    let members = store::members::list(&mut tx).await?;
    let keys = store::virtual_keys::list(&mut tx, u32::MAX).await?;
    tx.commit().await?;
    if workspace.budget.is_some() {
        let own = |row: &&mut LimitRow| row.scope == LimitScope::Workspace && row.model.is_empty();
        match rows.iter_mut().find(own) {
            Some(row) => row.month = workspace.budget,
            None => rows.insert(
                0,
                LimitRow {
                    scope: LimitScope::Workspace,
                    model: String::new(),
                    month: workspace.budget,
                    pace: Pace::default(),
                },
            ),
        }
    }
    let name = |scope| match scope {
        LimitScope::Workspace => workspace.slug.clone(),
        LimitScope::Team(id) => {
            let team = teams.iter().find(|row| row.id == id);
            team.map_or_else(String::new, |row| format!("Team {}", row.name))
        }
        LimitScope::Member(id) => {
            let member = members.iter().find(|row| row.id == id);
            member.map_or_else(String::new, |row| row.email.clone())
        }
        LimitScope::VirtualKey(id) => {
            let key = keys.iter().find(|row| row.id == id);
            key.map_or_else(String::new, |row| format!("Virtual key {}", row.name))
        }
    };
    Ok(rows.into_iter().map(|row| (name(row.scope), row)).collect())
}

/// What is limited, in words.
pub(in crate::cli) fn parts(month: Option<NanoUsd>, pace: Pace) -> Vec<String> {
    let month = month.map(|most| format!("{} a month", most.display_usd()));
    let requests = pace.requests_per_minute;
    let requests = requests.map(|most| format!("{most} questions a minute"));
    let tokens = pace.tokens_per_minute;
    let tokens = tokens.map(|most| format!("{most} tokens a minute"));
    let at_once = pace
        .concurrent
        .map(|most| format!("{most} answers at once"));
    [month, requests, tokens, at_once]
        .into_iter()
        .flatten()
        .collect()
}
