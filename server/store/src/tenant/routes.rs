//! Where model aliases lead. The form of `targets` is the routing module's business.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use serde_json::Value;
use sqlx::postgres::PgRow;
use std::collections::HashMap;

/// An alias and its targets.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteRow {
    /// The name members send back.
    pub alias: String,
    /// The name members see.
    pub label: String,
    /// Its environment.
    pub environment: String,
    /// How a target is chosen.
    pub strategy: String,
    /// Ordered targets, JSON.
    pub targets: Value,
    /// What the route allows, JSON.
    pub options: Value,
    /// Place in the picker, ascending.
    pub position: i32,
}

/// Creates or replaces the alias of this environment.
pub async fn upsert(tx: &mut TenantTx, route: &RouteRow) -> StoreResult<()> {
    sqlx::query(
        "insert into routes (environment, alias, label, strategy, targets, position, options)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (environment, alias) do update set
           label = excluded.label, strategy = excluded.strategy, targets = excluded.targets,
           position = excluded.position, options = excluded.options,
           updated_ms = platform.now_ms()",
    )
    .bind(&route.environment)
    .bind(&route.alias)
    .bind(&route.label)
    .bind(&route.strategy)
    .bind(&route.targets)
    .bind(route.position)
    .bind(&route.options)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The environment's aliases by place, while nobody else can change any of the workspace's. Reading
/// goes on.
pub async fn list_for_change(tx: &mut TenantTx, environment: &str) -> StoreResult<Vec<RouteRow>> {
    sqlx::query("lock table routes in share row exclusive mode")
        .execute(tx.conn()?)
        .await?;
    list(tx, environment).await
}

/// The environment's aliases by place.
pub async fn list(tx: &mut TenantTx, environment: &str) -> StoreResult<Vec<RouteRow>> {
    let rows = sqlx::query(
        "select alias, label, environment, strategy, targets, position, options from routes
         where environment = $1 order by position, alias",
    )
    .bind(environment)
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// A route, and how its answers are shared among similar questions, JSON; `None`: they are not.
pub type SharedRoute = (RouteRow, Option<Value>);

/// The aliases of every environment, by place.
pub async fn list_all(tx: &mut TenantTx) -> StoreResult<Vec<SharedRoute>> {
    let rows = sqlx::query(
        "select alias, label, environment, strategy, targets, position, options, sharing
         from routes order by environment, position, alias",
    )
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, |row| Ok((read(row)?, row.get_as("sharing")?)))
}

fn read(row: &PgRow) -> StoreResult<RouteRow> {
    Ok(RouteRow {
        alias: row.get_as("alias")?,
        label: row.get_as("label")?,
        environment: row.get_as("environment")?,
        strategy: row.get_as("strategy")?,
        targets: row.get_as("targets")?,
        position: row.get_as("position")?,
        options: row.get_as("options")?,
    })
}

/// Sets how answers of an alias are shared among similar questions, JSON; `None`: they are not. `false`:
/// there is no such alias.
pub async fn set_similar(
    tx: &mut TenantTx,
    environment: &str,
    alias: &str,
    similar: Option<&Value>,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update routes set sharing = $3, updated_ms = platform.now_ms()
         where environment = $1 and alias = $2",
    )
    .bind(environment)
    .bind(alias)
    .bind(similar)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The environment's aliases whose answers are shared among similar questions, and how.
pub async fn similar(tx: &mut TenantTx, environment: &str) -> StoreResult<HashMap<String, Value>> {
    let rows = sqlx::query(
        "select alias, sharing from routes where environment = $1 and sharing is not null",
    )
    .bind(environment)
    .fetch_all(tx.conn()?)
    .await?;
    let pairs = read_all(&rows, |row| {
        Ok((row.get_as("alias")?, row.get_as("sharing")?))
    })?;
    Ok(pairs.into_iter().collect())
}

/// Removes an alias. `false`: there was none.
pub async fn remove(tx: &mut TenantTx, environment: &str, alias: &str) -> StoreResult<bool> {
    let done = sqlx::query("delete from routes where environment = $1 and alias = $2")
        .bind(environment)
        .bind(alias)
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected() > 0)
}
