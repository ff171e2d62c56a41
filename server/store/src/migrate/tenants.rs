//! Migrating workspaces: several at once, each in a transaction of its own.

use crate::columns::Columns;
use crate::connections::platform_tx::PlatformTx;
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use crate::migrate::run::TenantFailure;
use crate::schema::name::TenantName;
use crate::schema::statements;
use contract::TenantId;
use sqlx::PgConnection;
use tokio::task::JoinSet;

/// Workspaces brought up to date, and the ones that could not be.
pub(super) async fn migrate_tenants(
    store: &Store,
) -> StoreResult<(Vec<TenantId>, Vec<TenantFailure>)> {
    let mut waiting = find_behind(store).await?.into_iter();
    let mut running = JoinSet::new();
    let (mut migrated, mut failed) = (Vec::new(), Vec::new());
    loop {
        while running.len() < store.options().owner_connections.max(1)
            && let Some((tenant, slug)) = waiting.next()
        {
            let store = store.clone();
            running.spawn(async move { (tenant, slug, migrate_one(&store, tenant).await) });
        }
        let Some(ended) = running.join_next().await else {
            return Ok((migrated, failed));
        };
        match ended {
            Ok((tenant, _, Ok(()))) => migrated.push(tenant),
            Ok((tenant, slug, Err(error))) => {
                failed.push(mark(store, tenant, slug, &error).await?);
            }
            Err(error) => return Err(StoreError::Inconsistent(error.to_string())),
        }
    }
}

async fn find_behind(store: &Store) -> StoreResult<Vec<(TenantId, String)>> {
    let mut tx = store.as_owner().await?;
    let rows = sqlx::query(
        "select id, slug from platform.workspaces
         where tenant_version < $1 and state <> 'deleting' order by created_ms, id",
    )
    .bind(store.options().migrations.tenant_version())
    .fetch_all(tx.conn()?)
    .await?;
    tx.commit().await?;
    rows.iter()
        .map(|row| Ok((row.id("id")?, row.get_as("slug")?)))
        .collect()
}

/// Every missing step of one workspace and the record of it, or nothing.
async fn migrate_one(store: &Store, tenant: TenantId) -> StoreResult<()> {
    let mut tx = PlatformTx::begin(store.owner()?).await?;
    let from: Option<i32> = sqlx::query_scalar(
        "select tenant_version from platform.workspaces where id = $1 for update",
    )
    .bind(tenant.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    let Some(from) = from else {
        return Ok(()); // Deleted meanwhile.
    };
    apply_to_tenant(store, tx.conn()?, tenant, from).await?;
    sqlx::query(
        "update platform.workspaces set tenant_version = $2, migration_error = null where id = $1",
    )
    .bind(tenant.uuid())
    .bind(store.options().migrations.tenant_version())
    .execute(tx.conn()?)
    .await?;
    tx.commit().await
}

/// Runs the steps after `from` inside the open transaction of the owner's login. The caller
/// records the version in the same transaction.
pub(crate) async fn apply_to_tenant(
    store: &Store,
    conn: &mut PgConnection,
    tenant: TenantId,
    from: i32,
) -> StoreResult<()> {
    let name = TenantName::of(tenant);
    sqlx::raw_sql(statements::build_in_tenant(name))
        .execute(&mut *conn)
        .await?;
    for migration in store.options().migrations.tenant.iter() {
        if migration.version > from {
            sqlx::raw_sql(migration.sql).execute(&mut *conn).await?;
        }
    }
    sqlx::raw_sql(statements::grant_tenant(name))
        .execute(&mut *conn)
        .await?;
    Ok(())
}

async fn mark(
    store: &Store,
    tenant: TenantId,
    slug: String,
    error: &StoreError,
) -> StoreResult<TenantFailure> {
    let error = error.to_string();
    tracing::error!(workspace = %tenant, %error, "workspace could not be migrated");
    let mut tx = store.as_owner().await?;
    sqlx::query("update platform.workspaces set migration_error = $2 where id = $1")
        .bind(tenant.uuid())
        .bind(&error)
        .execute(tx.conn()?)
        .await?;
    tx.commit().await?;
    Ok(TenantFailure {
        tenant,
        slug,
        error,
    })
}
