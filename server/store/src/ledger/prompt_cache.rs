//! What the providers' own prompt caches gave, from a workspace's ledger.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::NanoUsd;

/// Calls of one day to one model that read from the provider's prompt cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptCacheRow {
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    /// Stored name of the provider.
    pub provider: String,
    /// The provider's name of the model.
    pub model: String,
    /// Such calls.
    pub calls: i64,
    /// Tokens read from the cache.
    pub cached_tokens: i64,
    /// Those of them whose price, or the price of fresh ones, was not known.
    pub unpriced_tokens: i64,
    /// What the others cost less than fresh ones, each call rounded down.
    pub saved: NanoUsd,
}

/// By day and model, since `since_ms`, oldest first. Estimates are left out: nobody counted there.
pub async fn by_day(tx: &mut TenantTx, since_ms: i64) -> StoreResult<Vec<PromptCacheRow>> {
    let rows = sqlx::query(
        "select (to_timestamp(started_ms / 1000.0) at time zone 'utc')::date - date '1970-01-01'
                  as day,
                provider, model, count(*) as calls,
                sum(cached_input_tokens)::bigint as cached_tokens,
                coalesce(sum(cached_input_tokens) filter
                  (where price_input_nano is null or price_cached_nano is null), 0)::bigint
                  as unpriced_tokens,
                coalesce(sum(floor(cached_input_tokens::numeric
                  * (price_input_nano - price_cached_nano) / 1000000)), 0)::bigint as saved_nano
         from ledger
         where started_ms >= $1 and cached_input_tokens > 0 and not estimated
         group by 1, 2, 3 order by 1, 2, 3",
    )
    .bind(since_ms)
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, |row| {
        Ok(PromptCacheRow {
            day: row.get_as("day")?,
            provider: row.get_as("provider")?,
            model: row.get_as("model")?,
            calls: row.get_as("calls")?,
            cached_tokens: row.get_as("cached_tokens")?,
            unpriced_tokens: row.get_as("unpriced_tokens")?,
            saved: row.nano("saved_nano")?,
        })
    })
}
