//! Notes when keys were last used, to the minute, and never while a program waits.

use super::VirtualKeys;
use super::known_keys::KnownKey;
use contract::{TenantId, VirtualKeyId};
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use store::{Store, StoreError};

/// A key's use is noted at most this often.
const EVERY_MS: i64 = 60_000;
/// Keys whose use waits to be written at once; more are noted at their next use.
const MOST_WAITING: usize = 100_000;

/// Uses that wait to be written.
#[derive(Default)]
pub(super) struct Uses(Mutex<HashMap<(TenantId, VirtualKeyId), i64>>);

impl VirtualKeys {
    /// A load and a comparison, but for the first use in a minute.
    pub(super) fn note_use(&self, tenant: TenantId, key: &KnownKey, now: i64) {
        let noted = key.noted_ms.load(Ordering::Relaxed);
        if now < noted.saturating_add(EVERY_MS) {
            return;
        }
        let first = key
            .noted_ms
            .compare_exchange(noted, now, Ordering::Relaxed, Ordering::Relaxed);
        if first.is_err() {
            return;
        }
        let mut waiting = self.uses().0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_WAITING {
            waiting.insert((tenant, key.program.id), now);
        }
    }

    /// Writes what waits. What cannot be written waits on, unless its workspace is gone.
    pub async fn write_uses(&self) {
        let taken = {
            let mut waiting = self.uses().0.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *waiting)
        };
        let mut by_tenant: HashMap<TenantId, Vec<(VirtualKeyId, i64)>> = HashMap::new();
        for ((tenant, key), at) in taken {
            by_tenant.entry(tenant).or_default().push((key, at));
        }
        for (tenant, uses) in by_tenant {
            match write(self.store(), tenant, &uses).await {
                Ok(()) | Err(StoreError::UnknownWorkspace) => {}
                Err(error) => {
                    tracing::warn!(%error, workspace = %tenant, "the use of virtual keys could not be noted");
                    let mut waiting = self.uses().0.lock().unwrap_or_else(PoisonError::into_inner);
                    for (key, at) in uses {
                        waiting.entry((tenant, key)).or_insert(at);
                    }
                }
            }
        }
    }
}

async fn write(
    store: &Store,
    tenant: TenantId,
    uses: &[(VirtualKeyId, i64)],
) -> Result<(), StoreError> {
    let mut tx = store.enter(tenant).await?;
    store::virtual_keys::note_uses(&mut tx, uses).await?;
    tx.commit().await
}
