//! Unlocking workspaces, and how long their keys stay in memory.
//!
//! A workspace's keys are kept for a bounded time after the keyring or key service last gave them.
//! Well before that they are asked for again in the background, so that nobody waits; what the
//! service then refuses is given up at once. Many requests at once ask once. The bound is a property
//! of what is handed out: an [`Unlocked`] opens nothing once the time of its keys is over.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use contract::TenantId;
use moka::future::Cache;
use tokio::sync::broadcast;
use tokio::time::Instant;
use uuid::Uuid;

use super::error::VaultError;
use super::keys::WorkspaceKeys;
use super::unlocked::Unlocked;

/// The longest a workspace's keys are kept without being asked for again.
pub const LONGEST_HELD: Duration = Duration::from_mins(1);
/// Workspaces unlocked at once; the least recently used one is locked first.
const MOST_UNLOCKED: u64 = 4_096;
/// A refusal is repeated for this long without asking again.
const REFUSED_FOR: Duration = Duration::from_secs(2);
/// After a refresh that got no answer, the next one waits this long.
const RETRY_AFTER: Duration = Duration::from_secs(3);
/// The longest an unlocking takes; then the service counts as silent.
const UNLOCK_WITHIN: Duration = Duration::from_secs(8);

/// Knows where the keys of workspaces are, and gets them.
#[async_trait]
pub trait Custodian: Send + Sync {
    /// The installation, bound into everything that is sealed.
    fn installation(&self) -> Uuid;

    /// The keys of `tenant`.
    ///
    /// Fails with [`VaultError::Locked`] when whoever holds them says no, and with
    /// [`VaultError::Unavailable`] when nobody answers.
    async fn keys_of(&self, tenant: TenantId) -> Result<WorkspaceKeys, VaultError>;
}

/// Seals and opens, workspace by workspace. Cheap to clone; every clone holds the same keys.
#[derive(Clone)]
pub struct Vault(Arc<Parts>);

struct Parts {
    custodian: Arc<dyn Custodian>,
    longest_held: Duration,
    held: Cache<TenantId, Arc<Held>>,
    refused: Cache<TenantId, VaultError>,
    locked: broadcast::Sender<TenantId>,
}

/// Keys in memory.
struct Held {
    keys: Arc<WorkspaceKeys>,
    /// When they were asked for; an answer that took long does not make them younger.
    asked: Instant,
    refreshing: AtomicBool,
}

impl Vault {
    /// Over `custodian`; keys are kept for `longest_held`, at most [`LONGEST_HELD`].
    #[must_use]
    pub fn new(custodian: Arc<dyn Custodian>, longest_held: Duration) -> Self {
        let longest_held = longest_held.min(LONGEST_HELD);
        Self(Arc::new(Parts {
            custodian,
            longest_held,
            held: Cache::builder()
                .max_capacity(MOST_UNLOCKED)
                .time_to_live(longest_held)
                .build(),
            refused: Cache::builder()
                .max_capacity(MOST_UNLOCKED)
                .time_to_live(REFUSED_FOR.min(longest_held))
                .build(),
            locked: broadcast::channel(64).0,
        }))
    }

    /// Unlocks a workspace for one piece of work. At once where its keys are in memory.
    ///
    /// Fails with [`VaultError::Locked`] when the owner of its key has switched it off, and with
    /// [`VaultError::Unavailable`] when the key service is silent and nothing is in memory.
    pub async fn unlock(&self, tenant: TenantId) -> Result<Unlocked, VaultError> {
        let parts = &self.0;
        if let Some(held) = parts.held.get(&tenant).await {
            let age = held.asked.elapsed();
            if age < parts.longest_held {
                if age > parts.longest_held / 2 {
                    self.refresh(tenant, &held);
                }
                return Ok(self.unlocked(tenant, &held));
            }
            parts.held.invalidate(&tenant).await;
        }
        if let Some(error) = parts.refused.get(&tenant).await {
            return Err(error);
        }
        let loaded = parts.held.try_get_with(tenant, self.load(tenant)).await;
        match loaded {
            Ok(held) => Ok(self.unlocked(tenant, &held)),
            Err(error) => {
                self.refuse(tenant, *error).await;
                Err(*error)
            }
        }
    }

    /// Erases keys whose time is over; called now and then, because nothing else may come by.
    pub async fn sweep(&self) {
        self.0.held.run_pending_tasks().await;
    }

    /// Workspaces whose key was refused, as it happens: what else was kept of them has to go.
    #[must_use]
    pub fn locked(&self) -> broadcast::Receiver<TenantId> {
        self.0.locked.subscribe()
    }

    /// How long keys are kept.
    #[must_use]
    pub fn longest_held(&self) -> Duration {
        self.0.longest_held
    }

    fn unlocked(&self, tenant: TenantId, held: &Held) -> Unlocked {
        Unlocked::new(
            self.0.custodian.installation(),
            tenant,
            Arc::clone(&held.keys),
        )
        .until(held.asked + self.0.longest_held)
    }

    async fn load(&self, tenant: TenantId) -> Result<Arc<Held>, VaultError> {
        let asked = Instant::now();
        // What comes after their time is over would be of no use to anybody.
        let within = UNLOCK_WITHIN.min(self.0.longest_held);
        let keys = tokio::time::timeout(within, self.0.custodian.keys_of(tenant))
            .await
            .unwrap_or(Err(VaultError::Unavailable("it took too long")))?;
        Ok(Arc::new(Held {
            keys: Arc::new(keys),
            asked,
            refreshing: AtomicBool::new(false),
        }))
    }

    fn refresh(&self, tenant: TenantId, held: &Arc<Held>) {
        if held.refreshing.swap(true, Ordering::Relaxed) {
            return;
        }
        let (vault, held) = (self.clone(), Arc::clone(held));
        tokio::spawn(async move {
            match vault.load(tenant).await {
                Ok(fresh) => vault.0.held.insert(tenant, fresh).await,
                Err(VaultError::Unavailable(reason)) => {
                    tracing::warn!(%tenant, reason, "keys could not be refreshed; those in memory serve on");
                    tokio::time::sleep(RETRY_AFTER).await;
                    held.refreshing.store(false, Ordering::Relaxed);
                }
                Err(error) => {
                    vault.0.held.invalidate(&tenant).await;
                    vault.refuse(tenant, error).await;
                    vault.sweep().await;
                }
            }
        });
    }

    async fn refuse(&self, tenant: TenantId, error: VaultError) {
        self.0.refused.insert(tenant, error).await;
        if !matches!(error, VaultError::Unavailable(_)) {
            tracing::warn!(%tenant, %error, "a workspace is sealed");
            // Nobody listening is no error: a command has nothing else in memory.
            let _ = self.0.locked.send(tenant);
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("longest_held", &self.0.longest_held)
            .finish_non_exhaustive()
    }
}
