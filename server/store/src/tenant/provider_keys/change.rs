//! What an administrator does to a sealed key.

use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::KeyId;

/// Dates to be reminded of, milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reminders {
    /// Expires at the provider.
    pub expires_ms: Option<i64>,
    /// To be rotated by.
    pub rotate_by_ms: Option<i64>,
}

/// Takes a key out of use or into use again. `false`: there is no such key.
pub async fn enable_or_disable(tx: &mut TenantTx, id: KeyId, disabled: bool) -> StoreResult<bool> {
    let done = sqlx::query(
        "update provider_keys
         set disabled_ms = case when $2 then coalesce(disabled_ms, platform.now_ms()) end
         where id = $1 and state = 'sealed'",
    )
    .bind(id.uuid())
    .bind(disabled)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Sets both dates. `false`: there is no such key.
pub async fn remind(tx: &mut TenantTx, id: KeyId, dates: Reminders) -> StoreResult<bool> {
    let done = sqlx::query(
        "update provider_keys set expires_ms = $2, rotate_by_ms = $3
         where id = $1 and state = 'sealed'",
    )
    .bind(id.uuid())
    .bind(dates.expires_ms)
    .bind(dates.rotate_by_ms)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Goes back to the secret before the last rotation and erases the newer one. `false`: there is
/// none any more.
pub async fn take_back(tx: &mut TenantTx, id: KeyId) -> StoreResult<bool> {
    let done = sqlx::query(
        "update provider_keys set
            secret_id = (previous ->> 'secret_id')::uuid, sealed_secret = sealed_previous,
            ends_in = previous ->> 'ends_in', account = previous ->> 'account',
            base_url = previous ->> 'base_url', place = previous -> 'place',
            provider = previous ->> 'provider', check_after_ms = platform.now_ms(),
            previous = null, sealed_previous = null, previous_until_ms = null
         where id = $1 and state = 'sealed' and previous_until_ms > platform.now_ms()",
    )
    .bind(id.uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Erases the secret, and the one before it. The row stays for the ledger. `false`: no such key.
pub async fn delete(tx: &mut TenantTx, id: KeyId) -> StoreResult<bool> {
    let done = sqlx::query(
        "update provider_keys set
            state = 'deleted', sealed_secret = null, previous = null, sealed_previous = null,
            previous_until_ms = null, check_after_ms = null,
            disabled_ms = coalesce(disabled_ms, platform.now_ms())
         where id = $1 and state = 'sealed'",
    )
    .bind(id.uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}
