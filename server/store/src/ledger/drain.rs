//! Moving events from the inbox into the workspaces' own ledgers.
//!
//! A batch is locked in the inbox, applied in the workspace, then removed from the inbox. A crash in
//! between applies it again, which changes nothing.

use crate::columns::Columns;
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use crate::ledger::events::{Intent, Settlement};
use crate::ledger::rows;
use contract::TenantId;
use serde_json::Value;
use uuid::Uuid;

/// Events applied at once.
const BATCH: i64 = 500;

/// What waits and is in nobody's hands.
const WAITING_FREE: &str = "select attempt_id, kind, payload from platform.ledger_inbox
    where tenant_id = $1 order by seq limit $2 for update skip locked";
/// What waits, once whoever has it in hand is done.
const WAITING_ALL: &str = "select attempt_id, kind, payload from platform.ledger_inbox
    where tenant_id = $1 order by seq limit $2 for update";

impl Store {
    /// Applies everything that waits. Returns how many events. Events of a workspace that cannot
    /// be written to stay where they are and hold up nobody else.
    pub async fn drain_ledger(&self) -> StoreResult<u64> {
        let mut applied = 0;
        for tenant in self.waiting_tenants().await? {
            loop {
                match self.drain_tenant(tenant, WAITING_FREE).await {
                    Ok(0) => break,
                    Ok(count) => applied += count,
                    Err(error) if error.is_transient() => return Err(error),
                    Err(error) => {
                        tracing::error!(%error, %tenant, "a workspace's ledger cannot be written");
                        break;
                    }
                }
            }
        }
        Ok(applied)
    }

    /// Applies everything that waits for one workspace, also what somebody else is applying at this
    /// moment: it is in the ledger when this returns.
    pub(crate) async fn drain_tenant_now(&self, tenant: TenantId) -> StoreResult<()> {
        while self.drain_tenant(tenant, WAITING_ALL).await? > 0 {}
        Ok(())
    }

    async fn waiting_tenants(&self) -> StoreResult<Vec<TenantId>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query("select distinct tenant_id from platform.ledger_inbox")
            .fetch_all(tx.conn()?)
            .await?;
        tx.commit().await?;
        rows.iter().map(|row| row.id("tenant_id")).collect()
    }

    async fn drain_tenant(&self, tenant: TenantId, waiting: &'static str) -> StoreResult<u64> {
        let mut inbox = self.platform().await?;
        let events = sqlx::query(waiting)
            .bind(tenant.uuid())
            .bind(BATCH)
            .fetch_all(inbox.conn()?)
            .await?;
        if events.is_empty() {
            inbox.commit().await?;
            return Ok(0);
        }
        let mut inside = self.enter(tenant).await?;
        let mut done: (Vec<Uuid>, Vec<&str>) = (Vec::new(), Vec::new());
        for event in &events {
            let payload: Value = event.get_as("payload")?;
            let kind = event.get_as::<&str>("kind")?;
            match kind {
                "intent" => rows::open(&mut inside, &read::<Intent>(payload)?).await?,
                _ => rows::settle(&mut inside, &read::<Settlement>(payload)?).await?,
            }
            done.0.push(event.get_as("attempt_id")?);
            done.1.push(kind);
        }
        inside.commit().await?;
        sqlx::query(
            "delete from platform.ledger_inbox i using unnest($1::uuid[], $2::text[]) as d (attempt_id, kind)
             where i.attempt_id = d.attempt_id and i.kind = d.kind",
        )
        .bind(&done.0)
        .bind(&done.1)
        .execute(inbox.conn()?)
        .await?;
        inbox.commit().await?;
        Ok(u64::try_from(events.len()).unwrap_or(u64::MAX))
    }
}

fn read<T: serde::de::DeserializeOwned>(payload: Value) -> StoreResult<T> {
    serde_json::from_value(payload)
        .map_err(|error| StoreError::Inconsistent(format!("a ledger event: {error}")))
}
