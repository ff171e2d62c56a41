//! Resellers.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::platform::changes::announce;
use crate::platform::staff_log::{self, Deed};
use contract::{AgencyId, TenantId};
use serde_json::Value;
use sqlx::postgres::PgRow;

/// A reseller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyRow {
    /// The agency.
    pub id: AgencyId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Invented for the demo.
    pub demo: bool,
}

fn read(row: &PgRow) -> StoreResult<AgencyRow> {
    Ok(AgencyRow {
        id: row.id("id")?,
        slug: row.get_as("slug")?,
        name: row.get_as("name")?,
        demo: row.get_as("demo")?,
    })
}

impl Store {
    /// Creates the agency, or renames the one with this slug. Returns the one that is stored:
    /// its id is `agency.id` only when it is new.
    pub async fn upsert_agency(&self, agency: &AgencyRow) -> StoreResult<AgencyRow> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "insert into platform.agencies (id, slug, name, demo) values ($1, $2, $3, $4)
             on conflict (slug) do update set name = excluded.name
             returning id, slug, name, demo",
        )
        .bind(agency.id.uuid())
        .bind(&agency.slug)
        .bind(&agency.name)
        .bind(agency.demo)
        .fetch_one(tx.conn()?)
        .await?;
        tx.commit().await?;
        read(&row)
    }

    /// Creates an agency, in the transaction that records it. [`crate::StoreError::Taken`]: there is one
    /// with this short name.
    pub async fn create_agency(&self, agency: &AgencyRow, deed: &Deed) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query("insert into platform.agencies (id, slug, name, demo) values ($1, $2, $3, $4)")
            .bind(agency.id.uuid())
            .bind(&agency.slug)
            .bind(&agency.name)
            .bind(agency.demo)
            .execute(tx.conn()?)
            .await?;
        staff_log::append(tx.conn()?, deed).await?;
        tx.commit().await
    }

    /// What the agency's workspaces look like where they say nothing of their own. `None`: no such
    /// agency.
    pub async fn agency_brand(&self, agency: AgencyId) -> StoreResult<Option<Value>> {
        let mut tx = self.platform().await?;
        let brand = sqlx::query_scalar("select brand from platform.agencies where id = $1")
            .bind(agency.uuid())
            .fetch_optional(tx.conn()?)
            .await?;
        tx.commit().await?;
        Ok(brand)
    }

    /// Replaces it, and tells every process of each of the agency's workspaces. `false`: no such agency.
    pub async fn set_agency_brand(&self, agency: AgencyId, brand: &Value) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let done = sqlx::query("update platform.agencies set brand = $2 where id = $1")
            .bind(agency.uuid())
            .bind(brand)
            .execute(tx.conn()?)
            .await?;
        let dressed: Vec<uuid::Uuid> =
            sqlx::query_scalar("select id from platform.workspaces where agency_id = $1")
                .bind(agency.uuid())
                .fetch_all(tx.conn()?)
                .await?;
        for id in dressed {
            announce(tx.conn()?, TenantId::from_uuid(id)).await?;
        }
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// All agencies by slug.
    pub async fn agencies(&self) -> StoreResult<Vec<AgencyRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query("select id, slug, name, demo from platform.agencies order by slug")
            .fetch_all(tx.conn()?)
            .await?;
        tx.commit().await?;
        read_all(&rows, read)
    }
}
