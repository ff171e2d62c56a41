//! Where the audit logs of workspaces stood, outside the workspaces. Anchors are added and read;
//! the application may not change or remove them.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use crate::tenant::audit::AuditHash;
use contract::TenantId;
use sqlx::postgres::PgRow;

/// Where a log stood, signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchorRow {
    /// The workspace.
    pub tenant: TenantId,
    /// Number of the record that was the last.
    pub seq: i64,
    /// Its hash.
    pub hash: AuditHash,
    /// When, milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Of all the above, by the workspace's audit key.
    pub signature: [u8; 32],
}

impl Store {
    /// Keeps an anchor. One that is there already stays as it is.
    pub async fn add_anchor(&self, anchor: &AnchorRow) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "insert into platform.audit_anchors (tenant_id, seq, hash, at_ms, signature)
             values ($1, $2, $3, $4, $5) on conflict (tenant_id, seq) do nothing",
        )
        .bind(anchor.tenant.uuid())
        .bind(anchor.seq)
        .bind(anchor.hash.as_slice())
        .bind(anchor.at_ms)
        .bind(anchor.signature.as_slice())
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }

    /// All anchors of a workspace, in order.
    pub async fn anchors(&self, tenant: TenantId) -> StoreResult<Vec<AnchorRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select tenant_id, seq, hash, at_ms, signature from platform.audit_anchors
             where tenant_id = $1 order by seq",
        )
        .bind(tenant.uuid())
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, read)
    }

    /// The latest anchor of every workspace.
    pub async fn latest_anchors(&self) -> StoreResult<Vec<AnchorRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select distinct on (tenant_id) tenant_id, seq, hash, at_ms, signature
             from platform.audit_anchors order by tenant_id, seq desc",
        )
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, read)
    }
}

fn read(row: &PgRow) -> StoreResult<AnchorRow> {
    let bytes = |column: &str| {
        let bytes: Vec<u8> = row.get_as(column)?;
        let broken = |_| StoreError::Inconsistent(format!("{column} of an anchor"));
        bytes.try_into().map_err(broken)
    };
    Ok(AnchorRow {
        tenant: row.id("tenant_id")?,
        seq: row.get_as("seq")?,
        hash: bytes("hash")?,
        at_ms: row.get_as("at_ms")?,
        signature: bytes("signature")?,
    })
}
