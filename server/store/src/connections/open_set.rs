//! A bounded set of open connections to one login, with a memory of the workspaces each touched.

use crate::connections::addresses::DatabaseUrl;
use crate::connections::lease::Lease;
use crate::error::{StoreError, StoreResult};
use contract::TenantId;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// A connection idle for longer is asked whether it lives before it is used.
const TRUSTED_IDLE: Duration = Duration::from_secs(10);
/// A connection idle for longer is closed instead of used.
const MAX_IDLE: Duration = Duration::from_mins(10);
/// A connection older than this is replaced, so that backends give memory back.
const MAX_AGE: Duration = Duration::from_hours(1);
/// How long the liveness question may take.
const PING_LIMIT: Duration = Duration::from_secs(2);

/// An open connection and what is known about it.
pub(crate) struct OpenConnection {
    pub(crate) conn: PgConnection,
    touched: HashSet<TenantId>,
    opened: Instant,
    idle_since: Instant,
}

/// Bounds of the set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) connections: usize,
    pub(crate) tenants_per_connection: usize,
    pub(crate) acquire_timeout: Duration,
}

/// The set. Free connections wait here; borrowed ones are in [`Lease`]s.
pub(crate) struct OpenSet {
    options: PgConnectOptions,
    bounds: Bounds,
    permits: Arc<Semaphore>,
    free: Mutex<Vec<OpenConnection>>,
}

impl OpenSet {
    pub(crate) fn new(url: &DatabaseUrl, label: &str, bounds: Bounds) -> Arc<Self> {
        Arc::new(Self {
            // Statement texts are logged by nobody: they are noise at best.
            options: url.options(label).disable_statement_logging(),
            bounds,
            permits: Arc::new(Semaphore::new(bounds.connections)),
            free: Mutex::new(Vec::new()),
        })
    }

    /// Borrows a connection, preferring one that has already seen `tenant`.
    pub(crate) async fn lease(self: &Arc<Self>, tenant: Option<TenantId>) -> StoreResult<Lease> {
        let limit = self.bounds.acquire_timeout;
        tokio::time::timeout(limit, self.lease_unbounded(tenant))
            .await
            .map_err(|_| StoreError::Busy(limit))?
    }

    /// A connection that nobody used before. For a second try after a reused one turned out dead.
    pub(crate) async fn lease_fresh(
        self: &Arc<Self>,
        tenant: Option<TenantId>,
    ) -> StoreResult<Lease> {
        self.lock_free().clear();
        self.lease(tenant).await
    }

    async fn lease_unbounded(self: &Arc<Self>, tenant: Option<TenantId>) -> StoreResult<Lease> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Database(sqlx::Error::PoolClosed))?;
        while let Some(mut open) = self.take(tenant) {
            if alive(&mut open).await {
                return Ok(Lease::new(
                    remember(open, tenant),
                    permit,
                    Arc::clone(self),
                    true,
                ));
            }
        }
        let now = Instant::now();
        let open = OpenConnection {
            conn: PgConnection::connect_with(&self.options).await?,
            touched: HashSet::new(),
            opened: now,
            idle_since: now,
        };
        Ok(Lease::new(
            remember(open, tenant),
            permit,
            Arc::clone(self),
            false,
        ))
    }

    /// Takes a free connection: one that knows the workspace, else the one used last.
    fn take(&self, tenant: Option<TenantId>) -> Option<OpenConnection> {
        let mut free = self.lock_free();
        let knows =
            tenant.and_then(|tenant| free.iter().rposition(|open| open.touched.contains(&tenant)));
        match knows {
            Some(index) => Some(free.remove(index)),
            None => free.pop(),
        }
    }

    /// Keeps a clean connection for the next caller, or closes it when it has seen enough.
    pub(crate) fn put(&self, mut open: OpenConnection) {
        let worn = open.touched.len() >= self.bounds.tenants_per_connection
            || open.opened.elapsed() > MAX_AGE;
        if worn || self.permits.is_closed() {
            return;
        }
        open.idle_since = Instant::now();
        self.lock_free().push(open);
    }

    /// Refuses new leases and closes the free connections. Borrowed ones close when they end.
    pub(crate) fn close(&self) {
        self.permits.close();
        self.lock_free().clear();
    }

    fn lock_free(&self) -> std::sync::MutexGuard<'_, Vec<OpenConnection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remember(mut open: OpenConnection, tenant: Option<TenantId>) -> OpenConnection {
    open.touched.extend(tenant);
    open
}

/// Whether a free connection can be used: asked only when it has been idle for a while.
async fn alive(open: &mut OpenConnection) -> bool {
    let idle = open.idle_since.elapsed();
    if idle > MAX_IDLE {
        return false;
    }
    if idle < TRUSTED_IDLE {
        return true;
    }
    matches!(
        tokio::time::timeout(PING_LIMIT, open.conn.ping()).await,
        Ok(Ok(()))
    )
}
