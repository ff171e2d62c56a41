//! `livery limit remove`

use super::{Whose, find};
use crate::cli::{Common, Refused, open, output};
use crate::limits::set_workspace_month;
use contract::LimitScope;
use serde_json::json;

pub(super) async fn remove(
    common: &Common,
    whose: &Whose,
    model: Option<&str>,
) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let row = opened.workspace(&whose.workspace).await?;
        let mut tx = opened.store.enter(row.id).await?;
        let named = find(&mut tx, whose).await?;
        let removed = store::limits::remove(&mut tx, named.scope, model).await?;
        let lifted =
            named.scope == LimitScope::Workspace && model.is_none() && row.budget.is_some();
        if removed == 0 && !lifted {
            return Err(format!("{} has no such limit", named.name).into());
        }
        let object = match model {
            Some(model) => format!("{}, {model}", named.name),
            None => named.name,
        };
        if lifted {
            set_workspace_month(&mut tx, None).await?;
        }
        store::audit::append(&mut tx, (None, "operator"), "limit.removed", &object).await?;
        tx.commit().await?;
        opened.store.announce_change(row.id).await?;
        if common.json {
            return output::document(&json!({ "workspace": row.slug, "removed": object }));
        }
        output::line(format_args!("Removed the limits of {object}."))
    })
    .await
}
