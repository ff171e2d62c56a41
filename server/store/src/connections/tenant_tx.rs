//! A transaction inside one workspace: its role, its schema, its time limit, one round trip.

use crate::connections::lease::Lease;
use crate::connections::store::Store;
use crate::connections::tenant_permits::TenantPermit;
use crate::error::{StoreError, StoreResult};
use crate::schema::name::TenantName;
use crate::schema::statements;
use contract::{Caller, TenantId};
use sqlx::PgConnection;

/// A transaction that runs as the workspace's role with the workspace's schema as its whole
/// search path. Ends with [`TenantTx::commit`]; dropping it, at any moment, rolls back.
/// Reads end with `commit` too: a dropped connection is scrubbed, which costs more.
pub struct TenantTx {
    tenant: TenantId,
    lease: Lease,
    _permit: TenantPermit,
}

impl Store {
    /// Opens a transaction in the caller's workspace.
    pub async fn tenant(&self, caller: &Caller) -> StoreResult<TenantTx> {
        self.enter(caller.tenant()).await
    }

    /// Opens a transaction in a workspace before there is a caller: the HTTP edge, jobs, CLI.
    pub async fn enter(&self, tenant: TenantId) -> StoreResult<TenantTx> {
        let permit = self
            .permits()
            .acquire(tenant)
            .await
            .map_err(|_| StoreError::Database(sqlx::Error::PoolClosed))?;
        let mut lease = self.app().lease(Some(tenant)).await?;
        match begin(self, &mut lease, tenant).await {
            // A free connection may have died unnoticed, or PostgreSQL's memory of role grants in
            // its process may be older than the workspace (a grant that commits while that memory
            // is being filled is missed until the next one). Nothing has happened yet: once more.
            Err(StoreError::Database(sqlx::Error::Io(_)) | StoreError::UnknownWorkspace)
                if lease.reused() =>
            {
                lease = self.app().lease_fresh(Some(tenant)).await?;
                begin(self, &mut lease, tenant).await?;
            }
            outcome => outcome?,
        }
        Ok(TenantTx {
            tenant,
            lease,
            _permit: permit,
        })
    }
}

async fn begin(store: &Store, lease: &mut Lease, tenant: TenantId) -> StoreResult<()> {
    let sql = statements::begin_in_tenant(TenantName::of(tenant), store.statement_timeout());
    match sqlx::raw_sql(sql).execute(lease.conn()?).await {
        Ok(_) => Ok(()),
        // The role is missing (22023) or not granted to us (42501): not a workspace of ours.
        Err(sqlx::Error::Database(error))
            if matches!(error.code().as_deref(), Some("22023" | "42501")) =>
        {
            Err(StoreError::UnknownWorkspace)
        }
        Err(error) => Err(error.into()),
    }
}

impl TenantTx {
    /// The workspace.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Makes everything done here durable. Fails when a statement before had failed.
    pub async fn commit(mut self) -> StoreResult<()> {
        sqlx::raw_sql(statements::COMMIT)
            .execute(self.lease.conn()?)
            .await?;
        self.lease.give_back();
        Ok(())
    }

    /// Does `work` as the login itself, on the platform's tables, inside this transaction: both are
    /// committed together or not at all. What fails in there fails the transaction.
    pub(crate) async fn on_platform<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> StoreResult<T>,
    ) -> StoreResult<T> {
        sqlx::raw_sql(statements::LEAVE_TENANT)
            .execute(self.lease.conn()?)
            .await?;
        let outcome = work(self.lease.conn()?).await;
        let back = statements::return_to_tenant(TenantName::of(self.tenant));
        let returned = sqlx::raw_sql(back).execute(self.lease.conn()?).await;
        let outcome = outcome?;
        returned?;
        Ok(outcome)
    }

    pub(crate) fn conn(&mut self) -> StoreResult<&mut PgConnection> {
        Ok(self.lease.conn()?)
    }
}
