//! What each workspace wants of the cache of answers.

use crate::columns::Columns;
use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::platform::changes::announce;
use contract::TenantId;
use serde_json::Value;
use sqlx::postgres::PgRow;

/// Names purged one by one that are remembered; with more, everything counts as purged.
const MOST_NAMES: i64 = 200;

/// A workspace's wishes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheRow {
    /// Seconds for which an answer is good; `None`: as the installation is set, 0: none are kept.
    pub ttl_s: Option<i64>,
    /// How often something was purged.
    pub epoch: i64,
    /// What was purged at which count: `everything`, `models` by name, `prompts` by version.
    pub purged: Value,
}

/// What is purged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PurgeRow {
    /// Everything.
    Everything,
    /// What was asked of any of these aliases or provider's models.
    Models(Vec<String>),
    /// What was asked with this version of the workspace's instructions.
    Prompt(i32),
}

pub(super) fn read(row: &PgRow) -> StoreResult<CacheRow> {
    Ok(CacheRow {
        ttl_s: row.get_as("cache_ttl_s")?,
        epoch: row.get_as("cache_epoch")?,
        purged: row.get_as("cache_purged")?,
    })
}

impl Store {
    /// Sets for how long a workspace's answers are kept. `false`: no such workspace.
    pub async fn set_cache_ttl(&self, id: TenantId, ttl_s: Option<i64>) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let done = sqlx::query("update platform.workspaces set cache_ttl_s = $2 where id = $1")
            .bind(id.uuid())
            .bind(ttl_s)
            .execute(tx.conn()?)
            .await?;
        announce(tx.conn()?, id).await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Counts a purge, and tells every process. From then on nobody is given what was asked before.
    /// `false`: no such workspace.
    pub async fn purge_cache(&self, id: TenantId, what: &PurgeRow) -> StoreResult<bool> {
        let (kind, names) = match what {
            PurgeRow::Everything => (None, Vec::new()),
            PurgeRow::Models(names) => (Some("models"), names.clone()),
            PurgeRow::Prompt(version) => (Some("prompts"), vec![version.to_string()]),
        };
        let mut tx = self.platform().await?;
        let done = sqlx::query(
            "update platform.workspaces w set
               cache_epoch = w.cache_epoch + 1,
               cache_purged = case
                 when $2::text is null or (select count(*) from jsonb_object_keys(
                        coalesce(w.cache_purged -> $2, '{}'))) >= $4
                 then jsonb_build_object('everything', w.cache_epoch + 1)
                 else w.cache_purged || jsonb_build_object($2,
                        coalesce(w.cache_purged -> $2, '{}')
                        || (select jsonb_object_agg(name, w.cache_epoch + 1)
                            from unnest($3::text[]) as name))
               end
             where w.id = $1",
        )
        .bind(id.uuid())
        .bind(kind)
        .bind(names)
        .bind(MOST_NAMES)
        .execute(tx.conn()?)
        .await?;
        announce(tx.conn()?, id).await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}
