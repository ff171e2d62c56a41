//! Whether and for how long answers are kept, and purging. Recorded before it is done: a purge that
//! nobody can find in the record does not happen.

use super::Cache;
use crate::fault;
use contract::savings::{CacheKeep, CachePurge, KEPT_MAX_MINUTES};
use contract::{AppError, AppResult, ErrorCode, MemberId, TenantId, said};
use store::platform::cache::PurgeRow;
use store::{StoreError, TenantTx};

/// Longest name of a model that can be purged, in characters.
const NAME_MAX_CHARS: usize = 200;

/// Who changes it: the member, where it is one, and their name.
pub type Who<'a> = (Option<MemberId>, &'a str);

/// Sets for how many seconds answers are kept, told in `words`, in the transaction that records it.
pub async fn keep_for(
    tx: &mut TenantTx,
    who: Who<'_>,
    ttl_s: Option<i64>,
    words: &str,
) -> Result<(), StoreError> {
    store::audit::append(tx, who, "cache.set", words).await?;
    store::platform::workspaces::set_cache_ttl(tx, ttl_s).await
}

impl Cache {
    /// Sets for how long answers of a workspace are kept.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`]: no such time.
    pub async fn set_keep(&self, tenant: TenantId, who: Who<'_>, keep: CacheKeep) -> AppResult<()> {
        let (ttl_s, words) = match keep {
            CacheKeep::Usual => (None, "as the installation is set".to_owned()),
            CacheKeep::Off => (Some(0), "off".to_owned()),
            CacheKeep::Minutes(minutes) if (1..=KEPT_MAX_MINUTES).contains(&minutes) => {
                (Some(i64::from(minutes) * 60), format!("{minutes} min"))
            }
            CacheKeep::Minutes(_) => {
                let words = said!("Answers can be kept for between one minute and seven days.");
                return Err(AppError::new(ErrorCode::Invalid, words));
            }
        };
        let changed = async {
            let mut tx = self.store.enter(tenant).await?;
            keep_for(&mut tx, who, ttl_s, &words).await?;
            tx.commit().await?;
            Ok(true)
        };
        done(changed.await)?;
        // The page that follows shows it; other processes hear of it by themselves.
        self.snapshots.forget(tenant).await;
        Ok(())
    }

    /// Lets everything named be asked anew from now on, in every process.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`]: no name.
    pub async fn purge(&self, tenant: TenantId, who: Who<'_>, what: CachePurge) -> AppResult<()> {
        let (row, words) = match what {
            CachePurge::Everything => (PurgeRow::Everything, "everything".to_owned()),
            CachePurge::Model(name) => {
                let name = name.trim().to_owned();
                if name.is_empty() || name.chars().count() > NAME_MAX_CHARS {
                    let words = said!("Say which model: an alias, or the provider’s name of it.");
                    return Err(AppError::new(ErrorCode::Invalid, words));
                }
                let names = self.names_behind(tenant, &name).await?;
                (PurgeRow::Models(names), format!("model {name}"))
            }
            CachePurge::Prompt(version) => {
                let row = PurgeRow::Prompt(i32::try_from(version).unwrap_or(i32::MAX));
                (row, format!("instructions {version}"))
            }
        };
        let purged = async {
            self.record(tenant, who, "cache.purged", &words).await?;
            self.store.purge_cache(tenant, &row).await
        };
        done(purged.await)?;
        self.snapshots.forget(tenant).await;
        if let (PurgeRow::Everything, Some(shared)) = (&row, &self.shared) {
            // Nobody is given them any more; this frees their room. A lost Redis keeps them, sealed,
            // until their time is over.
            shared.forget(tenant).await;
        }
        Ok(())
    }

    /// The name, and, where it is an alias, the models behind it: other aliases may lead to them too.
    async fn names_behind(&self, tenant: TenantId, name: &str) -> AppResult<Vec<String>> {
        let snapshot = self.snapshots.of_id(tenant).await;
        let snapshot = snapshot
            .map_err(|error| fault::internal("loading a workspace", error))?
            .ok_or_else(AppError::not_found)?;
        let aliases = snapshot.aliases.iter();
        let behind = aliases
            .filter(|entry| entry.route.alias == name)
            .flat_map(|entry| &entry.route.targets)
            .map(|target| target.model.clone());
        let mut names: Vec<String> = behind.chain([name.to_owned()]).collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    async fn record(
        &self,
        tenant: TenantId,
        who: Who<'_>,
        action: &str,
        object: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.enter(tenant).await?;
        store::audit::append(&mut tx, who, action, object).await?;
        tx.commit().await
    }
}

fn done(changed: Result<bool, StoreError>) -> AppResult<()> {
    match changed {
        Ok(true) => Ok(()),
        Ok(false) => Err(AppError::not_found()),
        Err(error) => Err(fault::internal("changing the cache", error)),
    }
}
