//! Slices of processes that died, and accounts of months that are over.

use super::count::count;
use super::{AccountKey, hold, set_spent};
use crate::columns::Columns;
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use contract::LimitScope;
use std::time::Duration;
use uuid::Uuid;

/// A process that may only have been cut off has this long to notice. Longer than a proof of life
/// and an exchange are good for together.
const GRACE: Duration = Duration::from_secs(15);
/// Accounts are kept for this long after their month has begun.
const KEEP: Duration = Duration::from_hours(24 * 70);

impl Store {
    /// Gives back what was set aside for a dead process whose attempts are closed in the ledger: what
    /// it had spent is counted from there. `false`: not yet, it may still be only cut off.
    pub(crate) async fn take_back_slices(&self, node: Uuid) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select workspace_id, scope, scope_id, month_ms from platform.spend_slices
             where node_id = $1 order by workspace_id, month_ms",
        )
        .bind(node)
        .fetch_all(tx.conn()?)
        .await?;
        let lost: i64 = sqlx::query_scalar(
            "update platform.nodes set lost_ms = coalesce(lost_ms, platform.now_ms()) where id = $1
             returning platform.now_ms() - lost_ms",
        )
        .bind(node)
        .fetch_optional(tx.conn()?)
        .await?
        .unwrap_or(i64::MAX);
        tx.commit().await?;
        if rows.is_empty() {
            return Ok(true);
        }
        if u128::try_from(lost).unwrap_or_default() < GRACE.as_millis() {
            return Ok(false);
        }
        for row in &rows {
            let (kind, id): (&str, Uuid) = (row.get_as("scope")?, row.get_as("scope_id")?);
            let scope = LimitScope::parse(kind, (!id.is_nil()).then_some(id));
            let key = AccountKey {
                tenant: row.id("workspace_id")?,
                scope: scope
                    .ok_or_else(|| StoreError::Inconsistent(format!("slice of a {kind:?}")))?,
                month_ms: row.get_as("month_ms")?,
            };
            self.take_back(key, node).await?;
        }
        Ok(true)
    }

    async fn take_back(&self, key: AccountKey, node: Uuid) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        hold(&mut tx, key).await?;
        sqlx::query(
            "delete from platform.spend_slices
             where workspace_id = $1 and scope = $2 and scope_id = $3 and month_ms = $4
               and node_id = $5",
        )
        .bind(key.tenant.uuid())
        .bind(key.scope.kind())
        .bind(key.scope_id())
        .bind(key.month_ms)
        .bind(node)
        .execute(tx.conn()?)
        .await?;
        let counted = count(self, &mut tx, key, None).await?;
        set_spent(&mut tx, key, counted.without_slice, true).await?;
        tx.commit().await
    }

    /// Removes accounts of months that are long over.
    pub async fn forget_old_accounts(&self) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query("delete from platform.spend_accounts where month_ms < platform.now_ms() - $1")
            .bind(i64::try_from(KEEP.as_millis()).unwrap_or(i64::MAX / 2))
            .execute(tx.conn()?)
            .await?;
        tx.commit().await
    }
}
