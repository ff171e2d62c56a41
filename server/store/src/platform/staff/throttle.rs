//! Failed tries on the platform host. What a subject is (an account, an address, a proof, hashed) is
//! the caller's business; here it is a text.

use crate::connections::platform_tx::PlatformTx;
use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::tenant::millis;
use crate::tenant::throttle::{count_failure, take_back_failure};
use std::time::Duration;

/// A subject, and how many failures it may have within the window.
pub type Tries<'a> = (&'a str, u32);

impl Store {
    /// Counts a try of every subject as a failure until it proves to be none. `false`: one of them has
    /// had too many, and nothing is counted: waiting must not make the wait longer.
    pub async fn count_staff_try(
        &self,
        subjects: &[Tries<'_>],
        window: Duration,
    ) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let mut within = true;
        for (subject, most) in subjects {
            within &= record(&mut tx, subject, window).await? <= *most;
        }
        if !within {
            for (subject, _) in subjects {
                take_back(&mut tx, subject).await?;
            }
        }
        tx.commit().await?;
        Ok(within)
    }

    /// A try was good: it is taken back of `made_by`, and all failures of `account` are forgotten.
    pub async fn forgive_staff_try(&self, made_by: Option<&str>, account: &str) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        // In the order of counting, so that two people at one address cannot wait for each other.
        if let Some(made_by) = made_by {
            take_back(&mut tx, made_by).await?;
        }
        sqlx::query("delete from platform.staff_throttle where subject = $1")
            .bind(account)
            .execute(tx.conn()?)
            .await?;
        tx.commit().await
    }
}

async fn record(tx: &mut PlatformTx, subject: &str, window: Duration) -> StoreResult<u32> {
    let failures: i32 = sqlx::query_scalar(count_failure!("platform.staff_throttle"))
        .bind(subject)
        .bind(millis(window))
        .fetch_one(tx.conn()?)
        .await?;
    Ok(u32::try_from(failures).unwrap_or(0))
}

async fn take_back(tx: &mut PlatformTx, subject: &str) -> StoreResult<()> {
    sqlx::query(take_back_failure!("platform.staff_throttle"))
        .bind(subject)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}
