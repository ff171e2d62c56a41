//! Records what keys were used for on days that are over.

use contract::TenantId;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::audit::DAY_MS;
use store::{Store, StoreError};

/// A day is summed up so long after its end: by then every answer that began on it has ended.
const SETTLED_AFTER: Duration = Duration::from_hours(1);

/// Which day each workspace was last seen to, by this process.
#[derive(Default)]
pub(super) struct Seen(Mutex<HashMap<TenantId, i64>>);

/// One round over all workspaces; one that fails is tried again in the next.
pub(super) async fn record_uses(store: &Store, seen: &Seen) {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let settled = since.saturating_sub(SETTLED_AFTER).as_millis();
    let today = i64::try_from(settled).unwrap_or(0) / DAY_MS;
    let workspaces = match store.workspaces().await {
        Ok(workspaces) => workspaces,
        Err(error) => return tracing::warn!(%error, "workspaces could not be listed"),
    };
    for workspace in workspaces {
        let known = seen
            .0
            .lock()
            .ok()
            .and_then(|seen| seen.get(&workspace.id).copied());
        if known == Some(today) {
            continue;
        }
        match record(store, workspace.id, today).await {
            Ok(_) => {
                if let Ok(mut seen) = seen.0.lock() {
                    seen.insert(workspace.id, today);
                }
            }
            Err(error) => {
                tracing::warn!(%error, workspace = %workspace.id, "the use of keys could not be recorded");
            }
        }
    }
}

async fn record(store: &Store, tenant: TenantId, today: i64) -> Result<u64, StoreError> {
    let mut tx = store.enter(tenant).await?;
    let made = store::audit::record_uses(&mut tx, today).await?;
    tx.commit().await?;
    Ok(made)
}
