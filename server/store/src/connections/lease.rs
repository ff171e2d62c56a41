//! One borrowed connection. Given back clean by the one call that knows it is; otherwise scrubbed.

use crate::connections::open_set::{OpenConnection, OpenSet};
use crate::schema::statements;
use sqlx::{Connection, PgConnection, Row};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// How long an abandoned statement may take to end before its connection is cut.
const SCRUB_LIMIT: Duration = Duration::from_secs(30);

/// A connection and its place in the set. Dropping it is always safe.
pub(crate) struct Lease {
    open: Option<OpenConnection>,
    permit: Option<OwnedSemaphorePermit>,
    set: Arc<OpenSet>,
    reused: bool,
}

impl Lease {
    pub(crate) fn new(
        open: OpenConnection,
        permit: OwnedSemaphorePermit,
        set: Arc<OpenSet>,
        reused: bool,
    ) -> Self {
        Self {
            open: Some(open),
            permit: Some(permit),
            set,
            reused,
        }
    }

    /// The connection. `None` is impossible between `new` and `give_back`; the error keeps the
    /// type honest without a panic.
    pub(crate) fn conn(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        self.open
            .as_mut()
            .map(|open| &mut open.conn)
            .ok_or(sqlx::Error::PoolClosed)
    }

    /// `true` when the connection was opened for somebody else before: it may have died since.
    pub(crate) const fn reused(&self) -> bool {
        self.reused
    }

    /// Returns a connection that is known to be outside any transaction.
    pub(crate) fn give_back(mut self) {
        if let (Some(open), Some(permit)) = (self.open.take(), self.permit.take()) {
            self.set.put(open);
            drop(permit);
        }
    }
}

impl Drop for Lease {
    /// Reached on `?`, cancellation and panic. Nothing is known about the connection then, so it
    /// is scrubbed on a task of its own and keeps its permit until that is done.
    fn drop(&mut self) {
        let (Some(open), Some(permit)) = (self.open.take(), self.permit.take()) else {
            return;
        };
        let set = Arc::clone(&self.set);
        // Outside a runtime the connection just closes; the server rolls back by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Some(open) = scrub(open).await {
                    set.put(open);
                }
                drop(permit);
            });
        }
    }
}

/// Ends whatever was going on, forgets prepared statements (one of them may be the cause, as with
/// SQLSTATE 0A000) and proves that no workspace's role is left. `None`: the connection is closed.
async fn scrub(mut open: OpenConnection) -> Option<OpenConnection> {
    let cleaned = tokio::time::timeout(SCRUB_LIMIT, async {
        let row = sqlx::raw_sql(statements::SCRUB)
            .fetch_one(&mut open.conn)
            .await?;
        open.conn.clear_cached_statements().await?;
        row.try_get::<String, _>("role")
    })
    .await;
    match cleaned {
        Ok(Ok(role)) if role == "none" => Some(open),
        Ok(Err(error)) => {
            tracing::debug!(%error, "closing a connection that could not be scrubbed");
            None
        }
        _ => None,
    }
}
