//! `livery key list`: what is in the vault of a workspace, without any secret.

use super::super::{Common, Refused, open, output};
use contract::keys::HealthPoint;
use serde_json::json;
use store::provider_keys::ProviderKeyRow;

pub(super) async fn list(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        let mut tx = opened.store.enter(tenant).await?;
        let rows = store::provider_keys::list(&mut tx).await?;
        tx.commit().await?;
        if common.json {
            let keys: Vec<_> = rows.iter().map(document).collect();
            return output::document(&json!({ "keys": keys }));
        }
        for row in &rows {
            output::line(format_args!(
                "{:<11}  {:<20}  {:<18}  …{:<4}  {}",
                row.environment,
                row.name,
                row.provider,
                row.ends_in,
                if row.disabled {
                    "disabled"
                } else {
                    health(row).map_or("not checked", |point| point.outcome.label())
                }
            ))?;
        }
        Ok(())
    })
    .await
}

fn document(row: &ProviderKeyRow) -> serde_json::Value {
    json!({
        "id": row.id,
        "name": row.name,
        "environment": row.environment,
        "provider": row.provider,
        "base_url": row.base_url,
        "ends_in": row.ends_in,
        "account": row.account,
        "scope": row.scope,
        "added_by": row.added_by_name,
        "added_ms": row.created_ms,
        "disabled": row.disabled,
        "health": health(row),
    })
}

fn health(row: &ProviderKeyRow) -> Option<HealthPoint> {
    let history: Vec<HealthPoint> = serde_json::from_value(row.history.clone()).ok()?;
    history.into_iter().last()
}
