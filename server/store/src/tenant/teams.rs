//! Teams of the workspace. Who is in which stands in the members' rows.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::{MemberId, TeamId};
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamRow {
    /// The team.
    pub id: TeamId,
    /// Unique in the workspace.
    pub name: String,
}

fn read(row: &PgRow) -> StoreResult<TeamRow> {
    Ok(TeamRow {
        id: row.id("id")?,
        name: row.get_as("name")?,
    })
}

/// The ids of a `uuid[]` column.
pub(crate) fn read_ids(row: &PgRow, column: &str) -> StoreResult<Vec<TeamId>> {
    let ids: Vec<Uuid> = row.get_as(column)?;
    Ok(ids.into_iter().map(TeamId::from_uuid).collect())
}

/// All teams, by name.
pub async fn list(tx: &mut TenantTx) -> StoreResult<Vec<TeamRow>> {
    let rows = sqlx::query("select id, name from teams order by lower(name), id")
        .fetch_all(tx.conn()?)
        .await?;
    read_all(&rows, read)
}

/// Adds a team. [`crate::StoreError::Taken`] when the name is in use.
pub async fn insert(tx: &mut TenantTx, id: TeamId, name: &str) -> StoreResult<()> {
    sqlx::query("insert into teams (id, name) values ($1, $2)")
        .bind(id.uuid())
        .bind(name)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Puts a member into a team or takes them out. `false`: no such member or no such team.
pub async fn put(
    tx: &mut TenantTx,
    team: TeamId,
    member: MemberId,
    inside: bool,
) -> StoreResult<bool> {
    // The team's row is held, so that it cannot go at the same moment.
    let done = sqlx::query(
        "with team as (select id from teams where id = $1 for key share)
         update members set teams = case when $3
             then array_append(array_remove(teams, team.id), team.id)
             else array_remove(teams, team.id) end
         from team where members.id = $2",
    )
    .bind(team.uuid())
    .bind(member.uuid())
    .bind(inside)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Whether a key is for this team.
pub async fn has_keys(tx: &mut TenantTx, team: TeamId) -> StoreResult<bool> {
    let found = sqlx::query_scalar(
        "select exists (select from provider_keys where team_id = $1 and state <> 'deleted')",
    )
    .bind(team.uuid())
    .fetch_one(tx.conn()?)
    .await?;
    Ok(found)
}

/// Removes a team, which has no keys any more, neither of providers nor for programs. `false`: no such team.
pub async fn remove(tx: &mut TenantTx, team: TeamId) -> StoreResult<bool> {
    sqlx::query("update provider_keys set team_id = null where team_id = $1 and state = 'deleted'")
        .bind(team.uuid())
        .execute(tx.conn()?)
        .await?;
    sqlx::query(
        "update virtual_keys set team_id = null where team_id = $1 and revoked_ms is not null",
    )
    .bind(team.uuid())
    .execute(tx.conn()?)
    .await?;
    sqlx::query("update members set teams = array_remove(teams, $1) where $1 = any(teams)")
        .bind(team.uuid())
        .execute(tx.conn()?)
        .await?;
    let done = sqlx::query("delete from teams where id = $1")
        .bind(team.uuid())
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected() > 0)
}
