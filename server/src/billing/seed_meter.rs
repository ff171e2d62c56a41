//! The engine is told what was spent this month before it counts on from there.

use contract::{AppResult, TenantId};
use engine::{Engine, Month};
use store::Store;

/// Tells the engine, once per process and workspace, what the ledger says was spent.
pub async fn seed_meter(store: &Store, engine: &Engine, tenant: TenantId) -> AppResult<()> {
    if engine.meters().is_seeded(tenant) {
        return Ok(());
    }
    let month = Month::now();
    let read = async {
        store.drain_ledger().await?;
        let mut tx = store.enter(tenant).await?;
        let spent = store::ledger::rows::month_to_date(&mut tx).await?;
        tx.commit().await?;
        Ok::<_, store::StoreError>(spent)
    };
    let spent = read
        .await
        .map_err(|error| crate::fault::internal("reading what was spent this month", error))?;
    engine.meters().seed(tenant, month, spent);
    Ok(())
}
