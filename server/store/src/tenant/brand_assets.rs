//! Pictures of the brand, checked and re-encoded before they come here, each once, by the hash of what
//! is in it. A picture that no version names goes after a day.

use crate::columns::Columns;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;

/// Pictures a workspace may have at once.
pub const MOST_PICTURES: i64 = 300;
/// A picture that no version names is kept for so long, in milliseconds: somebody may be at the form.
const UNUSED_MS: i64 = 24 * 60 * 60 * 1_000;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandAssetRow {
    /// Media type.
    pub content_type: String,
    /// The file.
    pub content: Vec<u8>,
}

/// Stores a picture under `kind`, the name of what is in it. At most 4 MiB. `false`: there are
/// [`MOST_PICTURES`] already.
pub async fn put(
    tx: &mut TenantTx,
    kind: &str,
    content_type: &str,
    content: &[u8],
    sha256: &[u8; 32],
) -> StoreResult<bool> {
    let done = sqlx::query(
        "insert into brand_assets (kind, content_type, sha256, content)
         select $1, $2, $3, $4 where (select count(*) from brand_assets) < $5
         on conflict (kind) do update set created_ms = platform.now_ms()",
    )
    .bind(kind)
    .bind(content_type)
    .bind(sha256.as_slice())
    .bind(content)
    .bind(MOST_PICTURES)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
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

/// Whether there is a picture with this SHA-256.
pub async fn exists(tx: &mut TenantTx, sha256: &[u8; 32]) -> StoreResult<bool> {
    let found = sqlx::query_scalar("select exists (select from brand_assets where sha256 = $1)");
    Ok(found.bind(sha256.as_slice()).fetch_one(tx.conn()?).await?)
}

/// Removes what neither a version nor the draft names, except what is in force (`kept`, hex).
pub async fn prune(tx: &mut TenantTx, kept: &[String]) -> StoreResult<()> {
    sqlx::query(
        "delete from brand_assets a
         where a.created_ms < platform.now_ms() - $1 and encode(a.sha256, 'hex') <> all ($2)
           and not exists (
               select from brand_versions v where encode(a.sha256, 'hex') in
                   (v.brand ->> 'logo_light', v.brand ->> 'logo_dark', v.brand ->> 'icon'))",
    )
    .bind(UNUSED_MS)
    .bind(kept)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
