//! Workspaces as the installation lists them. Creating and deleting: [`crate::schema::provision`];
//! changing one in the transaction that records it: [`change`].

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use crate::platform::cache::{self, CacheRow};
use crate::platform::changes::announce;
use contract::{AgencyId, NanoUsd, TenantId};
use serde_json::Value;
use sqlx::postgres::PgRow;

macro_rules! select_workspaces {
    ($rest:literal) => {
        concat!(
            "select w.id, w.slug, w.name, w.agency_id, w.state, w.brand, w.budget_nano,
                    w.environment, w.demo, w.member_keys, w.tenant_version, w.migration_error,
                    w.cache_ttl_s, w.cache_epoch, w.cache_purged, w.redirect_hosts, w.guests_allowed,
                    p.host as primary_host, a.brand as agency_brand
             from platform.workspaces w
             left join platform.agencies a on a.id = w.agency_id
             left join platform.domains p on p.workspace_id = w.id and p.is_primary ",
            $rest
        )
    };
}

mod change;

pub use change::{
    allow_member_keys, begin_deletion, current, hold, hold_row, set_brand, set_cache_ttl,
    set_environment, set_month, set_name,
};

/// What a new workspace needs.
#[derive(Clone, Debug)]
pub struct NewWorkspace {
    /// Its id, made by the caller (version 7).
    pub id: TenantId,
    /// Short name in addresses: lower-case letters, digits, hyphens.
    pub slug: String,
    /// The client's name.
    pub name: String,
    /// Who sells it.
    pub agency: Option<AgencyId>,
    /// Its first host, the primary one.
    pub host: Option<String>,
    /// The stored brand; its form is the brand module's business.
    pub brand: Value,
    /// Limit per calendar month (UTC).
    pub budget: Option<NanoUsd>,
    /// `development`, `staging` or `production`.
    pub environment: String,
    /// Invented for the demo.
    pub demo: bool,
}

/// Whether a workspace may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspaceState {
    /// In use.
    Active,
    /// Closed for now; nothing is lost.
    Suspended,
    /// About to be gone.
    Deleting,
}

impl WorkspaceState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleting => "deleting",
        }
    }

    fn parse(text: &str) -> StoreResult<Self> {
        [Self::Active, Self::Suspended, Self::Deleting]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| StoreError::Inconsistent(format!("workspace state {text:?}")))
    }
}

/// A workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkspaceRow {
    /// The workspace.
    pub id: TenantId,
    /// Short name in addresses.
    pub slug: String,
    /// The client's name.
    pub name: String,
    /// Who sells it.
    pub agency: Option<AgencyId>,
    /// Whether it may be used.
    pub state: WorkspaceState,
    /// The stored brand.
    pub brand: Value,
    /// The stored brand of its agency, which stands in where its own says nothing.
    pub agency_brand: Option<Value>,
    /// Limit per calendar month (UTC).
    pub budget: Option<NanoUsd>,
    /// The environment its members chat in.
    pub environment: String,
    /// Invented for the demo.
    pub demo: bool,
    /// Host that links are written with.
    pub primary_host: Option<String>,
    /// Its other hosts send readers on to the primary one.
    pub redirect_hosts: bool,
    /// Its members may bring provider keys of their own.
    pub member_keys: bool,
    /// Staff may open it as an administrator.
    pub guests_allowed: bool,
    /// What it wants of the cache of answers.
    pub cache: CacheRow,
    /// Version of its schema.
    pub tenant_version: i32,
    /// Why its schema could not be migrated, when it could not.
    pub migration_error: Option<String>,
}

fn read(row: &PgRow) -> StoreResult<WorkspaceRow> {
    Ok(WorkspaceRow {
        id: row.id("id")?,
        slug: row.get_as("slug")?,
        name: row.get_as("name")?,
        agency: row.id_opt("agency_id")?,
        state: WorkspaceState::parse(row.get_as("state")?)?,
        brand: row.get_as("brand")?,
        agency_brand: row.get_as("agency_brand")?,
        budget: row.nano_opt("budget_nano")?,
        environment: row.get_as("environment")?,
        demo: row.get_as("demo")?,
        primary_host: row.get_as("primary_host")?,
        redirect_hosts: row.get_as("redirect_hosts")?,
        member_keys: row.get_as("member_keys")?,
        guests_allowed: row.get_as("guests_allowed")?,
        cache: cache::read(row)?,
        tenant_version: row.get_as("tenant_version")?,
        migration_error: row.get_as("migration_error")?,
    })
}

impl Store {
    /// The workspace a host belongs to. `host` is lower case, without port and trailing dot.
    pub async fn workspace_by_host(&self, host: &str) -> StoreResult<Option<WorkspaceRow>> {
        self.one_workspace(
            select_workspaces!(
                "where w.id = (select workspace_id from platform.domains where host = $1)"
            ),
            host,
        )
        .await
    }

    /// The workspace with this short name.
    pub async fn workspace_by_slug(&self, slug: &str) -> StoreResult<Option<WorkspaceRow>> {
        self.one_workspace(select_workspaces!("where w.slug = $1"), slug)
            .await
    }

    /// The workspace with this id.
    pub async fn workspace(&self, id: TenantId) -> StoreResult<Option<WorkspaceRow>> {
        self.one_workspace(select_workspaces!("where w.id = $1::uuid"), &id.to_string())
            .await
    }

    /// All workspaces, oldest first.
    pub async fn workspaces(&self) -> StoreResult<Vec<WorkspaceRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(select_workspaces!("order by w.created_ms, w.id"))
            .fetch_all(tx.conn()?)
            .await?;
        tx.commit().await?;
        read_all(&rows, read)
    }

    /// Replaces the stored brand. `false`: no such workspace.
    pub async fn set_brand(&self, id: TenantId, brand: &Value) -> StoreResult<bool> {
        let update = sqlx::query("update platform.workspaces set brand = $2 where id = $1")
            .bind(id.uuid())
            .bind(brand);
        self.change_workspace(id, update).await
    }

    /// Sets or lifts the monthly limit. `false`: no such workspace.
    pub async fn set_budget(&self, id: TenantId, budget: Option<NanoUsd>) -> StoreResult<bool> {
        let update = sqlx::query("update platform.workspaces set budget_nano = $2 where id = $1")
            .bind(id.uuid())
            .bind(budget.map(NanoUsd::get));
        self.change_workspace(id, update).await
    }

    /// Opens or closes a workspace. `false`: no such workspace.
    pub async fn set_workspace_state(
        &self,
        id: TenantId,
        state: WorkspaceState,
    ) -> StoreResult<bool> {
        let update = sqlx::query("update platform.workspaces set state = $2 where id = $1")
            .bind(id.uuid())
            .bind(state.as_str());
        self.change_workspace(id, update).await
    }

    async fn one_workspace(
        &self,
        select: &'static str,
        by: &str,
    ) -> StoreResult<Option<WorkspaceRow>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(select)
            .bind(by)
            .fetch_optional(tx.conn()?)
            .await?;
        tx.commit().await?;
        row.as_ref().map(read).transpose()
    }

    async fn change_workspace(
        &self,
        id: TenantId,
        update: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>,
    ) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let done = update.execute(tx.conn()?).await?;
        announce(tx.conn()?, id).await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}
