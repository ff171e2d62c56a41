//! How a key fares: checks, and what it was used for.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use crate::tenant::millis;
use contract::{KeyId, MemberId, NanoUsd};
use serde_json::Value;
use std::time::Duration;

/// Points of history kept for a key.
const HISTORY: i64 = 60;

/// What a key was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The key.
    pub key: KeyId,
    /// Last used.
    pub last_ms: i64,
    /// Attempts since the beginning asked for.
    pub calls: u64,
    /// What they cost.
    pub cost: NanoUsd,
}

/// Whether any key in use ended its last check with one of `outcomes`: of `member`'s own, or of the
/// workspace's and its teams'.
pub async fn any_with(
    tx: &mut TenantTx,
    outcomes: &[&str],
    member: Option<MemberId>,
) -> StoreResult<bool> {
    let found = sqlx::query_scalar(
        "select exists (
             select from provider_keys
             where state = 'sealed' and disabled_ms is null
               and member_id is not distinct from $2
               and history -> -1 ->> 'outcome' = any($1))",
    )
    .bind(outcomes)
    .bind(member.map(MemberId::uuid))
    .fetch_one(tx.conn()?)
    .await?;
    Ok(found)
}

/// Keeps what a check found, for a draft or a sealed key; the next one is due after `again`.
/// Empty `models` and no `account` leave what is known.
pub async fn record_check(
    tx: &mut TenantTx,
    id: KeyId,
    point: &Value,
    account: Option<&str>,
    models: &[String],
    again: Duration,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update provider_keys set
            history = (select jsonb_agg(point order by place) from
                (select point, place
                 from jsonb_array_elements(history || jsonb_build_array($2::jsonb))
                      with ordinality as points (point, place)
                 order by place desc limit $3) as latest),
            account = coalesce($4, account),
            models = case when jsonb_array_length($5) > 0 then $5 else models end,
            check_after_ms = platform.now_ms() + $6
         where id = $1 and state <> 'deleted'",
    )
    .bind(id.uuid())
    .bind(point)
    .bind(HISTORY)
    .bind(account)
    .bind(Value::from(models))
    .bind(millis(again))
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Asks for a check now: the provider refused the key in traffic. `false`: one is due already, or
/// found trouble less than `quiet` ago.
pub async fn check_soon(tx: &mut TenantTx, id: KeyId, quiet: Duration) -> StoreResult<bool> {
    let done = sqlx::query(
        "update provider_keys set check_after_ms = platform.now_ms()
         where id = $1 and state = 'sealed' and disabled_ms is null
           and coalesce(check_after_ms, 9223372036854775807) > platform.now_ms()
           and (coalesce(history -> -1 ->> 'outcome', 'valid') in ('valid', 'limited')
                or (history -> -1 ->> 'at_ms')::bigint < platform.now_ms() - $2)",
    )
    .bind(id.uuid())
    .bind(millis(quiet))
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Keys whose check is due, and puts it off by `lease`, so that no other process takes them too.
pub async fn due_for_check(tx: &mut TenantTx, lease: Duration) -> StoreResult<Vec<KeyId>> {
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar(
        "update provider_keys set check_after_ms = platform.now_ms() + $1
         where state = 'sealed' and disabled_ms is null and check_after_ms <= platform.now_ms()
         returning id",
    )
    .bind(millis(lease))
    .fetch_all(tx.conn()?)
    .await?;
    Ok(ids.into_iter().map(KeyId::from_uuid).collect())
}

/// What every key was used for since `from_ms`; `last_ms` counts all times.
pub async fn use_since(tx: &mut TenantTx, from_ms: i64) -> StoreResult<Vec<KeyUse>> {
    let rows = sqlx::query(
        "select id, (select max(started_ms) from ledger where key_id = provider_keys.id) as last_ms,
                coalesce(month.calls, 0) as calls, coalesce(month.cost, 0)::bigint as cost
         from provider_keys left join
              (select key_id, count(*) as calls, sum(cost_nano) as cost
               from ledger where started_ms >= $1 and key_id is not null group by key_id) as month
              on month.key_id = provider_keys.id
         where state = 'sealed'",
    )
    .bind(from_ms)
    .fetch_all(tx.conn()?)
    .await?;
    let uses = read_all(&rows, |row| {
        let Some(last_ms) = row.get_as::<Option<i64>>("last_ms")? else {
            return Ok(None);
        };
        let calls: i64 = row.get_as("calls")?;
        Ok(Some(KeyUse {
            key: row.id("id")?,
            last_ms,
            calls: u64::try_from(calls)
                .map_err(|_| StoreError::Inconsistent("a negative count".to_owned()))?,
            cost: row.nano("cost")?,
        }))
    })?;
    Ok(uses.into_iter().flatten().collect())
}
