//! Answers that programs go on from by their id. Each belongs to the virtual key it was made for.

use super::millis;
use crate::Sealed;
use crate::columns::Columns;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::{MessageId, VirtualKeyId};
use std::time::Duration;

/// Keeps an answer for `keep`.
pub async fn insert(
    tx: &mut TenantTx,
    (id, key): (MessageId, VirtualKeyId),
    sealed_body: &[u8],
    keep: Duration,
) -> StoreResult<()> {
    sqlx::query(
        "insert into stored_responses (id, virtual_key_id, sealed_body, expires_ms)
         values ($1, $2, $3, platform.now_ms() + $4)",
    )
    .bind(id.uuid())
    .bind(key.uuid())
    .bind(sealed_body)
    .bind(millis(keep))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// An answer that was kept for `key`, if its time is not over.
pub async fn find(
    tx: &mut TenantTx,
    id: MessageId,
    key: VirtualKeyId,
) -> StoreResult<Option<Sealed>> {
    let row = sqlx::query(
        "select sealed_body from stored_responses
         where id = $1 and virtual_key_id = $2 and expires_ms > platform.now_ms()",
    )
    .bind(id.uuid())
    .bind(key.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| row.get_as("sealed_body")).transpose()
}

/// Deletes an answer that was kept for `key`. `false`: there is none.
pub async fn delete(tx: &mut TenantTx, id: MessageId, key: VirtualKeyId) -> StoreResult<bool> {
    let done = sqlx::query("delete from stored_responses where id = $1 and virtual_key_id = $2")
        .bind(id.uuid())
        .bind(key.uuid())
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes those whose time is over.
pub async fn remove_expired(tx: &mut TenantTx) -> StoreResult<()> {
    sqlx::query("delete from stored_responses where expires_ms <= platform.now_ms()")
        .execute(tx.conn()?)
        .await?;
    Ok(())
}
