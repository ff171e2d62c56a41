//! Five hundred workspaces over eight connections, with futures dropped anywhere.

use crate::rig::{create, member, on_database};
use contract::TenantId;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use store::{Store, StoreOptions, StoreResult, audit, members};
use tokio::task::JoinSet;

const WORKSPACES: usize = 500;
const CONNECTIONS: usize = 8;
const WORKERS: usize = 32;
const ROUNDS: usize = 120;

#[derive(Default)]
struct Tally {
    read: AtomicUsize,
    cancelled: AtomicUsize,
}

#[test]
fn cancelled_work_never_shows_one_workspace_to_another() {
    on_database(async |rig| {
        let options = StoreOptions {
            connections: CONNECTIONS,
            ..StoreOptions::default()
        };
        let store = rig.store_with(options).await;
        store.migrate().await.unwrap();
        let tenants = Arc::new(create_with_canaries(&store).await);
        let seed = seed();
        println!("seed {seed}");
        let begun = std::time::Instant::now();
        let tally = Arc::new(Tally::default());
        let mut workers = JoinSet::new();
        for worker in 0..WORKERS {
            let (store, tenants, tally) = (store.clone(), Arc::clone(&tenants), Arc::clone(&tally));
            workers.spawn(work(worker, seed, store, tenants, tally));
        }
        while let Some(ended) = workers.join_next().await {
            ended.unwrap();
        }
        let (read, cancelled) = (
            tally.read.load(Ordering::Relaxed),
            tally.cancelled.load(Ordering::Relaxed),
        );
        let took = begun.elapsed();
        println!("{read} pieces of work done, {cancelled} dropped half way, in {took:?}");
        assert!(
            read > WORKERS * ROUNDS / 4,
            "too little was read to prove anything: {read}"
        );
        assert!(
            cancelled > WORKERS * ROUNDS / 16,
            "too little was cancelled: {cancelled}"
        );
    });
}

fn seed() -> u64 {
    std::env::var("STORE_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| rand::rng().random())
}

/// As many at once as there are owner's connections.
async fn create_with_canaries(store: &Store) -> Vec<TenantId> {
    let at_once = StoreOptions::default().owner_connections;
    let mut creating = JoinSet::new();
    for first in 0..at_once {
        let store = store.clone();
        creating.spawn(async move {
            let mut tenants = Vec::new();
            for number in (first..WORKSPACES).step_by(at_once) {
                let tenant = create(&store, &format!("w{number}")).await;
                let mut tx = store.enter(tenant).await.unwrap();
                members::insert(&mut tx, &member(&canary(tenant)))
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
                tenants.push(tenant);
            }
            tenants
        });
    }
    creating.join_all().await.concat()
}

fn canary(tenant: TenantId) -> String {
    format!("canary-{tenant}")
}

/// One worker reads everybody's workspaces and writes brands of its own share only, so that it
/// knows what the last write must have been.
async fn work(
    worker: usize,
    seed: u64,
    store: Store,
    tenants: Arc<Vec<TenantId>>,
    tally: Arc<Tally>,
) {
    let mut random = StdRng::seed_from_u64(seed.wrapping_add(u64::try_from(worker).unwrap()));
    for round in 0..ROUNDS {
        let tenant = tenants[random.random_range(0..tenants.len())];
        let polls = random.random_range(1..=6);
        match random.random_range(0..8) {
            0 | 1 => {
                let dropped = After::polls(read_canary(&store, tenant), polls).await;
                note(&tally, dropped.map(|seen| check(seen, tenant)));
            }
            2 => {
                let dropped = After::polls(write_record(&store, tenant), polls).await;
                note(&tally, dropped.map(Result::unwrap));
            }
            3 => {
                let dropped = After::polls(store.workspaces(), polls).await;
                note(
                    &tally,
                    dropped.map(|rows| assert_eq!(rows.unwrap().len(), WORKSPACES)),
                );
            }
            // A failed statement leaves its transaction without a commit.
            4 => {
                let mut tx = store.enter(tenant).await.unwrap();
                let again = members::insert(&mut tx, &member(&canary(tenant))).await;
                assert!(again.is_err(), "the same address twice");
            }
            5 => {
                let own = tenants[worker + WORKERS * random.random_range(0..WORKSPACES / WORKERS)];
                write_brand(&store, own, &format!("{worker}-{round}")).await;
            }
            _ => {
                check(read_canary(&store, tenant).await, tenant);
                tally.read.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

fn note(tally: &Tally, outcome: Option<()>) {
    let counter = if outcome.is_some() {
        &tally.read
    } else {
        &tally.cancelled
    };
    counter.fetch_add(1, Ordering::Relaxed);
}

fn check(seen: StoreResult<Vec<String>>, tenant: TenantId) {
    assert_eq!(
        seen.unwrap(),
        [canary(tenant)],
        "what workspace {tenant} sees"
    );
}

async fn read_canary(store: &Store, tenant: TenantId) -> StoreResult<Vec<String>> {
    let mut tx = store.enter(tenant).await?;
    let rows = members::list(&mut tx).await?;
    tx.commit().await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

async fn write_record(store: &Store, tenant: TenantId) -> StoreResult<()> {
    let mut tx = store.enter(tenant).await?;
    audit::append(&mut tx, (None, "test"), "isolation", &tenant.to_string()).await?;
    let rows = audit::list(&mut tx, &audit::Wanted::default(), 1_000).await?;
    assert!(
        rows.iter().all(|row| row.object == tenant.to_string()),
        "a foreign record"
    );
    tx.commit().await
}

/// A platform statement right after others' cancellations: were it run inside somebody's open
/// transaction, it would fail for want of rights or be lost.
async fn write_brand(store: &Store, tenant: TenantId, mark: &str) {
    assert!(
        store
            .set_brand(tenant, &json!({ "mark": mark }))
            .await
            .unwrap()
    );
    let row = store.workspace(tenant).await.unwrap().unwrap();
    assert_eq!(row.brand["mark"], mark, "a committed write was lost");
}

/// Drops the inner future after it was polled so many times: at any of its await points.
struct After<F> {
    inner: Pin<Box<F>>,
    polls: u32,
}

impl<F: Future> After<F> {
    fn polls(inner: F, polls: u32) -> Self {
        Self {
            inner: Box::pin(inner),
            polls,
        }
    }
}

impl<F: Future> Future for After<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        match self.inner.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.polls == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}
