//! The caps of all processes together, kept in PostgreSQL.

use async_trait::async_trait;
use contract::TenantId;
use engine::{Given, Month, Slice, SliceAsk, Treasury, TreasuryDown};
use std::sync::atomic::{AtomicI64, Ordering};
use store::spend::{SliceGrant, SliceState};
use store::{LifeProof, NodeLease, Store};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Exchanges of this process at once. Each may hold three connections for a moment.
const AT_ONCE: usize = 2;

/// Gets slices of caps from PostgreSQL, while this process can prove that it lives.
pub struct StoredTreasury {
    store: Store,
    node: Uuid,
    proof: LifeProof,
    exchanges: AtomicI64,
    at_once: Semaphore,
}

impl StoredTreasury {
    /// For the process that holds `lease`.
    #[must_use]
    pub fn new(store: Store, lease: &NodeLease) -> Self {
        Self {
            store,
            node: lease.node(),
            proof: lease.proof(),
            exchanges: AtomicI64::new(1),
            at_once: Semaphore::new(AT_ONCE),
        }
    }
}

#[async_trait]
impl Treasury for StoredTreasury {
    async fn exchange(
        &self,
        tenant: TenantId,
        month: Month,
        asks: Vec<SliceAsk>,
    ) -> Result<Given, TreasuryDown> {
        let _turn = self.at_once.acquire().await.map_err(|_| TreasuryDown)?;
        let life = self.proof.renewed().await.ok_or_else(|| {
            tracing::warn!("this process cannot prove that it lives, so it spends nothing for now");
            TreasuryDown
        })?;
        let states: Vec<SliceState> = asks.into_iter().map(state).collect();
        let number = self.exchanges.fetch_add(1, Ordering::SeqCst);
        let exchanged =
            self.store
                .exchange_slices(self.node, number, tenant, month.start_ms(), &states);
        let grants = exchanged.await.map_err(|error| {
            tracing::error!(%error, %tenant, "what may be spent could not be asked for");
            TreasuryDown
        })?;
        Ok(Given {
            life,
            slices: grants.into_iter().map(slice).collect(),
        })
    }

    fn life(&self) -> Option<u64> {
        self.proof.life()
    }

    async fn call_in(&self, tenant: TenantId) {
        if let Err(error) = self.store.call_in_slices(tenant).await {
            tracing::warn!(%error, "other processes could not be asked to hand back what they hold");
        }
    }
}

fn state(ask: SliceAsk) -> SliceState {
    SliceState {
        scope: ask.scope,
        cap: ask.cap,
        holds: ask.holds,
        spent: ask.spent,
        reserved: ask.reserved,
        needs: ask.needs,
        ends: ask.ends,
    }
}

fn slice(grant: SliceGrant) -> Slice {
    Slice {
        scope: grant.scope,
        granted: grant.granted,
        fresh: grant.fresh,
        elsewhere: grant.elsewhere,
        spent_elsewhere: grant.spent_elsewhere,
    }
}
