//! Host names of workspaces. A host belongs to one workspace of the installation.

use crate::columns::Columns;
use crate::connections::store::Store;
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
        let rows = sqlx::query(
            "select host, is_primary from platform.domains
             where workspace_id = $1 order by is_primary desc, host",
        )
        .bind(tenant.uuid())
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        rows.iter()
            .map(|row| {
                Ok(DomainRow {
                    host: row.get_as("host")?,
                    is_primary: row.get_as("is_primary")?,
                })
            })
            .collect()
    }
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
    .execute(conn)
    .await?;
    Ok(())
}
