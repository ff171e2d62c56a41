//! Writing events durably, many turns in one insert.

use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use crate::ledger::events::{Event, Intent, Settlement};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

/// Events that may wait; more make the askers wait.
const QUEUE: usize = 4_096;
/// Events written by one insert at most.
const BATCH: usize = 512;
/// How long the first event of a batch waits for company.
const GATHER: Duration = Duration::from_millis(4);
/// Tries before an event is given up and its sender told.
const TRIES: u32 = 12;

type Answer = oneshot::Sender<StoreResult<()>>;

/// The one writer of a process. Cloning is cheap.
#[derive(Clone)]
pub struct LedgerWriter {
    queue: mpsc::Sender<Task>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

enum Task {
    Write(Box<Event>, Answer),
    Close,
}

impl LedgerWriter {
    /// Starts the writer on a task of its own.
    #[must_use]
    pub fn start(store: Store) -> Self {
        let (queue, tasks) = mpsc::channel(QUEUE);
        let task = tokio::spawn(run(store, tasks));
        Self {
            queue,
            task: Arc::new(Mutex::new(Some(task))),
        }
    }

    /// Returns once the intent is durable.
    pub async fn intend(&self, intent: Intent) -> StoreResult<()> {
        self.write(Event::Intent(intent)).await
    }

    /// Returns once the settlement is durable.
    pub async fn settle(&self, settlement: Settlement) -> StoreResult<()> {
        self.write(Event::Settlement(settlement)).await
    }

    /// Writes what waits and ends the writer.
    pub async fn close(&self) {
        let _ = self.queue.send(Task::Close).await;
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }

    async fn write(&self, event: Event) -> StoreResult<()> {
        let (answer, answered) = oneshot::channel();
        let stopped = |_| StoreError::WriterStopped;
        self.queue
            .send(Task::Write(Box::new(event), answer))
            .await
            .map_err(|_| StoreError::WriterStopped)?;
        answered.await.map_err(stopped)?
    }
}

async fn run(store: Store, mut tasks: mpsc::Receiver<Task>) {
    let mut open = true;
    while open {
        let Some(first) = tasks.recv().await else {
            return;
        };
        let mut batch = Vec::new();
        let until = Instant::now() + GATHER;
        let mut next = Some(first);
        while let Some(task) = next {
            match task {
                Task::Write(event, answer) => batch.push((*event, answer)),
                Task::Close => {
                    open = false;
                    tasks.close();
                }
            }
            next = if batch.len() >= BATCH {
                None
            } else if open {
                timeout_at(until, tasks.recv()).await.ok().flatten()
            } else {
                tasks.try_recv().ok()
            };
        }
        write_batch(&store, batch).await;
    }
}

async fn write_batch(store: &Store, batch: Vec<(Event, Answer)>) {
    if batch.is_empty() {
        return;
    }
    let together = batch.iter().map(|(event, _)| event);
    let outcome = insert_with_retries(store, together).await;
    if let Err(error) = &outcome
        && !error.is_transient()
        && batch.len() > 1
    {
        // One event that cannot be stored must not take other workspaces' events with it.
        for (event, answer) in batch {
            let _ = answer.send(insert_with_retries(store, [&event]).await);
        }
        return;
    }
    for (_, answer) in batch {
        // Errors are not cloneable; each sender learns that it failed, the log says why.
        let told = outcome
            .as_ref()
            .map_err(|_| StoreError::WriterStopped)
            .copied();
        let _ = answer.send(told);
    }
}

async fn insert_with_retries(
    store: &Store,
    events: impl IntoIterator<Item = &Event>,
) -> StoreResult<()> {
    let mut rows = Rows::default();
    for event in events {
        rows.push(event)?;
    }
    let mut wait = Duration::from_millis(20);
    let mut attempt = 1;
    loop {
        match rows.insert(store).await {
            Err(error) if error.is_transient() && attempt < TRIES => {
                tracing::warn!(%error, attempt, "the ledger could not be written yet");
                sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(2));
                attempt += 1;
            }
            Err(error) => {
                tracing::error!(%error, events = rows.attempts.len(), "the ledger could not be written");
                return Err(error);
            }
            Ok(()) => return Ok(()),
        }
    }
}

/// Columns of the inbox.
#[derive(Default)]
struct Rows {
    kinds: Vec<&'static str>,
    tenants: Vec<Uuid>,
    attempts: Vec<Uuid>,
    payloads: Vec<Value>,
}

impl Rows {
    fn push(&mut self, event: &Event) -> StoreResult<()> {
        let payload = event
            .payload()
            .map_err(|error| StoreError::Inconsistent(error.to_string()))?;
        let intent = event.intent();
        self.kinds.push(event.kind());
        self.tenants.push(intent.tenant.uuid());
        self.attempts.push(intent.attempt.uuid());
        self.payloads.push(payload);
        Ok(())
    }

    /// A workspace that was deleted in the meantime has no ledger any more: its events are dropped.
    async fn insert(&self, store: &Store) -> StoreResult<()> {
        let mut tx = store.platform().await?;
        sqlx::query(
            "insert into platform.ledger_inbox (attempt_id, kind, tenant_id, payload)
             select e.attempt_id, e.kind, e.tenant_id, e.payload
             from unnest($1::uuid[], $2::text[], $3::uuid[], $4::jsonb[])
               as e (attempt_id, kind, tenant_id, payload)
             where exists (select 1 from platform.workspaces w where w.id = e.tenant_id)
             order by e.attempt_id, e.kind
             on conflict (attempt_id, kind) do nothing",
        )
        .bind(&self.attempts)
        .bind(&self.kinds)
        .bind(&self.tenants)
        .bind(&self.payloads)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }
}
