//! Who did what. Rows can be added and read; the workspace's role may not change or remove them.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::MemberId;
use serde_json::Value;
use sqlx::postgres::PgRow;

/// One deed.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// Ascending; gaps mean nothing.
    pub seq: i64,
    /// When.
    pub at_ms: i64,
    /// Who; `None`: the operator.
    pub actor: Option<MemberId>,
    /// Their name at the time.
    pub actor_name: String,
    /// What, e.g. `invitation.revoked`.
    pub action: String,
    /// To what.
    pub object: String,
    /// More, never content or secrets.
    pub detail: Value,
}

fn read(row: &PgRow) -> StoreResult<AuditRow> {
    Ok(AuditRow {
        seq: row.get_as("seq")?,
        at_ms: row.get_as("at_ms")?,
        actor: row.id_opt("actor_id")?,
        actor_name: row.get_as("actor_name")?,
        action: row.get_as("action")?,
        object: row.get_as("object")?,
        detail: row.get_as("detail")?,
    })
}

/// Notes a deed of `actor` (id and name), inside the transaction that does it.
pub async fn append(
    tx: &mut TenantTx,
    actor: (Option<MemberId>, &str),
    action: &str,
    object: &str,
) -> StoreResult<()> {
    sqlx::query("insert into audit (actor_id, actor_name, action, object) values ($1, $2, $3, $4)")
        .bind(actor.0.map(MemberId::uuid))
        .bind(actor.1)
        .bind(action)
        .bind(object)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// At most `limit` deeds before `before` (`None`: the newest), newest first.
pub async fn list(
    tx: &mut TenantTx,
    before: Option<i64>,
    limit: u32,
) -> StoreResult<Vec<AuditRow>> {
    let rows = sqlx::query(
        "select seq, at_ms, actor_id, actor_name, action, object, detail from audit
         where seq < coalesce($1, 9223372036854775807) order by seq desc limit $2",
    )
    .bind(before)
    .bind(i64::from(limit))
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// The latest deed of this kind.
pub async fn latest(tx: &mut TenantTx, action: &str) -> StoreResult<Option<AuditRow>> {
    let row = sqlx::query(
        "select seq, at_ms, actor_id, actor_name, action, object, detail from audit
         where action = $1 order by seq desc limit 1",
    )
    .bind(action)
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}
