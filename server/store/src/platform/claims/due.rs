//! Claims and tombstones whose time has come. Several processes share them: whoever takes one puts it off,
//! so that nobody else takes it, and it is taken again if they die.

use super::{ClaimRow, read, select_claims};
use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::error::StoreResult;
use contract::TenantId;

/// What stays of a name that was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TombstoneRow {
    /// The name.
    pub host: String,
    /// Whose it was.
    pub tenant: TenantId,
    /// When it was removed.
    pub removed_ms: i64,
}

impl Store {
    /// Takes the claims that have been due for longest, `most` at most, and puts them off by `lease_ms`.
    pub async fn take_claims(&self, most: i64, lease_ms: i64) -> StoreResult<Vec<ClaimRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "update platform.domain_claims set next_check_ms = platform.now_ms() + $2
             where id in (select c.id from platform.domain_claims c
                          join platform.workspaces w on w.id = c.workspace_id
                          where c.next_check_ms <= platform.now_ms() and w.state <> 'deleting'
                          order by c.next_check_ms limit $1 for update of c skip locked)
             returning id",
        )
        .bind(most)
        .bind(lease_ms)
        .fetch_all(tx.conn()?)
        .await?;
        let ids: Vec<uuid::Uuid> = read_all(&rows, |row| row.get_as("id"))?;
        let rows = sqlx::query(select_claims!("where c.id = any($1)"))
            .bind(ids)
            .fetch_all(tx.conn()?)
            .await?;
        tx.commit().await?;
        read_all(&rows, read)
    }

    /// Takes the tombstone that has been due for longest, and puts it off by `lease_ms`.
    pub async fn take_tombstone(&self, lease_ms: i64) -> StoreResult<Option<TombstoneRow>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "update platform.domain_tombstones set next_check_ms = platform.now_ms() + $1
             where host = (select host from platform.domain_tombstones
                           where next_check_ms <= platform.now_ms()
                           order by next_check_ms limit 1 for update skip locked)
             returning host, workspace_id, removed_ms",
        )
        .bind(lease_ms)
        .fetch_optional(tx.conn()?)
        .await?;
        tx.commit().await?;
        row.map(|row| {
            Ok(TombstoneRow {
                host: row.get_as("host")?,
                tenant: row.id("workspace_id")?,
                removed_ms: row.get_as("removed_ms")?,
            })
        })
        .transpose()
    }

    /// Ends the quarantine of a name. Only as it was seen: one that was removed again since stays.
    pub async fn end_quarantine(&self, seen: &TombstoneRow) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query("delete from platform.domain_tombstones where host = $1 and removed_ms = $2")
            .bind(&seen.host)
            .bind(seen.removed_ms)
            .execute(tx.conn()?)
            .await?;
        tx.commit().await
    }

    /// Ends what was in quarantine for longer than `quarantine_ms`.
    pub async fn end_old_quarantines(&self, quarantine_ms: i64) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "delete from platform.domain_tombstones where removed_ms <= platform.now_ms() - $1",
        )
        .bind(quarantine_ms)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }
}
