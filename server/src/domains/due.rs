//! Looking at the names whose time has come, and at those that were removed.

use super::Domains;
use super::judge::leads_here;
use futures_util::future::join_all;
use store::StoreError;
use store::platform::claims::due::TombstoneRow;

/// Claims that are looked at together.
const AT_ONCE: i64 = 8;
/// A claim that was taken and not looked at is taken again after this time, in milliseconds.
const LEASE_MS: i64 = 60_000;
/// Tombstones of one round.
const MOST_TOMBSTONES: usize = 16;
/// A name that still leads here is looked at again after this time, in milliseconds.
const BURIED_MS: i64 = 60 * 60 * 1_000;

impl Domains {
    /// Looks at everything that is due. Several processes share the work.
    pub async fn look_at_due(&self) {
        loop {
            let claims = match self.store.take_claims(AT_ONCE, LEASE_MS).await {
                Ok(claims) if claims.is_empty() => break,
                Ok(claims) => claims,
                Err(error) => {
                    return tracing::warn!(%error, "domains that are due could not be read");
                }
            };
            let looks = claims.iter().map(|claim| self.look_at(claim));
            for (claim, looked) in claims.iter().zip(join_all(looks).await) {
                if let Err(error) = looked {
                    tracing::warn!(%error, workspace = %claim.tenant, "a domain could not be looked at");
                }
            }
        }
        if let Err(error) = self.look_at_removed().await {
            tracing::warn!(%error, "removed domains could not be looked at");
        }
    }

    async fn look_at_removed(&self) -> Result<(), StoreError> {
        self.store
            .end_old_quarantines(self.rules.quarantine_ms())
            .await?;
        for _ in 0..MOST_TOMBSTONES {
            let Some(tombstone) = self.store.take_tombstone(BURIED_MS).await? else {
                break;
            };
            if self.is_over(&tombstone).await {
                self.store.end_quarantine(&tombstone).await?;
            }
        }
        Ok(())
    }

    /// Nobody can claim the installation's own names; any other leads here no longer.
    async fn is_over(&self, tombstone: &TombstoneRow) -> bool {
        if self.rules.is_own(&tombstone.host) {
            return true;
        }
        let routes = self.routes(&tombstone.host, None).await;
        leads_here(self.rules(), &routes) == Some(false)
    }
}
