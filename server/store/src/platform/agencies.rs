//! Resellers.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::platform::staff_log::{self, Deed};
use contract::AgencyId;
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
