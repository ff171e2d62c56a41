//! Failed sign-ins per subject. Subjects are hashes made by the caller; the table names nobody.

use super::milliseconds;
use crate::columns::Columns;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use std::time::Duration;

/// Failures of `subject` in its current window.
pub async fn failures(tx: &mut TenantTx, subject: &str, window: Duration) -> StoreResult<u32> {
    let row = sqlx::query(
        "select failures from sign_in_throttle
         where subject = $1 and window_start_ms > platform.now_ms() - $2",
    )
    .bind(subject)
    .bind(milliseconds(window))
    .fetch_optional(tx.conn()?)
    .await?;
    let count = row.map(|row| row.get_as::<i32>("failures")).transpose()?.unwrap_or(0);
    Ok(u32::try_from(count).unwrap_or(0))
}

/// Counts a failure and returns how many there are in the window. An old window begins anew.
pub async fn record(tx: &mut TenantTx, subject: &str, window: Duration) -> StoreResult<u32> {
    let row = sqlx::query(
        "insert into sign_in_throttle as t (subject, failures, window_start_ms, last_ms)
         values ($1, 1, platform.now_ms(), platform.now_ms())
         on conflict (subject) do update set
           failures = case when t.window_start_ms > platform.now_ms() - $2
                           then t.failures + 1 else 1 end,
           window_start_ms = case when t.window_start_ms > platform.now_ms() - $2
                                  then t.window_start_ms else platform.now_ms() end,
           last_ms = platform.now_ms()
         returning failures",
    )
    .bind(subject)
    .bind(milliseconds(window))
    .fetch_one(tx.conn()?)
    .await?;
    Ok(u32::try_from(row.get_as::<i32>("failures")?).unwrap_or(0))
}

/// Forgets the failures of `subject`.
pub async fn clear(tx: &mut TenantTx, subject: &str) -> StoreResult<()> {
    sqlx::query("delete from sign_in_throttle where subject = $1")
        .bind(subject)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}
