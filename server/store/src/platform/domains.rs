//! Host names of workspaces. A host belongs to one workspace of the installation.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::platform::changes::announce;
use contract::TenantId;
use sqlx::PgConnection;

/// A host name of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainRow {
    /// Lower case, without port and trailing dot.
    pub host: String,
    /// The one links are written with.
    pub is_primary: bool,
}

impl Store {
    /// Gives a host to a workspace. `primary` moves links to it.
    /// [`crate::StoreError::Taken`] when the host is in use, by whomever.
    pub async fn add_domain(&self, tenant: TenantId, host: &str, primary: bool) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        if primary {
            sqlx::query(
                "update platform.domains set is_primary = false
                 where workspace_id = $1 and is_primary",
            )
            .bind(tenant.uuid())
            .execute(tx.conn()?)
            .await?;
        }
        insert(tx.conn()?, tenant, host, primary).await?;
        announce(tx.conn()?, tenant).await?;
        tx.commit().await
    }

    /// The workspace's hosts, the primary one first.
    pub async fn domains(&self, tenant: TenantId) -> StoreResult<Vec<DomainRow>> {
        let mut tx = self.platform().await?;
        let rows = select(tx.conn()?, tenant).await?;
        tx.commit().await?;
        Ok(rows)
    }
}

async fn select(conn: &mut PgConnection, tenant: TenantId) -> StoreResult<Vec<DomainRow>> {
    let rows = sqlx::query(
        "select host, is_primary from platform.domains
         where workspace_id = $1 order by is_primary desc, host",
    )
    .bind(tenant.uuid())
    .fetch_all(conn)
    .await?;
    read_all(&rows, |row| {
        Ok(DomainRow {
            host: row.get_as("host")?,
            is_primary: row.get_as("is_primary")?,
        })
    })
}

/// The workspace's hosts, the primary one first.
pub async fn list(tx: &mut TenantTx) -> StoreResult<Vec<DomainRow>> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| select(conn, tenant).await)
        .await
}

/// Whether another workspace has this host. Whose it is stays untold.
pub async fn is_elsewhere(tx: &mut TenantTx, host: &str) -> StoreResult<bool> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let found = sqlx::query_scalar(
            "select exists (select from platform.domains
                            where host = lower($1) and workspace_id <> $2)",
        )
        .bind(host)
        .bind(tenant)
        .fetch_one(conn)
        .await?;
        Ok(found)
    })
    .await
}

/// Gives a host to the workspace, in the transaction that records it.
/// [`crate::StoreError::Taken`] when the host is in use, by whomever.
pub async fn add(tx: &mut TenantTx, host: &str) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        insert(conn, tenant, host, false).await?;
        announce(conn, tenant).await
    })
    .await
}

/// Takes a host from the workspace, in the transaction that records it. `false`: it had none.
pub async fn remove(tx: &mut TenantTx, host: &str) -> StoreResult<bool> {
    super::claims::change::remove(tx, host).await
}

/// Inside the caller's transaction. Where it was the primary one, the oldest that is left takes its place.
pub(crate) async fn delete(
    conn: &mut PgConnection,
    tenant: TenantId,
    host: &str,
) -> StoreResult<bool> {
    let was_primary: Option<bool> = sqlx::query_scalar(
        "delete from platform.domains where workspace_id = $1 and host = $2 returning is_primary",
    )
    .bind(tenant.uuid())
    .bind(host)
    .fetch_optional(&mut *conn)
    .await?;
    if was_primary == Some(true) {
        sqlx::query(
            "update platform.domains set is_primary = true where host =
               (select host from platform.domains where workspace_id = $1
                order by created_ms, host limit 1)",
        )
        .bind(tenant.uuid())
        .execute(conn)
        .await?;
    }
    Ok(was_primary.is_some())
}

/// Links are written with this host from now on, in the transaction that records it.
pub async fn make_primary(tx: &mut TenantTx, host: &str) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        sqlx::query(
            "update platform.domains set is_primary = false
             where workspace_id = $1 and is_primary and host <> $2",
        )
        .bind(tenant.uuid())
        .bind(host)
        .execute(&mut *conn)
        .await?;
        sqlx::query(
            "update platform.domains set is_primary = true where workspace_id = $1 and host = $2",
        )
        .bind(tenant.uuid())
        .bind(host)
        .execute(&mut *conn)
        .await?;
        announce(conn, tenant).await
    })
    .await
}

/// Inside the caller's transaction.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    host: &str,
    primary: bool,
) -> StoreResult<()> {
    sqlx::query(
        "insert into platform.domains (host, workspace_id, is_primary) values (lower($1), $2, $3)",
    )
    .bind(host)
    .bind(tenant.uuid())
    .bind(primary)
    .execute(&mut *conn)
    .await?;
    // It is somebody's again: nothing is left to be kept from others.
    sqlx::query("delete from platform.domain_tombstones where host = lower($1)")
        .bind(host)
        .execute(conn)
        .await?;
    Ok(())
}
