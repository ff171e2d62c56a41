//! What keys were used for, day by day, in the chain. Every use is a row of the ledger at once; here
//! the sums of a day that is over are recorded, so that they cannot be changed later without it
//! showing.

use super::{append_with, latest};
use crate::columns::Columns;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use serde_json::{Value, json};
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// The action of these records.
pub const USES: &str = "key_use.summed";
/// Days that are made up for at once, where nobody summed them up in time.
const MOST_DAYS: i64 = 31;

/// Records the use of every key on each day (UTC) before `today`, numbered from 1970-01-01, that is not
/// recorded yet; in the order of days. Returns how many records that made.
pub async fn record_uses(tx: &mut TenantTx, today: i64) -> StoreResult<u64> {
    // Held until the end of the transaction: another process waits, and finds the days recorded.
    sqlx::query("select from audit_head for update")
        .execute(tx.conn()?)
        .await?;
    let recorded = latest(tx, USES).await?;
    let recorded = recorded.and_then(|row| row.detail.get("day").and_then(Value::as_i64));
    let first = recorded.map_or(today - MOST_DAYS, |day| (day + 1).max(today - MOST_DAYS));
    if first >= today {
        return Ok(0);
    }
    let rows = sqlx::query(
        "select started_ms / $3 as day, key_id, max(key_name) as key_name, count(*) as calls,
                count(*) filter (where state in ('failed', 'interrupted')) as failed,
                coalesce(sum(coalesce(fresh_input_tokens, 0) + coalesce(cached_input_tokens, 0)
                    + coalesce(cache_write_tokens, 0)), 0)::bigint as read_tokens,
                coalesce(sum(coalesce(output_tokens, 0) + coalesce(reasoning_tokens, 0)),
                    0)::bigint as written_tokens,
                coalesce(sum(cost_nano), 0)::bigint as cost_nano
         from ledger
         where started_ms >= $1 and started_ms < $2 and key_id is not null
         group by 1, 2 order by 1, 2",
    )
    .bind(first * DAY_MS)
    .bind(today * DAY_MS)
    .bind(DAY_MS)
    .fetch_all(tx.conn()?)
    .await?;
    for row in &rows {
        let (name, detail) = (row.get_as::<String>("key_name")?, summed(row)?);
        append_with(tx, (None, "system"), USES, &name, |_| detail).await?;
    }
    Ok(rows.len() as u64)
}

fn summed(row: &PgRow) -> StoreResult<Value> {
    let number = |column| row.get_as::<i64>(column);
    Ok(json!({
        "day": number("day")?,
        "key": row.get_as::<Uuid>("key_id")?,
        "calls": number("calls")?,
        "failed": number("failed")?,
        "read_tokens": number("read_tokens")?,
        "written_tokens": number("written_tokens")?,
        "cost_nano": number("cost_nano")?,
    }))
}
