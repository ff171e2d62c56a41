//! Suffixes of agencies: each of their workspaces answers at `<slug>.<suffix>`, without a row of its own.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::platform::changes::announce;
use contract::{AgencyId, TenantId};
use sqlx::PgConnection;

/// A suffix of an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseDomainRow {
    /// Lower case, in the letters of DNS.
    pub suffix: String,
    /// Whose.
    pub agency: AgencyId,
    /// The agency's short name.
    pub agency_slug: String,
}

impl Store {
    /// Gives a suffix to an agency. [`crate::StoreError::Taken`]: some agency has it.
    pub async fn add_base_domain(&self, suffix: &str, agency: AgencyId) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query("insert into platform.base_domains (suffix, agency_id) values ($1, $2)")
            .bind(suffix)
            .bind(agency.uuid())
            .execute(tx.conn()?)
            .await?;
        tell_workspaces(tx.conn()?, agency).await?;
        tx.commit().await
    }

    /// Takes a suffix away. `false`: no agency has it.
    pub async fn remove_base_domain(&self, suffix: &str) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let row =
            sqlx::query("delete from platform.base_domains where suffix = $1 returning agency_id")
                .bind(suffix)
                .fetch_optional(tx.conn()?)
                .await?;
        if let Some(row) = &row {
            tell_workspaces(tx.conn()?, row.id("agency_id")?).await?;
        }
        tx.commit().await?;
        Ok(row.is_some())
    }

    /// All suffixes.
    pub async fn base_domains(&self) -> StoreResult<Vec<BaseDomainRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select b.suffix, b.agency_id, a.slug as agency_slug from platform.base_domains b
             join platform.agencies a on a.id = b.agency_id order by b.suffix",
        )
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, |row| {
            Ok(BaseDomainRow {
                suffix: row.get_as("suffix")?,
                agency: row.id("agency_id")?,
                agency_slug: row.get_as("agency_slug")?,
            })
        })
    }

    /// The workspace that answers at a host. Its own row comes before a suffix of its agency. `host` is
    /// lower case, without port and trailing dot.
    pub async fn workspace_at(&self, host: &str) -> StoreResult<Option<TenantId>> {
        let mut tx = self.platform().await?;
        let (slug, suffix) = host.split_once('.').unwrap_or((host, ""));
        let row = sqlx::query(
            "select workspace_id, 0 as rank from platform.domains where host = $1
             union all
             select w.id, 1 from platform.base_domains b
             join platform.workspaces w on w.agency_id = b.agency_id
             where b.suffix = $3 and w.slug = $2
             order by rank limit 1",
        )
        .bind(host)
        .bind(slug)
        .bind(suffix)
        .fetch_optional(tx.conn()?)
        .await?;
        tx.commit().await?;
        row.map(|row| row.id("workspace_id")).transpose()
    }
}

/// Their hosts are looked up anew.
async fn tell_workspaces(conn: &mut PgConnection, agency: AgencyId) -> StoreResult<()> {
    let rows = sqlx::query("select id from platform.workspaces where agency_id = $1")
        .bind(agency.uuid())
        .fetch_all(&mut *conn)
        .await?;
    for tenant in read_all(&rows, |row| row.id::<TenantId>("id"))? {
        announce(conn, tenant).await?;
    }
    Ok(())
}
