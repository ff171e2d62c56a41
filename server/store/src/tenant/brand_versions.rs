//! What the workspace looked like: versions that were published, and one draft. What a look consists of
//! is the brand module's business.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::MemberId;
use serde_json::Value;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// Versions that are kept; the oldest go first.
pub const MOST_VERSIONS: i64 = 100;

/// A version, or the draft.
#[derive(Clone, Debug, PartialEq)]
pub struct BrandVersionRow {
    /// Counted from 1; `None`: the draft.
    pub version: Option<i32>,
    /// The look.
    pub brand: Value,
    /// The version it brought back.
    pub restored_from: Option<i32>,
    /// Whoever did it, by the name they had then.
    pub by: String,
    /// When.
    pub changed_ms: i64,
}

/// Who does it.
pub type Who<'a> = (Option<MemberId>, &'a str);

fn read(row: &PgRow) -> StoreResult<BrandVersionRow> {
    Ok(BrandVersionRow {
        version: row.get_as("version")?,
        brand: row.get_as("brand")?,
        restored_from: row.get_as("restored_from")?,
        by: row.get_as("changed_by_name")?,
        changed_ms: row.get_as("changed_ms")?,
    })
}

/// The draft first, where there is one, then the versions, newest first.
pub async fn list(tx: &mut TenantTx) -> StoreResult<Vec<BrandVersionRow>> {
    let rows = sqlx::query(
        "select version, brand, restored_from, changed_by_name, changed_ms from brand_versions
         order by version desc nulls first limit $1 + 1",
    )
    .bind(MOST_VERSIONS)
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// Replaces the draft.
pub async fn put_draft(tx: &mut TenantTx, who: Who<'_>, brand: &Value) -> StoreResult<()> {
    remove_draft(tx).await?;
    insert(tx, who, None, None, brand).await
}

/// Throws the draft away. `false`: there was none.
pub async fn remove_draft(tx: &mut TenantTx) -> StoreResult<bool> {
    let done = sqlx::query("delete from brand_versions where version is null")
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Adds a version and returns its number; whoever adds one holds the workspace's row. The oldest beyond
/// [`MOST_VERSIONS`] go.
pub async fn add(
    tx: &mut TenantTx,
    who: Who<'_>,
    restored_from: Option<i32>,
    brand: &Value,
) -> StoreResult<i32> {
    let last: Option<i32> = sqlx::query_scalar("select max(version) from brand_versions")
        .fetch_one(tx.conn()?)
        .await?;
    let version = last.unwrap_or(0) + 1;
    insert(tx, who, Some(version), restored_from, brand).await?;
    sqlx::query("delete from brand_versions where version <= $1 - $2")
        .bind(i64::from(version))
        .bind(MOST_VERSIONS)
        .execute(tx.conn()?)
        .await?;
    Ok(version)
}

async fn insert(
    tx: &mut TenantTx,
    who: Who<'_>,
    version: Option<i32>,
    restored_from: Option<i32>,
    brand: &Value,
) -> StoreResult<()> {
    sqlx::query(
        "insert into brand_versions (id, version, brand, restored_from, changed_by, changed_by_name)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(Uuid::now_v7())
    .bind(version)
    .bind(brand)
    .bind(restored_from)
    .bind(who.0.map(MemberId::uuid))
    .bind(who.1)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
