//! Telling every process that a workspace's snapshot is out of date.

use crate::connections::store::Store;
use crate::error::StoreResult;
use contract::TenantId;
use sqlx::PgConnection;
use sqlx::postgres::{PgListener, PgPoolOptions};
use std::time::Duration;

/// The channel's name.
const CHANNEL: &str = "workspace_changed";
/// Wait before the next try to reach the database again.
const RETRY: Duration = Duration::from_millis(500);

/// What became out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// This workspace.
    Workspace(TenantId),
    /// Anything: the connection was lost and notices may have been missed.
    Everything,
}

/// Listens for changes, on a connection of its own. Dropping it stops listening.
pub struct Changes {
    listener: PgListener,
}

impl Store {
    /// Begins to listen. A change committed after this returns is not missed.
    pub async fn changes(&self) -> StoreResult<Changes> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .connect_lazy_with(self.app_url().options("changes"));
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Changes { listener })
    }

    /// Announces that something of the workspace changed, for changes made inside a
    /// [`crate::TenantTx`]; the functions of this module's siblings announce by themselves.
    pub async fn announce_change(&self, tenant: TenantId) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        announce(tx.conn()?, tenant).await?;
        tx.commit().await
    }
}

impl Changes {
    /// The next change. Reconnects by itself, and says [`Change::Everything`] once it has.
    pub async fn next(&mut self) -> Change {
        loop {
            match self.listener.try_recv().await {
                Ok(Some(notice)) => {
                    if let Ok(tenant) = notice.payload().parse() {
                        return Change::Workspace(tenant);
                    }
                    tracing::warn!("a change notice does not hold a workspace id");
                }
                Ok(None) => return Change::Everything,
                Err(error) => {
                    tracing::warn!(%error, "waiting for the database to listen again");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }
}

/// Inside the caller's transaction: sent when it commits.
pub(crate) async fn announce(conn: &mut PgConnection, tenant: TenantId) -> StoreResult<()> {
    sqlx::query("select pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(tenant.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
