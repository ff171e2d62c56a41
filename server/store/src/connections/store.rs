//! The handle to storage that the rest of the program holds.

use crate::connections::addresses::{DatabaseUrl, DatabaseUrls};
use crate::connections::open_set::{Bounds, OpenSet};
use crate::connections::platform_tx::PlatformTx;
use crate::connections::tenant_permits::TenantPermits;
use crate::error::{StoreError, StoreResult};
use crate::migrate::Migrations;
use std::sync::Arc;
use std::time::Duration;

/// Bounds and migrations of a [`Store`].
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// Connections of the application's login, all workspaces together.
    pub connections: usize,
    /// Connections of the owner's login; also how many workspaces migrate at once.
    pub owner_connections: usize,
    /// Connections one workspace may hold at once.
    pub connections_per_tenant: usize,
    /// Different workspaces a connection may touch before it is replaced. Each costs memory in
    /// the database's backend.
    pub tenants_per_connection: usize,
    /// Longest wait for a free connection.
    pub acquire_timeout: Duration,
    /// Longest run of one statement inside a workspace.
    pub statement_timeout: Duration,
    /// What [`Store::migrate`] applies.
    pub migrations: Migrations,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            connections: 16,
            owner_connections: 4,
            connections_per_tenant: 4,
            tenants_per_connection: 200,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(15),
            migrations: Migrations::embedded(),
        }
    }
}

/// Storage. Cloning is cheap and shares connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    urls: DatabaseUrls,
    options: StoreOptions,
    app: Arc<OpenSet>,
    owner: Option<Arc<OpenSet>>,
    permits: TenantPermits,
}

impl Store {
    /// Opens the first connection, so that a wrong address or password shows at once. Does not
    /// look at the schema: that is [`Store::migrate`] and [`Store::check_privileges`].
    pub async fn connect(urls: DatabaseUrls, options: StoreOptions) -> StoreResult<Self> {
        let bounds = Bounds {
            connections: options.connections.max(1),
            tenants_per_connection: options.tenants_per_connection.max(1),
            acquire_timeout: options.acquire_timeout,
        };
        let owner_bounds = Bounds {
            connections: options.owner_connections.max(1),
            ..bounds
        };
        let app = OpenSet::new(&urls.app, "app", bounds);
        let owner = urls
            .owner
            .as_ref()
            .map(|url| OpenSet::new(url, "owner", owner_bounds));
        app.lease(None).await?.give_back();
        Ok(Self {
            inner: Arc::new(Inner {
                permits: TenantPermits::new(options.connections_per_tenant.max(1)),
                urls,
                options,
                app,
                owner,
            }),
        })
    }

    /// `true` when workspaces can be created, migrated and deleted from here.
    #[must_use]
    pub fn has_owner(&self) -> bool {
        self.inner.owner.is_some()
    }

    /// One cheap question to the database, for readiness probes.
    pub async fn ping(&self) -> StoreResult<()> {
        self.platform().await?.commit().await
    }

    /// Refuses new work and closes free connections. Running transactions end by themselves.
    pub fn close(&self) {
        self.inner.app.close();
        if let Some(owner) = &self.inner.owner {
            owner.close();
        }
    }

    pub(crate) fn app(&self) -> &Arc<OpenSet> {
        &self.inner.app
    }

    pub(crate) fn app_url(&self) -> &DatabaseUrl {
        &self.inner.urls.app
    }

    pub(crate) fn owner(&self) -> StoreResult<&Arc<OpenSet>> {
        self.inner.owner.as_ref().ok_or(StoreError::OwnerRequired)
    }

    pub(crate) fn owner_url(&self) -> StoreResult<&DatabaseUrl> {
        self.inner
            .urls
            .owner
            .as_ref()
            .ok_or(StoreError::OwnerRequired)
    }

    pub(crate) fn options(&self) -> &StoreOptions {
        &self.inner.options
    }

    pub(crate) fn statement_timeout(&self) -> Duration {
        self.inner.options.statement_timeout
    }

    pub(crate) fn permits(&self) -> &TenantPermits {
        &self.inner.permits
    }

    /// A transaction of the application's login on the `platform` schema.
    pub(crate) async fn platform(&self) -> StoreResult<PlatformTx> {
        PlatformTx::begin(&self.inner.app).await
    }

    /// A transaction of the owner's login.
    pub(crate) async fn as_owner(&self) -> StoreResult<PlatformTx> {
        PlatformTx::begin(self.owner()?).await
    }
}
