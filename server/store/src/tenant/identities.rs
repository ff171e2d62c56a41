//! Whom a connection means by a subject. The key is the connection and its subject; an address is none.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::{ConnectionId, MemberId};

/// A link of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRow {
    /// Through this connection.
    pub connection: ConnectionId,
    /// Called so there.
    pub subject: String,
    /// The person.
    pub member: MemberId,
    /// Since when.
    pub linked_ms: i64,
}

/// The person whom the connection means by `subject`.
pub async fn find(
    tx: &mut TenantTx,
    connection: ConnectionId,
    subject: &str,
) -> StoreResult<Option<MemberId>> {
    let row =
        sqlx::query("select member_id from identities where connection_id = $1 and subject = $2")
            .bind(connection.uuid())
            .bind(subject)
            .fetch_optional(tx.conn()?)
            .await?;
    row.map(|row| row.id("member_id")).transpose()
}

/// Links a person. [`crate::StoreError::Taken`]: the subject is somebody's already, or the person has
/// another one at this connection.
pub async fn link(
    tx: &mut TenantTx,
    connection: ConnectionId,
    subject: &str,
    member: MemberId,
) -> StoreResult<()> {
    sqlx::query("insert into identities (connection_id, subject, member_id) values ($1, $2, $3)")
        .bind(connection.uuid())
        .bind(subject)
        .bind(member.uuid())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Takes a person's link to a connection away. `false`: there was none.
pub async fn unlink(
    tx: &mut TenantTx,
    connection: ConnectionId,
    member: MemberId,
) -> StoreResult<bool> {
    let done = sqlx::query("delete from identities where connection_id = $1 and member_id = $2")
        .bind(connection.uuid())
        .bind(member.uuid())
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The person's links.
pub async fn of_member(tx: &mut TenantTx, member: MemberId) -> StoreResult<Vec<IdentityRow>> {
    let rows = sqlx::query(
        "select connection_id, subject, member_id, linked_ms from identities
         where member_id = $1 order by linked_ms, connection_id",
    )
    .bind(member.uuid())
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, |row| {
        Ok(IdentityRow {
            connection: row.id("connection_id")?,
            subject: row.get_as("subject")?,
            member: row.id("member_id")?,
            linked_ms: row.get_as("linked_ms")?,
        })
    })
}

/// How many people a connection has linked.
pub async fn count(tx: &mut TenantTx, connection: ConnectionId) -> StoreResult<u64> {
    let count: i64 = sqlx::query_scalar("select count(*) from identities where connection_id = $1")
        .bind(connection.uuid())
        .fetch_one(tx.conn()?)
        .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}
