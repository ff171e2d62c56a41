//! A cap on how many connections one workspace may hold at once, so that none starves the others.

use contract::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Entries are swept when the map has grown to this many times what was last alive.
const SWEEP_FACTOR: usize = 2;
/// Below this size sweeping is not worth it.
const SWEEP_FLOOR: usize = 64;

/// Permits by workspace. Holds memory for workspaces in use only.
pub(crate) struct TenantPermits {
    each: usize,
    known: Mutex<Known>,
}

struct Known {
    by_tenant: HashMap<TenantId, Weak<Semaphore>>,
    sweep_at: usize,
}

/// A permit; the semaphore lives as long as somebody holds or awaits one.
pub(crate) struct TenantPermit {
    _permit: OwnedSemaphorePermit,
    _keep: Arc<Semaphore>,
}

impl TenantPermits {
    pub(crate) fn new(each: usize) -> Self {
        Self {
            each,
            known: Mutex::new(Known {
                by_tenant: HashMap::new(),
                sweep_at: SWEEP_FLOOR,
            }),
        }
    }

    /// Waits for one of the workspace's permits, first come, first served.
    pub(crate) async fn acquire(&self, tenant: TenantId) -> Result<TenantPermit, AcquireError> {
        let keep = self.semaphore(tenant);
        let permit = Arc::clone(&keep).acquire_owned().await?;
        Ok(TenantPermit {
            _permit: permit,
            _keep: keep,
        })
    }

    fn semaphore(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(live) = known.by_tenant.get(&tenant).and_then(Weak::upgrade) {
            return live;
        }
        if known.by_tenant.len() >= known.sweep_at {
            known.by_tenant.retain(|_, weak| weak.strong_count() > 0);
            known.sweep_at = (known.by_tenant.len() * SWEEP_FACTOR).max(SWEEP_FLOOR);
        }
        let fresh = Arc::new(Semaphore::new(self.each));
        known.by_tenant.insert(tenant, Arc::downgrade(&fresh));
        fresh
    }
}
