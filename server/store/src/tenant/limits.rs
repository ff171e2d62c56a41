//! Limits that administrators set, besides the workspace's own limit on spending.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use contract::{LimitScope, MemberId, NanoUsd, Pace, TeamId, VirtualKeyId};
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// One limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitRow {
    /// Whose.
    pub scope: LimitScope,
    /// The alias it is for; empty: all models together.
    pub model: String,
    /// What may be spent in a calendar month (UTC).
    pub month: Option<NanoUsd>,
    /// How fast may be asked.
    pub pace: Pace,
}

fn read(row: &PgRow) -> StoreResult<LimitRow> {
    let kind: &str = row.get_as("scope")?;
    let id: Option<Uuid> = row.get_as("scope_id")?;
    let most = |column| -> StoreResult<Option<u32>> {
        let most: Option<i64> = row.get_as(column)?;
        // A column may hold more than is counted; then there is nothing to hold back.
        Ok(most.map(|most| u32::try_from(most).unwrap_or(u32::MAX)))
    };
    Ok(LimitRow {
        scope: LimitScope::parse(kind, id)
            .ok_or_else(|| StoreError::Inconsistent(format!("limit of a {kind:?}")))?,
        model: row.get_as("model")?,
        month: row.nano_opt("month_nano")?,
        pace: Pace {
            requests_per_minute: most("requests_per_minute")?,
            tokens_per_minute: most("tokens_per_minute")?,
            concurrent: most("concurrent")?,
        },
    })
}

/// All limits, the workspace's own first.
pub async fn list(tx: &mut TenantTx) -> StoreResult<Vec<LimitRow>> {
    let rows = sqlx::query(
        "select scope, coalesce(team_id, member_id, virtual_key_id) as scope_id, model, month_nano,
                requests_per_minute, tokens_per_minute, concurrent
         from limits
         order by array_position(array['workspace', 'team', 'member', 'virtual_key'], scope),
                  scope_id, model",
    )
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// Sets what `limit` names and leaves the rest of it as it is.
pub async fn set(tx: &mut TenantTx, id: Uuid, limit: &LimitRow, by: &str) -> StoreResult<()> {
    let (team, member, key) = columns_of(limit.scope);
    let wide = |most: Option<u32>| most.map(i64::from);
    sqlx::query(
        "insert into limits (id, scope, team_id, member_id, virtual_key_id, model, month_nano,
                             requests_per_minute, tokens_per_minute, concurrent, set_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (scope, coalesce(team_id, member_id, virtual_key_id,
                      '00000000-0000-0000-0000-000000000000'), model)
         do update set
           month_nano = coalesce(excluded.month_nano, limits.month_nano),
           requests_per_minute = coalesce(excluded.requests_per_minute, limits.requests_per_minute),
           tokens_per_minute = coalesce(excluded.tokens_per_minute, limits.tokens_per_minute),
           concurrent = coalesce(excluded.concurrent, limits.concurrent),
           set_by = excluded.set_by, updated_ms = platform.now_ms()",
    )
    .bind(id)
    .bind(limit.scope.kind())
    .bind(team.map(TeamId::uuid))
    .bind(member.map(MemberId::uuid))
    .bind(key.map(VirtualKeyId::uuid))
    .bind(&limit.model)
    .bind(limit.month.map(NanoUsd::get))
    .bind(wide(limit.pace.requests_per_minute))
    .bind(wide(limit.pace.tokens_per_minute))
    .bind(wide(limit.pace.concurrent))
    .bind(by)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Removes the limits of a scope: those for `model` alone, or all of them. Returns how many.
pub async fn remove(tx: &mut TenantTx, scope: LimitScope, model: Option<&str>) -> StoreResult<u64> {
    let done = sqlx::query(
        "delete from limits
         where scope = $1 and coalesce(team_id, member_id, virtual_key_id) is not distinct from $2
           and ($3::text is null or model = $3)",
    )
    .bind(scope.kind())
    .bind(scope.id())
    .bind(model)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected())
}

const fn columns_of(scope: LimitScope) -> (Option<TeamId>, Option<MemberId>, Option<VirtualKeyId>) {
    match scope {
        LimitScope::Workspace => (None, None, None),
        LimitScope::Team(team) => (Some(team), None, None),
        LimitScope::Member(member) => (None, Some(member), None),
        LimitScope::VirtualKey(key) => (None, None, Some(key)),
    }
}
