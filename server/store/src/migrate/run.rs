//! One migration run: the lock, the installation, then its workspaces.

use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::migrate::{platform, tenants};
use contract::TenantId;
use sqlx::{Connection, PgConnection};

/// Key of the advisory lock that one migrating process holds ("migrate" in ASCII).
const LOCK: i64 = 0x006d_6967_7261_7465;

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MigrationReport {
    /// Steps applied to the installation.
    pub platform_steps: usize,
    /// Workspaces brought up to date.
    pub migrated: Vec<TenantId>,
    /// Workspaces that stay as they were, and are marked so in `migration_error`.
    pub failed: Vec<TenantFailure>,
}

/// A workspace that could not be migrated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantFailure {
    /// The workspace.
    pub tenant: TenantId,
    /// Its slug.
    pub slug: String,
    /// What the database said.
    pub error: String,
}

impl Store {
    /// Brings the installation and every workspace to this program's version. Waits while another
    /// process does the same. One workspace's failure is reported and stops no other.
    /// Needs the owner's login.
    pub async fn migrate(&self) -> StoreResult<MigrationReport> {
        let mut lock = take_lock(self).await?;
        let platform_steps = platform::migrate_platform(self).await?;
        let (migrated, failed) = tenants::migrate_tenants(self).await?;
        sqlx::query("select pg_advisory_unlock($1)")
            .bind(LOCK)
            .execute(&mut lock)
            .await?;
        lock.close().await?;
        Ok(MigrationReport {
            platform_steps,
            migrated,
            failed,
        })
    }
}

/// A connection of its own that holds the lock; it is gone with the process or the future.
async fn take_lock(store: &Store) -> StoreResult<PgConnection> {
    let options = store.owner_url()?.options("migrate");
    let mut conn = PgConnection::connect_with(&options).await?;
    sqlx::query("select pg_advisory_lock($1)")
        .bind(LOCK)
        .execute(&mut conn)
        .await?;
    Ok(conn)
}
