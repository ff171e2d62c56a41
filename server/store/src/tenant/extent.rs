//! How much there is in a workspace.

use crate::columns::Columns;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;

/// Rows of what people know by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// People with an account.
    pub members: i64,
    /// Conversations of all of them, those in the bin too.
    pub conversations: i64,
    /// Sealed provider keys, those out of use too.
    pub keys: i64,
    /// Records of who did what.
    pub records: i64,
}

/// Counts.
pub async fn read(tx: &mut TenantTx) -> StoreResult<Extent> {
    let row = sqlx::query(
        "select (select count(*) from members) as members,
                (select count(*) from conversations) as conversations,
                (select count(*) from provider_keys where state = 'sealed') as keys,
                (select coalesce(max(seq), 0) from audit_head) as records",
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(Extent {
        members: row.get_as("members")?,
        conversations: row.get_as("conversations")?,
        keys: row.get_as("keys")?,
        records: row.get_as("records")?,
    })
}
