//! Telling every process that a workspace's snapshot is out of date.

use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::tenant::audit::GROWN;
use contract::TenantId;
use sqlx::PgConnection;
use sqlx::postgres::{PgListener, PgNotification, PgPoolOptions};
use std::time::Duration;
use tokio::time::timeout;

/// The channel for changes.
const CHANNEL: &str = "workspace_changed";
/// The channel on which slices of a limit are called in.
const SLICES: &str = "slices_called_in";
/// Wait before the next try to reach the database again.
const RETRY: Duration = Duration::from_millis(500);
/// A connection on which nothing was heard for so long is asked whether it still hears.
const QUIET: Duration = Duration::from_secs(1);
/// The longest wait for an answer to that, and for a connection.
const PATIENCE: Duration = Duration::from_secs(2);

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
///
/// No change is missed for longer than [`DEAF_AT_MOST`], whatever becomes of the connection: one on which
/// nothing was heard for a second is asked whether it still hears, and for as long as it does not, or
/// none can be made, [`Change::Everything`] is said over and over.
pub struct Changes {
    store: Store,
    listener: Option<PgListener>,
}

/// The longest time from a change that is not heard to the [`Change::Everything`] that makes up for it.
pub const DEAF_AT_MOST: Duration = Duration::from_secs(4);

impl Store {
    /// Begins to listen. A change committed after this returns is not missed.
    pub async fn changes(&self) -> StoreResult<Changes> {
        Ok(Changes {
            store: self.clone(),
            listener: Some(listen(self).await?),
        })
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
    /// The next change. Reconnects by itself, and says [`Change::Everything`] when it finds that it heard
    /// nothing, while it cannot hear, and once it can again.
    pub async fn next(&mut self) -> Change {
        loop {
            let Some(listener) = &mut self.listener else {
                self.listen_again().await;
                return Change::Everything;
            };
            match timeout(QUIET, listener.try_recv()).await {
                Ok(Ok(Some(notice))) => {
                    if let Some(change) = read(&notice) {
                        return change;
                    }
                    tracing::warn!("a change notice does not hold a workspace id");
                }
                Err(_) if hears(listener).await => {}
                lost => {
                    if let Ok(Err(error)) = lost {
                        tracing::warn!(%error, "the connection for changes is lost");
                    }
                    self.listener = None;
                    return Change::Everything;
                }
            }
        }
    }

    async fn listen_again(&mut self) {
        match timeout(PATIENCE, listen(&self.store)).await {
            Ok(Ok(listener)) => self.listener = Some(listener),
            Ok(Err(error)) => {
                tracing::warn!(%error, "waiting for the database to listen again");
                tokio::time::sleep(RETRY).await;
            }
            Err(_) => tracing::warn!("the database lets nobody listen"),
        }
    }
}

/// On a fresh connection. A lost one is never replaced behind our back: what was missed in between must
/// be made up for.
async fn listen(store: &Store) -> StoreResult<PgListener> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(store.app_url().options("changes"));
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen_all([CHANNEL, SLICES, GROWN]).await?;
    Ok(listener)
}

/// Whether the database answers on this connection. What it had to tell before it answers is not lost.
async fn hears(listener: &mut PgListener) -> bool {
    let asked = sqlx::query("select 1").execute(listener);
    matches!(timeout(PATIENCE, asked).await, Ok(Ok(_)))
}

fn read(notice: &PgNotification) -> Option<Change> {
    let tenant = notice.payload().parse().ok()?;
    Some(match notice.channel() {
        SLICES => Change::SlicesCalledIn(tenant),
        GROWN => Change::Log(tenant),
        _ => Change::Workspace(tenant),
    })
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
