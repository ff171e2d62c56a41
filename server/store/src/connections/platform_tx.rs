//! Work outside any workspace: single statements and transactions on the `platform` schema.

use crate::connections::lease::Lease;
use crate::connections::open_set::OpenSet;
use crate::error::{StoreError, StoreResult};
use crate::schema::statements;
use sqlx::PgConnection;
use std::sync::Arc;

/// A transaction as the login itself, without any workspace's role. Dropping it rolls back.
pub(crate) struct PlatformTx {
    lease: Lease,
}

impl PlatformTx {
    pub(crate) async fn begin(set: &Arc<OpenSet>) -> StoreResult<Self> {
        let mut lease = set.lease(None).await?;
        let begun = sqlx::raw_sql(statements::BEGIN)
            .execute(lease.conn()?)
            .await;
        match begun {
            Err(sqlx::Error::Io(_)) if lease.reused() => {
                lease = set.lease_fresh(None).await?;
                sqlx::raw_sql(statements::BEGIN)
                    .execute(lease.conn()?)
                    .await?;
            }
            outcome => {
                outcome.map_err(StoreError::from)?;
            }
        }
        Ok(Self { lease })
    }

    pub(crate) fn conn(&mut self) -> StoreResult<&mut PgConnection> {
        Ok(self.lease.conn()?)
    }

    pub(crate) async fn commit(mut self) -> StoreResult<()> {
        sqlx::raw_sql(statements::COMMIT)
            .execute(self.lease.conn()?)
            .await?;
        self.lease.give_back();
        Ok(())
    }
}
