//! Counting an account from the ledger.

use super::AccountKey;
use crate::columns::Columns;
use crate::connections::platform_tx::PlatformTx;
use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::ledger::rows;
use contract::NanoUsd;
use std::collections::HashSet;
use uuid::Uuid;

/// What the ledger says about an account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    /// Spent by processes that hold no slice of it, `own` apart.
    pub(super) without_slice: NanoUsd,
    /// Spent by the process that asks.
    pub(super) own: NanoUsd,
}

/// Counts while the account's row is held in `tx`. What is on its way into the ledger is brought
/// there first; an attempt that is not settled counts with what is reserved for it.
pub(super) async fn count(
    store: &Store,
    tx: &mut PlatformTx,
    key: AccountKey,
    own: Option<Uuid>,
) -> StoreResult<Counted> {
    store.drain_tenant_now(key.tenant).await?;
    let mut inside = store.enter(key.tenant).await?;
    let by_node = rows::spent_by_nodes(&mut inside, key.scope, key.month_ms).await?;
    inside.commit().await?;
    let holders = holders(tx, key).await?;
    let mut counted = Counted {
        without_slice: NanoUsd::ZERO,
        own: NanoUsd::ZERO,
    };
    for (node, spent) in by_node {
        if Some(node) == own {
            counted.own += spent;
        } else if !holders.contains(&node) {
            counted.without_slice += spent;
        }
    }
    Ok(counted)
}

async fn holders(tx: &mut PlatformTx, key: AccountKey) -> StoreResult<HashSet<Uuid>> {
    let rows = sqlx::query(
        "select node_id from platform.spend_slices
         where workspace_id = $1 and scope = $2 and scope_id = $3 and month_ms = $4",
    )
    .bind(key.tenant.uuid())
    .bind(key.scope.kind())
    .bind(key.scope_id())
    .bind(key.month_ms)
    .fetch_all(tx.conn()?)
    .await?;
    rows.iter().map(|row| row.get_as("node_id")).collect()
}
