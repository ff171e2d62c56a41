//! The workspace's own instructions to the model: versions, never changed, the newest in force.

use crate::Sealed;
use crate::columns::Columns;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::MemberId;
use sqlx::Row;
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

/// Adds a version and puts it in force. Returns its number.
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
    row.map(|row| {
        Ok(PromptRow {
            id: row.get_as("id")?,
            version: row.get_as("version")?,
            sealed_body: row.get_as("sealed_body")?,
        })
    })
    .transpose()
}
