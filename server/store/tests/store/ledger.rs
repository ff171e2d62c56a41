//! One row per attempt, whatever order, repetition or interruption.

use crate::rig::{Rig, count, create, on_database};
use contract::{AttemptId, MemberId, MessageId, NanoUsd, Price, TenantId};
use rand::seq::SliceRandom as _;
use std::collections::BTreeMap;
use std::time::Duration;
use store::ledger::{Intent, LedgerState, Settlement, Tokens, rows};
use store::{LedgerWriter, Store};
use tokio::task::JoinSet;
use uuid::Uuid;

pub(crate) fn intent(tenant: TenantId, node: Uuid) -> Intent {
    Intent {
        attempt: AttemptId::from_uuid(Uuid::now_v7()),
        turn: MessageId::from_uuid(Uuid::now_v7()),
        tenant,
        member: Some(MemberId::from_uuid(Uuid::now_v7())),
        teams: Vec::new(),
        virtual_key: None,
        node,
        environment: "production".to_owned(),
        alias: "demo".to_owned(),
        key: None,
        key_name: "demo".to_owned(),
        provider: "demo".to_owned(),
        model: "demo-1".to_owned(),
        demo: true,
        number: 1,
        price: Some(Price::new(NanoUsd::from_usd(1), NanoUsd::from_usd(2))),
        reserved: NanoUsd::new(5_000_000),
        estimated_input: 1_001,
        prompt_bytes: 4_004,
        started_ms: now_ms(),
    }
}

fn now_ms() -> i64 {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(now.as_millis()).unwrap()
}

pub(crate) fn settlement(intent: &Intent, output: i64) -> Settlement {
    Settlement {
        intent: intent.clone(),
        state: LedgerState::Settled,
        estimated: false,
        tokens: Some(Tokens {
            fresh_input: 900,
            cached_input: 100,
            cache_write: 7,
            reasoning: 0,
            output,
        }),
        cost: Some(NanoUsd::new(1_000_000 + 2_000 * output)),
        completion_bytes: output * 4,
        first_text_ms: Some(120),
        total_ms: 900,
        settled_ms: now_ms(),
    }
}

async fn export(store: &Store, tenant: TenantId) -> Vec<rows::LedgerRow> {
    let mut tx = store.enter(tenant).await.unwrap();
    let rows = rows::export(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    rows
}

enum Event {
    Intent(Intent),
    Settlement(Settlement),
}

#[test]
fn shuffled_and_repeated_events_make_one_row_each() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenants = [create(&store, "a").await, create(&store, "b").await];
        let node = Uuid::now_v7();
        let mut events = Vec::new();
        let mut expected: BTreeMap<TenantId, BTreeMap<AttemptId, Option<i64>>> = BTreeMap::new();
        for number in 0..120 {
            let intent = intent(tenants[number % 2], node);
            let output = i64::try_from(number).unwrap();
            // Every fifth stays open; every seventh settlement comes without its intent.
            let settled = number % 5 != 0;
            let attempts = expected.entry(intent.tenant).or_default();
            attempts.insert(intent.attempt, settled.then_some(output));
            for _ in 0..3 {
                if settled {
                    events.push(Event::Settlement(settlement(&intent, output)));
                }
                if !settled || number % 7 != 0 {
                    events.push(Event::Intent(intent.clone()));
                }
            }
        }
        events.shuffle(&mut rand::rng());
        write_all(&store, events).await;
        for tenant in tenants {
            let found: Vec<_> = export(&store, tenant).await;
            assert_eq!(found.len(), expected[&tenant].len(), "one row per attempt");
            for row in &found {
                let output = expected[&tenant][&row.attempt];
                assert_eq!(row.output_tokens, output, "missing is not zero");
                let state = output.map_or(LedgerState::Open, |_| LedgerState::Settled);
                assert_eq!(row.state, state);
            }
            assert_spent(&store, tenant, &found).await;
        }
        assert_eq!(inbox(rig).await, 0);
    });
}

/// Many writers at once, with drains from two sides between them.
async fn write_all(store: &Store, events: Vec<Event>) {
    let writer = LedgerWriter::start(store.clone());
    let mut writing = JoinSet::new();
    for (number, event) in events.into_iter().enumerate() {
        let (writer, store) = (writer.clone(), store.clone());
        writing.spawn(async move {
            match event {
                Event::Intent(intent) => writer.intend(intent).await.unwrap(),
                Event::Settlement(settlement) => writer.settle(settlement).await.unwrap(),
            }
            if number % 40 == 0 {
                store.drain_ledger().await.unwrap();
            }
        });
    }
    while let Some(written) = writing.join_next().await {
        written.unwrap();
    }
    writer.close().await;
    store.drain_ledger().await.unwrap();
}

async fn assert_spent(store: &Store, tenant: TenantId, rows: &[rows::LedgerRow]) {
    let mut tx = store.enter(tenant).await.unwrap();
    let spent = rows::month_to_date(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(spent, rows.iter().filter_map(|row| row.cost).sum());
}

async fn inbox(rig: &Rig) -> i64 {
    let all = "select count(*) from platform.ledger_inbox";
    count(&mut rig.superuser().await, all.to_owned()).await
}

#[test]
fn events_survive_lost_connections() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let writer = LedgerWriter::start(store.clone());
        let mut writing = JoinSet::new();
        for number in 0..200_u64 {
            let (writer, intent) = (writer.clone(), intent(tenant, Uuid::now_v7()));
            writing.spawn(async move {
                tokio::time::sleep(Duration::from_millis(number * 5)).await;
                writer.intend(intent).await.unwrap();
            });
        }
        let mut conn = rig.superuser().await;
        let mut cut = 0;
        for _ in 0..20 {
            let kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                        where usename = 'livery_app' and datname = current_database()";
            cut += count(&mut conn, kill.to_owned()).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(cut > 3, "no connection was cut");
        while let Some(written) = writing.join_next().await {
            written.unwrap();
        }
        writer.close().await;
        let all = "select count(distinct attempt_id) from platform.ledger_inbox";
        assert_eq!(count(&mut conn, all.to_owned()).await, 200);
        drain_until_empty(&store, rig).await;
        assert_eq!(export(&store, tenant).await.len(), 200);
    });
}

/// The cut connections are found out one by one; the job repeats in the product as well.
async fn drain_until_empty(store: &Store, rig: &Rig) {
    for _ in 0..20 {
        let _ = store.drain_ledger().await;
        if inbox(rig).await == 0 {
            return;
        }
    }
    panic!("the inbox stays full");
}

#[test]
fn one_unusable_event_does_not_hold_up_the_others() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let writer = LedgerWriter::start(store.clone());
        let mut broken = intent(tenant, Uuid::now_v7());
        broken.alias = "no\0text".to_owned();
        let good = intent(tenant, Uuid::now_v7());
        let (refused, kept) = tokio::join!(writer.intend(broken), writer.intend(good.clone()));
        assert!(refused.is_err(), "PostgreSQL cannot store this");
        kept.unwrap();
        writer.close().await;
        assert!(writer.intend(good).await.is_err(), "closed");
        store.drain_ledger().await.unwrap();
        assert_eq!(export(&store, tenant).await.len(), 1);
    });
}
