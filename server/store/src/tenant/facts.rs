//! A workspace in numbers, for those who sell it: no name of anybody, and nothing anybody wrote.

use crate::columns::Columns;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::NanoUsd;

/// What a list of workspaces tells of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// People with an account.
    pub members: i64,
    /// What was spent since a moment.
    pub spent: NanoUsd,
    /// How the last check of each sealed key in use ended; empty: it was never checked. Members' own
    /// keys are not among them.
    pub outcomes: Vec<String>,
    /// When somebody last used it.
    pub last_used_ms: Option<i64>,
}

/// Reads them, counting money from `since_ms` on.
pub async fn read(tx: &mut TenantTx, since_ms: i64) -> StoreResult<Facts> {
    let row = sqlx::query(
        "select (select count(*) from members) as members,
                (select coalesce(sum(cost_nano), 0)::bigint from ledger where started_ms >= $1) as spent,
                (select coalesce(array_agg(coalesce(history -> -1 ->> 'outcome', '')), '{}')
                 from provider_keys where state = 'sealed' and disabled_ms is null
                   and member_id is null) as outcomes,
                greatest((select max(seen_ms) from sessions),
                         (select max(started_ms) from ledger)) as last_used_ms",
    )
    .bind(since_ms)
    .fetch_one(tx.conn()?)
    .await?;
    Ok(Facts {
        members: row.get_as("members")?,
        spent: row.nano("spent")?,
        outcomes: row.get_as("outcomes")?,
        last_used_ms: row.get_as("last_used_ms")?,
    })
}
