//! Being alive: a process holds an advisory lock named after it, on a connection of its own.
//!
//! No clock is compared with another. When the process dies, PostgreSQL notices the closed
//! connection and the lock is free: that is how everybody else knows. The process itself knows by a
//! proof that is renewed every few seconds and that ends when the connection does.

use crate::connections::addresses::DatabaseUrl;
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use sqlx::{Connection, PgConnection};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

/// How often the connection is tried.
const PULSE: Duration = Duration::from_secs(3);
/// Longest wait for its answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// A proof of life is good for this long. Others leave a lost process alone for much longer.
const PROOF_GOOD_FOR: Duration = Duration::from_secs(6);

/// The proof that this process is alive.
pub struct NodeLease {
    node: Uuid,
    release: oneshot::Sender<()>,
    task: JoinHandle<()>,
    proof: LifeProof,
}

/// Whether this process can prove that it lives. Cloning is cheap.
#[derive(Clone)]
pub struct LifeProof {
    proven: watch::Receiver<Proven>,
    wake: Arc<Notify>,
}

#[derive(Clone, Copy)]
struct Proven {
    at: Instant,
    /// Counts up whenever the lock was lost and taken again: somebody may have believed meanwhile
    /// that the process was dead.
    life: u64,
    holds: bool,
}

/// The side that proves.
struct Prover {
    proven: watch::Sender<Proven>,
    wake: Arc<Notify>,
}

impl LifeProof {
    /// The number of the life this process can prove at this moment; `None`: it cannot.
    #[must_use]
    pub fn life(&self) -> Option<u64> {
        let proven = *self.proven.borrow();
        (proven.holds && proven.at.elapsed() < PROOF_GOOD_FOR).then_some(proven.life)
    }

    /// The same, after having tried to prove it anew where that is needed.
    pub async fn renewed(&self) -> Option<u64> {
        if let Some(life) = self.life() {
            return Some(life);
        }
        let mut proven = self.proven.clone();
        proven.mark_unchanged();
        self.wake.notify_one();
        let anew = async { while proven.changed().await.is_ok() && self.life().is_none() {} };
        // Proven or not, or not known in time: what stands then is the answer.
        let _ = timeout(ANSWER_WITHIN * 2, anew).await;
        self.life()
    }
}

/// The lock's key: the random half of the id.
pub(crate) fn lock_key(node: Uuid) -> i64 {
    let (_, low) = node.as_u64_pair();
    low.cast_signed()
}

impl NodeLease {
    /// Takes the lock of `node` and registers it. The lock is taken again by itself whenever the
    /// connection is lost.
    pub async fn acquire(store: &Store, node: Uuid) -> StoreResult<Self> {
        let url = store.app_url().clone();
        let conn = hold(&url, node).await?;
        let (release, released) = oneshot::channel();
        let (proven, proof) = watch::channel(Proven {
            at: Instant::now(),
            life: 0,
            holds: true,
        });
        let wake = Arc::new(Notify::new());
        let proof = LifeProof {
            proven: proof,
            wake: Arc::clone(&wake),
        };
        let telling = Prover { proven, wake };
        let task = tokio::spawn(keep(url, node, conn, released, telling));
        Ok(Self {
            node,
            release,
            task,
            proof,
        })
    }

    /// The process's id.
    #[must_use]
    pub const fn node(&self) -> Uuid {
        self.node
    }

    /// Whether this process can prove that it lives.
    #[must_use]
    pub fn proof(&self) -> LifeProof {
        self.proof.clone()
    }

    /// Lets go in order: nothing is open any more, so the registration goes as well.
    pub async fn release(self) {
        let _ = self.release.send(());
        let _ = self.task.await;
    }
}

/// Takes the lock and registers the process, which may have been given up in the meantime.
async fn hold(url: &DatabaseUrl, node: Uuid) -> StoreResult<PgConnection> {
    let mut conn = PgConnection::connect_with(&url.options("node")).await?;
    let taken: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)")
        .bind(lock_key(node))
        .fetch_one(&mut conn)
        .await?;
    if !taken {
        return Err(StoreError::Taken("the lock of this process".to_owned()));
    }
    sqlx::query(
        "insert into platform.nodes (id) values ($1) on conflict (id) do update set lost_ms = null",
    )
    .bind(node)
    .execute(&mut conn)
    .await?;
    Ok(conn)
}

async fn keep(
    url: DatabaseUrl,
    node: Uuid,
    conn: PgConnection,
    mut released: oneshot::Receiver<()>,
    prover: Prover,
) {
    let mut conn = Some(conn);
    loop {
        tokio::select! {
            asked = &mut released => match asked {
                Ok(()) => break,
                // Dropped without `release`: something may be open still. The registration stays,
                // the lock goes, and whoever looks next closes what is left.
                Err(_) => return,
            },
            () = prover.wake.notified() => {}
            () = tokio::time::sleep(PULSE) => {}
        }
        let asked = Instant::now();
        let alive = match conn.as_mut() {
            Some(conn) => matches!(timeout(ANSWER_WITHIN, conn.ping()).await, Ok(Ok(()))),
            None => false,
        };
        if alive {
            prover.proven.send_modify(|proven| proven.at = asked);
            continue;
        }
        prover.proven.send_modify(|proven| proven.holds = false);
        conn = hold(&url, node).await.inspect_err(|error| {
            tracing::warn!(%error, "this process could not prove that it is alive; trying again");
        }).ok();
        if conn.is_some() {
            prover.proven.send_modify(|proven| {
                *proven = Proven {
                    at: asked,
                    life: proven.life + 1,
                    holds: true,
                };
            });
        }
    }
    if let Some(mut conn) = conn {
        let _ = sqlx::query("delete from platform.nodes where id = $1")
            .bind(node)
            .execute(&mut conn)
            .await;
        let _ = conn.close().await;
    }
}
