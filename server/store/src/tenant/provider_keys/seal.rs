//! From draft to sealed key, and what is forgotten on the way.

use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::tenant::millis;
use contract::KeyId;
use std::time::Duration;

/// Takes a draft into use. `false`: there is none. [`crate::StoreError::Taken`] when its name is in
/// use in its environment.
pub async fn seal(tx: &mut TenantTx, draft: KeyId) -> StoreResult<bool> {
    let done = sqlx::query(
        "update provider_keys set state = 'sealed', created_ms = platform.now_ms()
         where id = $1 and state = 'checking' and replaces is null",
    )
    .bind(draft.uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Gives the key that `draft` replaces the draft's secret, place and health; the old secret can be
/// taken back within `keep` (zero: it is erased now). Returns the key; `None`: no such draft, or
/// its key is gone.
pub async fn rotate(tx: &mut TenantTx, draft: KeyId, keep: Duration) -> StoreResult<Option<KeyId>> {
    let rotated: Option<uuid::Uuid> = sqlx::query_scalar(
        "update provider_keys as key set
            previous = case when $2 > 0 then jsonb_build_object(
                'secret_id', key.secret_id, 'ends_in', key.ends_in, 'account', key.account,
                'base_url', key.base_url, 'place', key.place, 'provider', key.provider) end,
            sealed_previous = case when $2 > 0 then key.sealed_secret end,
            previous_until_ms = case when $2 > 0 then platform.now_ms() + $2 end,
            secret_id = draft.secret_id, sealed_secret = draft.sealed_secret,
            ends_in = draft.ends_in, account = draft.account, base_url = draft.base_url,
            place = draft.place, provider = draft.provider, models = draft.models,
            history = key.history || draft.history, check_after_ms = draft.check_after_ms,
            rotate_by_ms = null, expires_ms = null
         from provider_keys as draft
         where draft.id = $1 and draft.state = 'checking'
           and key.id = draft.replaces and key.state = 'sealed'
         returning key.id",
    )
    .bind(draft.uuid())
    .bind(millis(keep))
    .fetch_optional(tx.conn()?)
    .await?;
    if rotated.is_some() {
        discard(tx, draft).await?;
    }
    Ok(rotated.map(KeyId::from_uuid))
}

/// Forgets a draft and its secret. `false`: there is none.
pub async fn discard(tx: &mut TenantTx, draft: KeyId) -> StoreResult<bool> {
    let done = sqlx::query("delete from provider_keys where id = $1 and state = 'checking'")
        .bind(draft.uuid())
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Forgets drafts older than `age`.
pub async fn forget_drafts(tx: &mut TenantTx, age: Duration) -> StoreResult<u64> {
    let done = sqlx::query(
        "delete from provider_keys
         where state = 'checking' and created_ms < platform.now_ms() - $1",
    )
    .bind(millis(age))
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected())
}

/// Erases secrets from before a rotation whose time is over.
pub async fn forget_previous(tx: &mut TenantTx) -> StoreResult<u64> {
    let done = sqlx::query(
        "update provider_keys
         set previous = null, sealed_previous = null, previous_until_ms = null
         where previous_until_ms <= platform.now_ms()",
    )
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected())
}
