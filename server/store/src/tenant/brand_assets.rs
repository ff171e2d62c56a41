//! Pictures of the brand, checked and re-encoded before they come here. One per kind.

use crate::columns::Columns;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandAssetRow {
    /// Media type.
    pub content_type: String,
    /// The file.
    pub content: Vec<u8>,
}

/// Stores or replaces the picture of this kind, e.g. `logo_light`. At most 4 MiB.
pub async fn put(
    tx: &mut TenantTx,
    kind: &str,
    content_type: &str,
    content: &[u8],
    sha256: &[u8; 32],
) -> StoreResult<()> {
    sqlx::query(
        "insert into brand_assets (kind, content_type, sha256, content) values ($1, $2, $3, $4)
         on conflict (kind) do update set content_type = excluded.content_type,
           sha256 = excluded.sha256, content = excluded.content, created_ms = platform.now_ms()",
    )
    .bind(kind)
    .bind(content_type)
    .bind(sha256.as_slice())
    .bind(content)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The picture with this SHA-256, by which pages name it.
pub async fn get(tx: &mut TenantTx, sha256: &[u8; 32]) -> StoreResult<Option<BrandAssetRow>> {
    let row =
        sqlx::query("select content_type, content from brand_assets where sha256 = $1 limit 1")
            .bind(sha256.as_slice())
            .fetch_optional(tx.conn()?)
            .await?;
    row.map(|row| {
        Ok(BrandAssetRow {
            content_type: row.get_as("content_type")?,
            content: row.get_as("content")?,
        })
    })
    .transpose()
}
