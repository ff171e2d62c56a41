//! Failed sign-ins per subject. What a subject is (an account, an address, hashed) is the
//! caller's business; here it is a text.

use super::millis;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use sqlx::Row;
use std::time::Duration;

/// Counts a failure of `$1` in a window of `$2` milliseconds that begins with its first one. The people of the
/// platform host have a table of the same shape.
macro_rules! count_failure {
    ($table:literal) => {
        concat!(
            "insert into ",
            $table,
            " as t (subject, failures, window_start_ms, last_ms)
             values ($1, 1, platform.now_ms(), platform.now_ms())
             on conflict (subject) do update set
               failures = case when t.window_start_ms > excluded.last_ms - $2
                               then t.failures + 1 else 1 end,
               window_start_ms = case when t.window_start_ms > excluded.last_ms - $2
                                      then t.window_start_ms else excluded.last_ms end,
               last_ms = excluded.last_ms
             returning failures"
        )
    };
}
pub(crate) use count_failure;

/// Takes one failure of `$1` back.
macro_rules! take_back_failure {
    ($table:literal) => {
        concat!(
            "update ",
            $table,
            " set failures = failures - 1 where subject = $1 and failures > 0"
        )
    };
}
pub(crate) use take_back_failure;

/// Failures of the subject in its current window; zero once the window has passed.
pub async fn failures(tx: &mut TenantTx, subject: &str, window: Duration) -> StoreResult<u32> {
    let row = sqlx::query(
        "select failures from sign_in_throttle
         where subject = $1 and window_start_ms > platform.now_ms() - $2",
    )
    .bind(subject)
    .bind(millis(window))
    .fetch_optional(tx.conn()?)
    .await?;
    count(row.as_ref())
}

/// Counts a failure and returns how many there are in the window, this one included. The window
/// begins with its first failure.
pub async fn record(tx: &mut TenantTx, subject: &str, window: Duration) -> StoreResult<u32> {
    let row = sqlx::query(count_failure!("sign_in_throttle"))
        .bind(subject)
        .bind(millis(window))
        .fetch_one(tx.conn()?)
        .await?;
    count(Some(&row))
}

/// Takes one counted failure back: it turned out to be none.
pub async fn take_back(tx: &mut TenantTx, subject: &str) -> StoreResult<()> {
    sqlx::query(take_back_failure!("sign_in_throttle"))
        .bind(subject)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Forgets the subject's failures.
pub async fn clear(tx: &mut TenantTx, subject: &str) -> StoreResult<()> {
    sqlx::query("delete from sign_in_throttle where subject = $1")
        .bind(subject)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Forgets subjects whose window has passed. Returns how many.
pub async fn remove_expired(tx: &mut TenantTx, window: Duration) -> StoreResult<u64> {
    let done = sqlx::query("delete from sign_in_throttle where last_ms < platform.now_ms() - $1")
        .bind(millis(window))
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected())
}

fn count(row: Option<&sqlx::postgres::PgRow>) -> StoreResult<u32> {
    let failures: i32 = row.map_or(Ok(0), |row| row.try_get("failures"))?;
    Ok(u32::try_from(failures).unwrap_or(0))
}
