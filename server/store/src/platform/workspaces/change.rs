//! What is changed of a workspace in the transaction that records it. Every process is told when it
//! commits.

use super::{WorkspaceRow, read};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::platform::changes::announce;
use contract::NanoUsd;
use serde_json::Value;
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;

/// The workspace, as this transaction sees it. `None`: it is gone.
pub async fn current(tx: &mut TenantTx) -> StoreResult<Option<WorkspaceRow>> {
    let tenant = tx.tenant();
    let select = select_workspaces!("where w.id = $1");
    let row = tx
        .on_platform(async |conn| {
            let found = sqlx::query(select).bind(tenant.uuid());
            Ok(found.fetch_optional(conn).await?)
        })
        .await?;
    row.as_ref().map(read).transpose()
}

/// Keeps everybody else from changing the workspace's row until this transaction ends.
pub async fn hold_row(tx: &mut TenantTx) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        sqlx::query("select 1 from platform.workspaces where id = $1 for update")
            .bind(tenant.uuid())
            .execute(conn)
            .await?;
        Ok(())
    })
    .await
}

/// Keeps everybody else from changing the workspace's row and anything of its schema that is set up
/// and not written by answers, until this transaction ends. Reading goes on.
pub async fn hold(tx: &mut TenantTx) -> StoreResult<()> {
    hold_row(tx).await?;
    sqlx::query(
        "lock table teams, members, invitations, provider_keys, routes, prompts, limits
         in share row exclusive mode",
    )
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Lets members of the workspace bring keys of their own, or not.
pub async fn allow_member_keys(tx: &mut TenantTx, allowed: bool) -> StoreResult<()> {
    let update = "update platform.workspaces set member_keys = $2 where id = $1";
    let tenant = tx.tenant().uuid();
    change(tx, sqlx::query(update).bind(tenant).bind(allowed)).await
}

/// Closes the workspace for good, in the transaction that records it; [`Store::delete_workspace`] then
/// removes it. `false`: it is not open, so that nobody ends what was suspended or is ending already.
///
/// [`Store::delete_workspace`]: crate::Store::delete_workspace
pub async fn begin_deletion(tx: &mut TenantTx) -> StoreResult<bool> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let done = sqlx::query(
            "update platform.workspaces set state = 'deleting' where id = $1 and state = 'active'",
        )
        .bind(tenant.uuid())
        .execute(&mut *conn)
        .await?;
        announce(conn, tenant).await?;
        Ok(done.rows_affected() > 0)
    })
    .await
}

/// Gives it another name.
pub async fn set_name(tx: &mut TenantTx, name: &str) -> StoreResult<()> {
    let update = "update platform.workspaces set name = $2 where id = $1";
    let tenant = tx.tenant().uuid();
    change(tx, sqlx::query(update).bind(tenant).bind(name)).await
}

/// Sets the environment that its members chat in.
pub async fn set_environment(tx: &mut TenantTx, environment: &str) -> StoreResult<()> {
    let update = "update platform.workspaces set environment = $2 where id = $1";
    let tenant = tx.tenant().uuid();
    change(tx, sqlx::query(update).bind(tenant).bind(environment)).await
}

/// Replaces the stored brand.
pub async fn set_brand(tx: &mut TenantTx, brand: &Value) -> StoreResult<()> {
    let update = "update platform.workspaces set brand = $2 where id = $1";
    let tenant = tx.tenant().uuid();
    change(tx, sqlx::query(update).bind(tenant).bind(brand)).await
}

/// Sets or lifts the monthly limit of the workspace as a whole.
pub async fn set_month(tx: &mut TenantTx, month: Option<NanoUsd>) -> StoreResult<()> {
    let update = "update platform.workspaces set budget_nano = $2 where id = $1";
    let tenant = tx.tenant().uuid();
    let month = month.map(NanoUsd::get);
    change(tx, sqlx::query(update).bind(tenant).bind(month)).await
}

/// Sets for how many seconds answers are kept; `None`: as the installation is set, 0: none are.
pub async fn set_cache_ttl(tx: &mut TenantTx, ttl_s: Option<i64>) -> StoreResult<()> {
    let update = "update platform.workspaces set cache_ttl_s = $2 where id = $1";
    let tenant = tx.tenant().uuid();
    change(tx, sqlx::query(update).bind(tenant).bind(ttl_s)).await
}

async fn change(tx: &mut TenantTx, update: Query<'_, Postgres, PgArguments>) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        update.execute(&mut *conn).await?;
        announce(conn, tenant).await
    })
    .await
}
