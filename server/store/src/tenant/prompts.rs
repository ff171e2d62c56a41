//! The workspace's own instructions to the model: versions, never changed, the newest in force.

use crate::Sealed;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::MemberId;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// A version of the instructions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptRow {
    /// Names the row that the text is sealed for.
    pub id: Uuid,
    /// Counted from 1.
    pub version: i32,
    /// The text, sealed.
    pub sealed_body: Sealed,
}

/// A version that somebody wrote.
#[derive(Clone, Debug)]
pub struct NewPromptRow {
    /// Names the row that the text is sealed for.
    pub id: Uuid,
    /// The text, sealed.
    pub sealed_body: Sealed,
    /// Who; `None`: a guest, who is no member.
    pub author: Option<MemberId>,
    /// Their name.
    pub author_name: String,
    /// The older version that it says again.
    pub restores: Option<i32>,
}

/// A version as the list of them shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptVersionRow {
    /// Counted from 1.
    pub version: i32,
    /// Who wrote it; empty: the operator.
    pub author_name: String,
    /// When.
    pub created_ms: i64,
    /// The older version that it says again.
    pub restores: Option<i32>,
}

fn read_version(row: &PgRow) -> StoreResult<PromptVersionRow> {
    Ok(PromptVersionRow {
        version: row.get_as("version")?,
        author_name: row.get_as("author_name")?,
        created_ms: row.get_as("created_ms")?,
        restores: row.get_as("restores")?,
    })
}

/// Puts a version in force after the version `seen` (0: none) and returns its number. `None`: another
/// one is in force by now. [`crate::StoreError::Taken`]: another one came at the same moment.
pub async fn insert_after(
    tx: &mut TenantTx,
    prompt: &NewPromptRow,
    seen: i32,
) -> StoreResult<Option<i32>> {
    let row = sqlx::query(
        "insert into prompts (id, version, sealed_body, created_by, author_name, restores)
         select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5 from prompts
         having coalesce(max(version), 0) = $6
         returning version",
    )
    .bind(prompt.id)
    .bind(&prompt.sealed_body)
    .bind(prompt.author.map(MemberId::uuid))
    .bind(&prompt.author_name)
    .bind(prompt.restores)
    .bind(seen)
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| row.get_as("version")).transpose()
}

/// The newest versions without their texts, at most `limit`, and how many there are in all.
pub async fn list(tx: &mut TenantTx, limit: u32) -> StoreResult<(Vec<PromptVersionRow>, i64)> {
    let rows = sqlx::query(
        "select version, author_name, created_ms, restores, count(*) over () as count
         from prompts order by version desc limit $1",
    )
    .bind(i64::from(limit))
    .fetch_all(tx.conn()?)
    .await?;
    let count = rows.first().map(|row| row.get_as("count")).transpose()?;
    Ok((read_all(&rows, read_version)?, count.unwrap_or(0)))
}

/// A version with its text.
pub async fn get(
    tx: &mut TenantTx,
    version: i32,
) -> StoreResult<Option<(PromptVersionRow, PromptRow)>> {
    let row = sqlx::query(
        "select id, version, sealed_body, author_name, created_ms, restores
         from prompts where version = $1",
    )
    .bind(version)
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| Ok((read_version(&row)?, read(&row)?)))
        .transpose()
}

/// Adds a version by the operator and puts it in force. Returns its number.
pub async fn insert_version(
    tx: &mut TenantTx,
    id: Uuid,
    sealed_body: &[u8],
    created_by: Option<MemberId>,
) -> StoreResult<i32> {
    let row = sqlx::query(
        "insert into prompts (id, version, sealed_body, created_by)
         select $1, coalesce(max(version), 0) + 1, $2, $3 from prompts
         returning version",
    )
    .bind(id)
    .bind(sealed_body)
    .bind(created_by.map(MemberId::uuid))
    .fetch_one(tx.conn()?)
    .await?;
    Ok(row.try_get("version")?)
}

/// The version in force.
pub async fn active(tx: &mut TenantTx) -> StoreResult<Option<PromptRow>> {
    let row =
        sqlx::query("select id, version, sealed_body from prompts order by version desc limit 1")
            .fetch_optional(tx.conn()?)
            .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &PgRow) -> StoreResult<PromptRow> {
    Ok(PromptRow {
        id: row.get_as("id")?,
        version: row.get_as("version")?,
        sealed_body: row.get_as("sealed_body")?,
    })
}
