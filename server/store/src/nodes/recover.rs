//! Closing what a dead process left open, in every workspace.

use super::lease::lock_key;
use crate::columns::Columns;
use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::ledger::rows;
use crate::tenant::messages;
use uuid::Uuid;

/// What was closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Answers marked as interrupted.
    pub answers: u64,
    /// Ledger rows closed with an estimate.
    pub attempts: u64,
}

impl Store {
    /// Registered processes that do not hold their lock.
    pub async fn dead_nodes(&self) -> StoreResult<Vec<Uuid>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query("select id from platform.nodes")
            .fetch_all(tx.conn()?)
            .await?;
        let mut dead = Vec::new();
        for row in rows {
            let node: Uuid = row.get_as("id")?;
            // Held for this transaction only: a look, not a claim.
            let free: bool = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)")
                .bind(lock_key(node))
                .fetch_one(tx.conn()?)
                .await?;
            if free {
                dead.push(node);
            }
        }
        tx.commit().await?;
        Ok(dead)
    }

    /// How many processes there are that nobody has missed, at least one.
    pub async fn living_nodes(&self) -> StoreResult<u32> {
        let mut tx = self.platform().await?;
        let count: i64 =
            sqlx::query_scalar("select count(*) from platform.nodes where lost_ms is null")
                .fetch_one(tx.conn()?)
                .await?;
        tx.commit().await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX).max(1))
    }

    /// Closes the open answers and attempts of `node`, if it is dead and nobody else does it at
    /// this moment. The registration goes last: a recovery that is cut off is made again.
    pub async fn recover_node(&self, node: Uuid) -> StoreResult<Recovered> {
        let mut claim = self.platform().await?;
        let free: bool = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)")
            .bind(lock_key(node))
            .fetch_one(claim.conn()?)
            .await?;
        if !free {
            claim.commit().await?;
            return Ok(Recovered::default());
        }
        self.drain_ledger().await?;
        let mut recovered = Recovered::default();
        let mut complete = true;
        for workspace in self.workspaces().await? {
            let closed = async {
                let mut tx = self.enter(workspace.id).await?;
                let answers = messages::interrupt_of_node(&mut tx, node).await?;
                let attempts = rows::close_of_node(&mut tx, node).await?;
                tx.commit().await?;
                Ok::<_, crate::StoreError>((answers, attempts))
            };
            match closed.await {
                Ok((answers, attempts)) => {
                    recovered.answers += u64::try_from(answers.len()).unwrap_or(u64::MAX);
                    recovered.attempts += attempts;
                }
                Err(error) => {
                    complete = false;
                    tracing::error!(%error, workspace = %workspace.id,
                        "what a dead process left open could not be closed yet");
                }
            }
        }
        // What was set aside for it comes back once everything it spent is in the ledger.
        if complete && self.take_back_slices(node).await? {
            sqlx::query("delete from platform.nodes where id = $1")
                .bind(node)
                .execute(claim.conn()?)
                .await?;
        }
        claim.commit().await?;
        Ok(recovered)
    }
}
