//! People of the workspace. Addresses are stored and compared in lower case.

use super::teams::read_ids;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::platform::changes::announce_with;
use contract::{MemberId, Role, TeamId};
use sqlx::postgres::PgRow;

/// A person.
#[derive(Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// The person.
    pub id: MemberId,
    /// Lower case, unique in the workspace.
    pub email: String,
    /// Display name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// PHC string of the password's hash; `None`: cannot sign in with a password.
    pub password_hash: Option<String>,
    /// Teams they are in.
    pub teams: Vec<TeamId>,
    /// Since when.
    pub created_ms: i64,
    /// Since when they may not come in by any way; `None`: they may.
    pub deactivated_ms: Option<i64>,
}

/// A person to be added.
#[derive(Clone)]
pub struct NewMemberRow {
    /// The person, id made by the caller.
    pub id: MemberId,
    /// Stored in lower case.
    pub email: String,
    /// Display name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// PHC string of the password's hash.
    pub password_hash: Option<String>,
}

fn read(row: &PgRow) -> StoreResult<MemberRow> {
    Ok(MemberRow {
        id: row.id("id")?,
        email: row.get_as("email")?,
        name: row.get_as("name")?,
        role: row.role("role")?,
        password_hash: row.get_as("password_hash")?,
        teams: read_ids(row, "teams")?,
        created_ms: row.get_as("created_ms")?,
        deactivated_ms: row.get_as("deactivated_ms")?,
    })
}

/// Adds a person. [`crate::StoreError::Taken`] when the address is in the workspace already.
pub async fn insert(tx: &mut TenantTx, member: &NewMemberRow) -> StoreResult<()> {
    sqlx::query(
        "insert into members (id, email, name, role, password_hash)
         values ($1, lower($2), $3, $4, $5)",
    )
    .bind(member.id.uuid())
    .bind(&member.email)
    .bind(&member.name)
    .bind(member.role.as_str())
    .bind(&member.password_hash)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The person with this address, in any case of letters.
pub async fn find_by_email(tx: &mut TenantTx, email: &str) -> StoreResult<Option<MemberRow>> {
    let row = sqlx::query(
        "select id, email, name, role, password_hash, teams, created_ms, deactivated_ms
         from members where email = lower($1)",
    )
    .bind(email)
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The person with this id.
pub async fn get(tx: &mut TenantTx, id: MemberId) -> StoreResult<Option<MemberRow>> {
    let row = sqlx::query(
        "select id, email, name, role, password_hash, teams, created_ms, deactivated_ms
         from members where id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Everybody, longest in the workspace first.
pub async fn list(tx: &mut TenantTx) -> StoreResult<Vec<MemberRow>> {
    let rows = sqlx::query(
        "select id, email, name, role, password_hash, teams, created_ms, deactivated_ms
         from members order by created_ms, id",
    )
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// How many people who may come in have a role. Locks them, so that two removals of the last owner at
/// once wait for one another.
pub async fn count_role(tx: &mut TenantTx, role: Role) -> StoreResult<u32> {
    let rows =
        sqlx::query("select id from members where role = $1 and deactivated_ms is null for update")
            .bind(role.as_str())
            .fetch_all(tx.conn()?)
            .await?;
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

/// Gives another role; every process is told with the transaction, because keys for programs count as
/// their member. `false`: no such person.
pub async fn set_role(tx: &mut TenantTx, id: MemberId, role: Role) -> StoreResult<bool> {
    let done = sqlx::query("update members set role = $2 where id = $1")
        .bind(id.uuid())
        .bind(role.as_str())
        .execute(tx.conn()?)
        .await?;
    announce_with(tx).await?;
    Ok(done.rows_affected() > 0)
}

/// How many people may come in. Nobody joins by sign-on while this transaction lasts.
pub async fn count_active(tx: &mut TenantTx) -> StoreResult<u32> {
    sqlx::query("lock table members in share row exclusive mode")
        .execute(tx.conn()?)
        .await?;
    let count: i64 =
        sqlx::query_scalar("select count(*) from members where deactivated_ms is null")
            .fetch_one(tx.conn()?)
            .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Lets somebody in no more, or again; every process is told with the transaction, because keys for
/// programs that are for them die. Sessions are the caller's business. `false`: no such person, or they
/// were so already.
pub async fn set_deactivated(
    tx: &mut TenantTx,
    id: MemberId,
    deactivated: bool,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update members set deactivated_ms = case when $2 then platform.now_ms() end
         where id = $1 and (deactivated_ms is not null) <> $2",
    )
    .bind(id.uuid())
    .bind(deactivated)
    .execute(tx.conn()?)
    .await?;
    announce_with(tx).await?;
    Ok(done.rows_affected() > 0)
}

/// Replaces the password's hash. `false`: no such person. Sessions are the caller's business.
pub async fn set_password(tx: &mut TenantTx, id: MemberId, hash: &str) -> StoreResult<bool> {
    let done = sqlx::query("update members set password_hash = $2 where id = $1")
        .bind(id.uuid())
        .bind(hash)
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes a person with their sessions and conversations. Keys for programs that are for them die
/// with them, which every process is told with the transaction. `false`: no such person.
pub async fn remove(tx: &mut TenantTx, id: MemberId) -> StoreResult<bool> {
    let done = sqlx::query("delete from members where id = $1")
        .bind(id.uuid())
        .execute(tx.conn()?)
        .await?;
    announce_with(tx).await?;
    Ok(done.rows_affected() > 0)
}
