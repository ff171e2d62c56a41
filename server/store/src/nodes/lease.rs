//! Being alive: a process holds an advisory lock named after it, on a connection of its own.
//!
//! No clock is compared with another. When the process dies, PostgreSQL notices the closed
//! connection and the lock is free: that is how everybody else knows.

use crate::connections::addresses::DatabaseUrl;
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// How often the connection is tried.
const PULSE: Duration = Duration::from_secs(3);

/// The proof that this process is alive.
pub struct NodeLease {
    node: Uuid,
    release: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// The lock's key: the random half of the id.
pub(crate) fn lock_key(node: Uuid) -> i64 {
    let (_, low) = node.as_u64_pair();
    low.cast_signed()
}

impl NodeLease {
    /// Takes the lock of `node` and registers it. The lock is taken again by itself whenever the
    /// connection is lost.
    pub async fn acquire(store: &Store, node: Uuid) -> StoreResult<Self> {
        let url = store.app_url().clone();
        let conn = hold(&url, node).await?;
        let mut tx = store.platform().await?;
        sqlx::query("insert into platform.nodes (id) values ($1) on conflict (id) do nothing")
            .bind(node)
            .execute(tx.conn()?)
            .await?;
        tx.commit().await?;
        let (release, released) = oneshot::channel();
        let task = tokio::spawn(keep(url, node, conn, released));
        Ok(Self {
            node,
            release,
            task,
        })
    }

    /// The process's id.
    #[must_use]
    pub const fn node(&self) -> Uuid {
        self.node
    }

    /// Lets go in order: nothing is open any more, so the registration goes as well.
    pub async fn release(self) {
        let _ = self.release.send(());
        let _ = self.task.await;
    }
}

async fn hold(url: &DatabaseUrl, node: Uuid) -> StoreResult<PgConnection> {
    let mut conn = PgConnection::connect_with(&url.options("node")).await?;
    let taken: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)")
        .bind(lock_key(node))
        .fetch_one(&mut conn)
        .await?;
    if taken {
        Ok(conn)
    } else {
        Err(StoreError::Taken("the lock of this process".to_owned()))
    }
}

async fn keep(
    url: DatabaseUrl,
    node: Uuid,
    conn: PgConnection,
    mut released: oneshot::Receiver<()>,
) {
    let mut conn = Some(conn);
    loop {
        tokio::select! {
            asked = &mut released => match asked {
                Ok(()) => break,
                // Dropped without `release`: something may be open still. The registration stays,
                // the lock goes, and whoever looks next closes what is left.
                Err(_) => return,
            },
            () = tokio::time::sleep(PULSE) => {}
        }
        let alive = match conn.as_mut() {
            Some(conn) => conn.ping().await.is_ok(),
            None => false,
        };
        if !alive {
            conn = hold(&url, node).await.inspect_err(|error| {
                tracing::warn!(%error, "this process could not prove that it is alive; trying again");
            }).ok();
        }
    }
    if let Some(mut conn) = conn {
        let _ = sqlx::query("delete from platform.nodes where id = $1")
            .bind(node)
            .execute(&mut conn)
            .await;
        let _ = conn.close().await;
    }
}
