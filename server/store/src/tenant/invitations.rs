//! Invitations by link. Only the hash of a link's token is stored; a link works once.

use super::millis;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::{InvitationId, MemberId, Role};
use sqlx::postgres::PgRow;
use std::time::Duration;

/// An invitation to be made.
#[derive(Clone)]
pub struct NewInvitationRow {
    /// The invitation, id made by the caller.
    pub id: InvitationId,
    /// Hash of the token in the link.
    pub token_hash: [u8; 32],
    /// For whom; stored in lower case.
    pub email: String,
    /// The role they will have.
    pub role: Role,
    /// Who invites; `None`: the operator.
    pub invited_by: Option<MemberId>,
    /// How long the link is good.
    pub lifetime: Duration,
}

/// An invitation that can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// The invitation.
    pub id: InvitationId,
    /// For whom.
    pub email: String,
    /// The role they will have.
    pub role: Role,
    /// Who invited; `None`: the operator, or somebody who is gone.
    pub invited_by: Option<MemberId>,
    /// Good until.
    pub expires_ms: i64,
}

fn read(row: &PgRow) -> StoreResult<InvitationRow> {
    Ok(InvitationRow {
        id: row.id("id")?,
        email: row.get_as("email")?,
        role: row.role("role")?,
        invited_by: row.id_opt("invited_by")?,
        expires_ms: row.get_as("expires_ms")?,
    })
}

/// Makes an invitation.
pub async fn insert(tx: &mut TenantTx, invitation: &NewInvitationRow) -> StoreResult<()> {
    sqlx::query(
        "insert into invitations (id, token_hash, email, role, invited_by, expires_ms)
         values ($1, $2, lower($3), $4, $5, platform.now_ms() + $6)",
    )
    .bind(invitation.id.uuid())
    .bind(invitation.token_hash.as_slice())
    .bind(&invitation.email)
    .bind(invitation.role.as_str())
    .bind(invitation.invited_by.map(MemberId::uuid))
    .bind(millis(invitation.lifetime))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The invitation with this token hash, if it can still be used.
pub async fn find(tx: &mut TenantTx, token_hash: &[u8; 32]) -> StoreResult<Option<InvitationRow>> {
    let row = sqlx::query(
        "select id, email, role, invited_by, expires_ms from invitations
         where $1 in (token_hash, mailed_hash) and accepted_ms is null and revoked_ms is null
           and expires_ms > platform.now_ms()",
    )
    .bind(token_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The invitation, if it can still be used.
pub async fn open(tx: &mut TenantTx, id: InvitationId) -> StoreResult<Option<InvitationRow>> {
    let row = sqlx::query(
        "select id, email, role, invited_by, expires_ms from invitations
         where id = $1 and accepted_ms is null and revoked_ms is null
           and expires_ms > platform.now_ms()",
    )
    .bind(id.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Gives the invitation another link beside its first, for the letter that is about to be sent. A letter
/// that is sent once more gets a fresh one.
pub async fn set_mailed_hash(
    tx: &mut TenantTx,
    id: InvitationId,
    hash: &[u8; 32],
) -> StoreResult<()> {
    sqlx::query("update invitations set mailed_hash = $2 where id = $1")
        .bind(id.uuid())
        .bind(hash.as_slice())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Invitations that can still be used, newest first.
pub async fn list_open(tx: &mut TenantTx) -> StoreResult<Vec<InvitationRow>> {
    let rows = sqlx::query(
        "select id, email, role, invited_by, expires_ms from invitations
         where accepted_ms is null and revoked_ms is null and expires_ms > platform.now_ms()
         order by created_ms desc, id desc",
    )
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// Uses the invitation up. `None` when it cannot be used (any more): of two at once one gets it.
pub async fn accept(
    tx: &mut TenantTx,
    token_hash: &[u8; 32],
) -> StoreResult<Option<InvitationRow>> {
    let row = sqlx::query(
        "update invitations set accepted_ms = platform.now_ms()
         where $1 in (token_hash, mailed_hash) and accepted_ms is null and revoked_ms is null
           and expires_ms > platform.now_ms()
         returning id, email, role, invited_by, expires_ms",
    )
    .bind(token_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Takes an invitation back. `false`: there is none that could still be used.
pub async fn revoke(tx: &mut TenantTx, id: InvitationId) -> StoreResult<bool> {
    let done = sqlx::query(
        "update invitations set revoked_ms = platform.now_ms()
         where id = $1 and accepted_ms is null and revoked_ms is null",
    )
    .bind(id.uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}
