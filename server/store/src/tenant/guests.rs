//! Stays of people of the agency or the operator. A stay is its session; what it was is kept when it is
//! over, and the workspace's own role may not change or remove that.

use super::millis;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::platform::changes::announce_with;
use contract::{GuestId, StaffId};
use sqlx::postgres::PgRow;
use std::time::Duration;

/// A stay to be begun.
#[derive(Clone)]
pub struct NewGuest {
    /// Made by the caller.
    pub id: GuestId,
    /// Hash of the token in the cookie.
    pub token_hash: [u8; 32],
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// Their sign-in address.
    pub email: String,
    /// On whose behalf; empty: the operator.
    pub house: String,
    /// Why.
    pub reason: String,
    /// How long they may stay.
    pub lifetime: Duration,
}

/// A stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestRow {
    /// The stay.
    pub id: GuestId,
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// Their sign-in address.
    pub email: String,
    /// On whose behalf; empty: the operator.
    pub house: String,
    /// Why.
    pub reason: String,
    /// Begun.
    pub begun_ms: i64,
    /// Good until.
    pub expires_ms: i64,
    /// Over since; `None`: it lasts, or nobody has closed it yet.
    pub ended_ms: Option<i64>,
    /// An owner has read that it was.
    pub noted: bool,
}

fn read(row: &PgRow) -> StoreResult<GuestRow> {
    Ok(GuestRow {
        id: row.id("id")?,
        staff: row.id("staff_id")?,
        name: row.get_as("name")?,
        email: row.get_as("email")?,
        house: row.get_as("house")?,
        reason: row.get_as("reason")?,
        begun_ms: row.get_as("begun_ms")?,
        expires_ms: row.get_as("expires_ms")?,
        ended_ms: row.get_as("ended_ms")?,
        noted: row.get_as("noted")?,
    })
}

/// Begins a stay. Every process is told with the transaction: owners read it on their next page.
pub async fn begin(tx: &mut TenantTx, guest: &NewGuest) -> StoreResult<i64> {
    let begun = sqlx::query_scalar(
        "insert into guests (id, token_hash, staff_id, name, email, house, reason, expires_ms)
         values ($1, $2, $3, $4, $5, $6, $7, platform.now_ms() + $8) returning begun_ms",
    )
    .bind(guest.id.uuid())
    .bind(guest.token_hash.as_slice())
    .bind(guest.staff.uuid())
    .bind(&guest.name)
    .bind(&guest.email)
    .bind(&guest.house)
    .bind(&guest.reason)
    .bind(millis(guest.lifetime))
    .fetch_one(tx.conn()?)
    .await?;
    announce_with(tx).await?;
    Ok(begun)
}

/// The stay with this token hash, while it lasts.
pub async fn find(tx: &mut TenantTx, token_hash: &[u8; 32]) -> StoreResult<Option<GuestRow>> {
    let row = sqlx::query(
        "select id, staff_id, name, email, house, reason, begun_ms, expires_ms, ended_ms,
                noted_ms is not null as noted
         from guests
         where token_hash = $1 and ended_ms is null and expires_ms > platform.now_ms()",
    )
    .bind(token_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// One stay, over or not.
pub async fn get(tx: &mut TenantTx, id: GuestId) -> StoreResult<Option<GuestRow>> {
    let row = sqlx::query(
        "select id, staff_id, name, email, house, reason, begun_ms, expires_ms, ended_ms,
                noted_ms is not null as noted
         from guests where id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Stays, newest first.
pub async fn list(tx: &mut TenantTx, limit: i64) -> StoreResult<Vec<GuestRow>> {
    let rows = sqlx::query(
        "select id, staff_id, name, email, house, reason, begun_ms, expires_ms, ended_ms,
                noted_ms is not null as noted
         from guests order by begun_ms desc, id desc limit $1",
    )
    .bind(limit)
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// Ends a stay that lasts. `None`: it did not.
pub async fn end(tx: &mut TenantTx, id: GuestId) -> StoreResult<Option<GuestRow>> {
    let row = sqlx::query(
        "update guests set ended_ms = platform.now_ms(), token_hash = null
         where id = $1 and ended_ms is null
         returning id, staff_id, name, email, house, reason, begun_ms, expires_ms, ended_ms,
                   noted_ms is not null as noted",
    )
    .bind(id.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    let row = row.as_ref().map(read).transpose()?;
    if row.is_some() {
        announce_with(tx).await?;
    }
    Ok(row)
}

/// Closes every stay whose time is over, or every one that lasts where `all`, and returns them.
pub async fn close(tx: &mut TenantTx, all: bool) -> StoreResult<Vec<GuestRow>> {
    let rows = sqlx::query(
        "update guests set ended_ms = least(expires_ms, platform.now_ms()), token_hash = null
         where ended_ms is null and ($1 or expires_ms <= platform.now_ms())
         returning id, staff_id, name, email, house, reason, begun_ms, expires_ms, ended_ms,
                   noted_ms is not null as noted",
    )
    .bind(all)
    .fetch_all(tx.conn()?)
    .await?;
    if !rows.is_empty() {
        announce_with(tx).await?;
    }
    read_all(&rows, read)
}

/// An owner has read about every stay there was.
pub async fn note_all(tx: &mut TenantTx) -> StoreResult<()> {
    sqlx::query("update guests set noted_ms = platform.now_ms() where noted_ms is null")
        .execute(tx.conn()?)
        .await?;
    announce_with(tx).await
}
