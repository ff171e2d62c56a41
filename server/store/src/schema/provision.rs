//! A workspace comes into being, and leaves.

use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use crate::migrate::apply_to_tenant;
use crate::platform::changes::announce;
use crate::platform::domains;
use crate::platform::workspaces::NewWorkspace;
use crate::schema::name::TenantName;
use crate::schema::statements;
use contract::TenantId;
use sqlx::PgConnection;

/// First server version where granting a role carries options.
const ROLES_HAVE_OPTIONS: u32 = 160_000;

impl Store {
    /// Creates a workspace: role, schema, tables, row and host, all or nothing.
    /// [`StoreError::Taken`] when slug or host is in use. Needs the owner's login.
    pub async fn create_workspace(&self, new: &NewWorkspace) -> StoreResult<()> {
        let owner = self.owner_url()?.login().to_owned();
        let mut tx = self.as_owner().await?;
        insert_row(tx.conn()?, new, self.options().migrations.tenant_version()).await?;
        if let Some(host) = &new.host {
            domains::insert(tx.conn()?, new.id, host, true).await?;
        }
        let modern = tx.conn()?.server_version_num() >= Some(ROLES_HAVE_OPTIONS);
        let name = TenantName::of(new.id);
        let create = statements::create_tenant(name, &owner, self.app_url().login(), modern);
        sqlx::raw_sql(create).execute(tx.conn()?).await?;
        apply_to_tenant(self, tx.conn()?, new.id, 0).await?;
        announce(tx.conn()?, new.id).await?;
        tx.commit().await
    }

    /// Deletes a workspace with everything it has: schema, role, hosts, pending ledger events.
    /// What stays is one line saying that it was deleted, when and by whom. `false`: there was
    /// none. Needs the owner's login.
    pub async fn delete_workspace(&self, id: TenantId, deleted_by: &str) -> StoreResult<bool> {
        // First step on its own: no new work starts while the second waits for the old to end.
        let mut tx = self.as_owner().await?;
        sqlx::query("update platform.workspaces set state = 'deleting' where id = $1")
            .bind(id.uuid())
            .execute(tx.conn()?)
            .await?;
        announce(tx.conn()?, id).await?;
        tx.commit().await?;
        let mut tx = self.as_owner().await?;
        let slug: Option<String> =
            sqlx::query_scalar("delete from platform.workspaces where id = $1 returning slug")
                .bind(id.uuid())
                .fetch_optional(tx.conn()?)
                .await?;
        let Some(slug) = slug else {
            tx.commit().await?;
            return Ok(false);
        };
        sqlx::query("insert into platform.deletions (id, slug, deleted_by) values ($1, $2, $3)")
            .bind(id.uuid())
            .bind(slug)
            .bind(deleted_by)
            .execute(tx.conn()?)
            .await?;
        sqlx::raw_sql(statements::drop_tenant(TenantName::of(id)))
            .execute(tx.conn()?)
            .await?;
        announce(tx.conn()?, id).await?;
        tx.commit().await?;
        Ok(true)
    }
}

async fn insert_row(conn: &mut PgConnection, new: &NewWorkspace, version: i32) -> StoreResult<()> {
    sqlx::query(
        "insert into platform.workspaces
           (id, slug, name, agency_id, brand, budget_nano, environment, demo, tenant_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(new.id.uuid())
    .bind(&new.slug)
    .bind(&new.name)
    .bind(new.agency.map(contract::AgencyId::uuid))
    .bind(&new.brand)
    .bind(new.budget.map(contract::NanoUsd::get))
    .bind(&new.environment)
    .bind(new.demo)
    .bind(version)
    .execute(conn)
    .await
    .map_err(StoreError::from)?;
    Ok(())
}
