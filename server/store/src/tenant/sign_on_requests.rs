//! Sign-ons that were begun and are waited for, and what was spent and must not come again. Only hashes of
//! what travels through browsers are stored, and no secret.

use super::millis;
use crate::columns::Columns;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::ConnectionId;
use serde_json::Value;
use std::time::Duration;

/// Sign-ons of one workspace that are waited for at once. Older ones give way.
const MOST_WAITING: i64 = 10_000;

/// A sign-on to be waited for.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// Hash of the value that comes back: OIDC's `state`, SAML's `InResponseTo`.
    pub id_hash: [u8; 32],
    /// At this connection.
    pub connection: ConnectionId,
    /// Hash of what only the browser has that began.
    pub browser_hash: [u8; 32],
    /// What is to be remembered; no secret.
    pub payload: Value,
    /// How long it is waited for.
    pub lifetime: Duration,
}

/// A sign-on that was waited for.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestRow {
    /// At this connection.
    pub connection: ConnectionId,
    /// Hash of what only the browser has that began.
    pub browser_hash: [u8; 32],
    /// What was to be remembered.
    pub payload: Value,
}

/// Waits for a sign-on.
pub async fn begin(tx: &mut TenantTx, new: &NewRequest) -> StoreResult<()> {
    sqlx::query(
        "with room as (delete from sign_on_requests where id_hash in
                         (select id_hash from sign_on_requests where browser_hash is not null
                          order by expires_ms desc offset $6))
         insert into sign_on_requests (id_hash, connection_id, browser_hash, payload, expires_ms)
         values ($1, $2, $3, $4, platform.now_ms() + $5)",
    )
    .bind(new.id_hash.as_slice())
    .bind(new.connection.uuid())
    .bind(new.browser_hash.as_slice())
    .bind(&new.payload)
    .bind(millis(new.lifetime))
    .bind(MOST_WAITING)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Takes what was waited for: it comes once. `None`: unknown, come already, or too late.
pub async fn take(tx: &mut TenantTx, id_hash: &[u8; 32]) -> StoreResult<Option<RequestRow>> {
    let row = sqlx::query(
        "delete from sign_on_requests
         where id_hash = $1 and browser_hash is not null and expires_ms > platform.now_ms()
         returning connection_id, browser_hash, payload",
    )
    .bind(id_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| {
        let browser: Vec<u8> = row.get_as("browser_hash")?;
        let wrong = |_| crate::StoreError::Inconsistent("a browser's hash is none".to_owned());
        Ok(RequestRow {
            connection: row.id("connection_id")?,
            browser_hash: browser.try_into().map_err(wrong)?,
            payload: row.get_as("payload")?,
        })
    })
    .transpose()
}

/// Remembers something that may come once only, until `expires_ms`. `false`: it came before.
pub async fn spend(
    tx: &mut TenantTx,
    id_hash: &[u8; 32],
    connection: ConnectionId,
    expires_ms: i64,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "insert into sign_on_requests (id_hash, connection_id, expires_ms) values ($1, $2, $3)
         on conflict (id_hash) do nothing",
    )
    .bind(id_hash.as_slice())
    .bind(connection.uuid())
    .bind(expires_ms)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Forgets what nobody waits for any more. Returns how many.
pub async fn remove_expired(tx: &mut TenantTx) -> StoreResult<u64> {
    let done = sqlx::query("delete from sign_on_requests where expires_ms <= platform.now_ms()")
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected())
}
