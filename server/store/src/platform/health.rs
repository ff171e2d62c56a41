//! How the installation fares, in counts.

use crate::columns::Columns;
use crate::connections::store::Store;
use crate::error::StoreResult;

/// Counts over all workspaces and processes. None of them names anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Census {
    /// Processes that nobody misses.
    pub living: i64,
    /// Processes that are gone and not closed yet.
    pub lost: i64,
    /// Workspaces.
    pub workspaces: i64,
    /// Those that are closed for now.
    pub suspended: i64,
    /// Those that are about to be gone.
    pub deleting: i64,
    /// Those whose schema could not be migrated.
    pub migration_trouble: i64,
    /// Those whose schema is older than this program.
    pub behind: i64,
    /// Ledger entries on their way into workspaces.
    pub ledger_waiting: i64,
    /// The oldest of them.
    pub ledger_oldest_ms: Option<i64>,
    /// Workspaces sealed under a key service of their own.
    pub own_keys: i64,
    /// Workspaces on their way from one key to another.
    pub moving: i64,
    /// Workspaces that are known to be sealed.
    pub sealed: i64,
    /// Provider keys that are known to be refused.
    pub refused_keys: i64,
    /// The database's clock.
    pub now_ms: i64,
}

impl Store {
    /// The version a fully migrated workspace has.
    #[must_use]
    pub fn tenant_version(&self) -> i32 {
        self.options().migrations.tenant_version()
    }

    /// Counts.
    pub async fn census(&self) -> StoreResult<Census> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "select (select count(*) from platform.nodes where lost_ms is null) as living,
                    (select count(*) from platform.nodes where lost_ms is not null) as lost,
                    (select count(*) from platform.ledger_inbox) as ledger_waiting,
                    (select min(at_ms) from platform.ledger_inbox) as ledger_oldest_ms,
                    (select count(*) from platform.workspace_sealing
                     where service_id is not null) as own_keys,
                    (select count(*) from platform.workspace_sealing
                     where phase <> 'settled') as moving,
                    (select count(*) from platform.troubles where subject = 'sealing') as sealed,
                    (select count(*) from platform.troubles where subject <> 'sealing') as refused_keys,
                    platform.now_ms() as now_ms,
                    count(*) as workspaces,
                    count(*) filter (where state = 'suspended') as suspended,
                    count(*) filter (where state = 'deleting') as deleting,
                    count(*) filter (where migration_error is not null) as migration_trouble,
                    count(*) filter (where tenant_version < $1) as behind
             from platform.workspaces",
        )
        .bind(self.tenant_version())
        .fetch_one(tx.conn()?)
        .await?;
        tx.commit().await?;
        Ok(Census {
            living: row.get_as("living")?,
            lost: row.get_as("lost")?,
            workspaces: row.get_as("workspaces")?,
            suspended: row.get_as("suspended")?,
            deleting: row.get_as("deleting")?,
            migration_trouble: row.get_as("migration_trouble")?,
            behind: row.get_as("behind")?,
            ledger_waiting: row.get_as("ledger_waiting")?,
            ledger_oldest_ms: row.get_as("ledger_oldest_ms")?,
            own_keys: row.get_as("own_keys")?,
            moving: row.get_as("moving")?,
            sealed: row.get_as("sealed")?,
            refused_keys: row.get_as("refused_keys")?,
            now_ms: row.get_as("now_ms")?,
        })
    }
}
