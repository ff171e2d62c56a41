//! Conversations. Every function that a person's wish leads to names the person, so that somebody
//! else's conversation is simply not found.

use super::millis;
use crate::Sealed;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::{ConversationId, MemberId, MessageId};
use sqlx::postgres::PgRow;
use std::time::Duration;

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRow {
    /// The conversation.
    pub id: ConversationId,
    /// Its title, sealed.
    pub sealed_title: Sealed,
    /// Last message of the chosen branch.
    pub leaf_id: Option<MessageId>,
    /// Kept at the top.
    pub pinned: bool,
    /// Begun.
    pub created_ms: i64,
    /// Last question or answer.
    pub updated_ms: i64,
}

fn read(row: &PgRow) -> StoreResult<ConversationRow> {
    Ok(ConversationRow {
        id: row.id("id")?,
        sealed_title: row.get_as("sealed_title")?,
        leaf_id: row.id_opt("leaf_id")?,
        pinned: row.get_as("pinned")?,
        created_ms: row.get_as("created_ms")?,
        updated_ms: row.get_as("updated_ms")?,
    })
}

/// Begins a conversation.
pub async fn insert(
    tx: &mut TenantTx,
    id: ConversationId,
    member: MemberId,
    sealed_title: &[u8],
) -> StoreResult<()> {
    sqlx::query("insert into conversations (id, member_id, sealed_title) values ($1, $2, $3)")
        .bind(id.uuid())
        .bind(member.uuid())
        .bind(sealed_title)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// A conversation of the person that is not deleted.
pub async fn get(
    tx: &mut TenantTx,
    member: MemberId,
    id: ConversationId,
) -> StoreResult<Option<ConversationRow>> {
    let row = sqlx::query(
        "select id, sealed_title, leaf_id, pinned, created_ms, updated_ms from conversations
         where id = $1 and member_id = $2 and deleted_ms is null",
    )
    .bind(id.uuid())
    .bind(member.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The person's conversations: pinned first, then the last changed first.
pub async fn list(tx: &mut TenantTx, member: MemberId) -> StoreResult<Vec<ConversationRow>> {
    let rows = sqlx::query(
        "select id, sealed_title, leaf_id, pinned, created_ms, updated_ms from conversations
         where member_id = $1 and deleted_ms is null
         order by pinned desc, updated_ms desc, id desc",
    )
    .bind(member.uuid())
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// Gives a new title. `false`: not found.
pub async fn rename(
    tx: &mut TenantTx,
    member: MemberId,
    id: ConversationId,
    sealed_title: &[u8],
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update conversations set sealed_title = $3
         where id = $1 and member_id = $2 and deleted_ms is null",
    )
    .bind(id.uuid())
    .bind(member.uuid())
    .bind(sealed_title)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps at the top, or lets go. `false`: not found.
pub async fn pin(
    tx: &mut TenantTx,
    member: MemberId,
    id: ConversationId,
    pinned: bool,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update conversations set pinned = $3
         where id = $1 and member_id = $2 and deleted_ms is null",
    )
    .bind(id.uuid())
    .bind(member.uuid())
    .bind(pinned)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Chooses a branch by its last message. Does not count as a change of the conversation.
pub async fn set_leaf(tx: &mut TenantTx, id: ConversationId, leaf: MessageId) -> StoreResult<()> {
    sqlx::query("update conversations set leaf_id = $2 where id = $1")
        .bind(id.uuid())
        .bind(leaf.uuid())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Notes a change: the conversation moves up in the list.
pub async fn touch(tx: &mut TenantTx, id: ConversationId) -> StoreResult<()> {
    sqlx::query("update conversations set updated_ms = platform.now_ms() where id = $1")
        .bind(id.uuid())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Moves a conversation with its messages into the past, for demo data.
pub async fn backdate(tx: &mut TenantTx, id: ConversationId, by: Duration) -> StoreResult<()> {
    for update in [
        "update conversations set created_ms = created_ms - $2, updated_ms = updated_ms - $2
         where id = $1",
        "update messages set created_ms = created_ms - $2, updated_ms = updated_ms - $2
         where conversation_id = $1",
    ] {
        sqlx::query(update)
            .bind(id.uuid())
            .bind(millis(by))
            .execute(tx.conn()?)
            .await?;
    }
    Ok(())
}

/// Takes out of the list. `false`: not found.
pub async fn delete(tx: &mut TenantTx, member: MemberId, id: ConversationId) -> StoreResult<bool> {
    let done = sqlx::query(
        "update conversations set deleted_ms = platform.now_ms()
         where id = $1 and member_id = $2 and deleted_ms is null",
    )
    .bind(id.uuid())
    .bind(member.uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Undoes [`delete`]. `false`: there is no deleted one to bring back.
pub async fn restore(tx: &mut TenantTx, member: MemberId, id: ConversationId) -> StoreResult<bool> {
    let done = sqlx::query(
        "update conversations set deleted_ms = null
         where id = $1 and member_id = $2 and deleted_ms is not null",
    )
    .bind(id.uuid())
    .bind(member.uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes for good what was deleted longer than `age` ago. Returns how many.
pub async fn purge_deleted(tx: &mut TenantTx, age: Duration) -> StoreResult<u64> {
    let done = sqlx::query("delete from conversations where deleted_ms < platform.now_ms() - $1")
        .bind(millis(age))
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected())
}
