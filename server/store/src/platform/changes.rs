//! Telling every process that a workspace's snapshot is out of date.

use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::tenant::audit::GROWN;
use contract::TenantId;
use sqlx::PgConnection;
use sqlx::postgres::{PgListener, PgPoolOptions};
use std::time::Duration;

/// The channel for changes.
const CHANNEL: &str = "workspace_changed";
/// The channel on which slices of a limit are called in.
const SLICES: &str = "slices_called_in";
/// Wait before the next try to reach the database again.
const RETRY: Duration = Duration::from_millis(500);

/// What became out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// This workspace.
    Workspace(TenantId),
    /// Somebody is short of what may be spent in this workspace, and others may hold some of it.
    SlicesCalledIn(TenantId),
    /// Not the workspace: its audit log, which has grown by [`crate::audit::ANCHOR_EVERY`] records.
    Log(TenantId),
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
        listener.listen_all([CHANNEL, SLICES, GROWN]).await?;
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

impl Store {
    /// Asks every process to hand back what it does not need of the limits of a workspace.
    pub async fn call_in_slices(&self, tenant: TenantId) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        notify(tx.conn()?, SLICES, tenant).await?;
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
                        return match notice.channel() {
                            SLICES => Change::SlicesCalledIn(tenant),
                            GROWN => Change::Log(tenant),
                            _ => Change::Workspace(tenant),
                        };
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

/// Announces that something of the workspace changed when `tx` commits, and not when it does not: a
/// process that ends in between cannot forget it.
pub async fn announce_with(tx: &mut TenantTx) -> StoreResult<()> {
    let tenant = tx.tenant();
    announce(tx.conn()?, tenant).await
}

/// Inside the caller's transaction: sent when it commits.
pub(crate) async fn announce(conn: &mut PgConnection, tenant: TenantId) -> StoreResult<()> {
    notify(conn, CHANNEL, tenant).await
}

async fn notify(
    conn: &mut PgConnection,
    channel: &'static str,
    tenant: TenantId,
) -> StoreResult<()> {
    sqlx::query("select pg_notify($1, $2)")
        .bind(channel)
        .bind(tenant.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
