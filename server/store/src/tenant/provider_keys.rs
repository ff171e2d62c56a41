//! The client's credentials at providers, sealed. A name is unique among the keys in use of one
//! environment; a disabled key keeps its row because the ledger names it.

use crate::Sealed;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::KeyId;
use sqlx::postgres::PgRow;

/// A key to be stored.
#[derive(Clone)]
pub struct NewProviderKey {
    /// The key, id made by the caller.
    pub id: KeyId,
    /// The workspace's name for it.
    pub name: String,
    /// `development`, `staging` or `production`.
    pub environment: String,
    /// The provider's name.
    pub provider: String,
    /// Where the provider is, when it is not at its usual place.
    pub base_url: Option<String>,
    /// The credential, sealed.
    pub sealed_secret: Sealed,
}

/// A stored key.
#[derive(Clone)]
pub struct ProviderKeyRow {
    /// The key.
    pub id: KeyId,
    /// The workspace's name for it.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// The provider's name.
    pub provider: String,
    /// Where the provider is, when it is not at its usual place.
    pub base_url: Option<String>,
    /// The credential, sealed.
    pub sealed_secret: Sealed,
    /// Not to be used any more.
    pub disabled: bool,
    /// Stored.
    pub created_ms: i64,
}

macro_rules! select_keys {
    ($rest:literal) => {
        concat!(
            "select id, name, environment, provider, base_url, sealed_secret,
                    disabled_ms is not null as disabled, created_ms from provider_keys ",
            $rest
        )
    };
}

fn read(row: &PgRow) -> StoreResult<ProviderKeyRow> {
    Ok(ProviderKeyRow {
        id: row.id("id")?,
        name: row.get_as("name")?,
        environment: row.get_as("environment")?,
        provider: row.get_as("provider")?,
        base_url: row.get_as("base_url")?,
        sealed_secret: row.get_as("sealed_secret")?,
        disabled: row.get_as("disabled")?,
        created_ms: row.get_as("created_ms")?,
    })
}

/// Stores a key. [`crate::StoreError::Taken`] when its name is in use in its environment.
pub async fn insert(tx: &mut TenantTx, key: &NewProviderKey) -> StoreResult<()> {
    sqlx::query(
        "insert into provider_keys (id, name, environment, provider, base_url, sealed_secret)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(key.id.uuid())
    .bind(&key.name)
    .bind(&key.environment)
    .bind(&key.provider)
    .bind(&key.base_url)
    .bind(&key.sealed_secret)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Keys in use, oldest first.
pub async fn list(tx: &mut TenantTx) -> StoreResult<Vec<ProviderKeyRow>> {
    let rows = sqlx::query(select_keys!(
        "where disabled_ms is null order by created_ms, id"
    ))
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// A key by id, disabled or not.
pub async fn get(tx: &mut TenantTx, id: KeyId) -> StoreResult<Option<ProviderKeyRow>> {
    let row = sqlx::query(select_keys!("where id = $1"))
        .bind(id.uuid())
        .fetch_optional(tx.conn()?)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The key in use with this name.
pub async fn find_by_name(
    tx: &mut TenantTx,
    environment: &str,
    name: &str,
) -> StoreResult<Option<ProviderKeyRow>> {
    let row = sqlx::query(select_keys!(
        "where environment = $1 and name = $2 and disabled_ms is null"
    ))
    .bind(environment)
    .bind(name)
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Takes a key out of use. `false`: none in use with this id.
pub async fn disable(tx: &mut TenantTx, id: KeyId) -> StoreResult<bool> {
    let done = sqlx::query(
        "update provider_keys set disabled_ms = platform.now_ms()
         where id = $1 and disabled_ms is null",
    )
    .bind(id.uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}
