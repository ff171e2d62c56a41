//! Processes that die, and what others do about it.

use crate::ledger::{intent, settlement};
use crate::rig::{create, on_database, open_turn};
use contract::NanoUsd;
use std::time::Duration;
use store::ledger::{LedgerState, rows};
use store::{EndedAnswer, LedgerWriter, MessageState, NodeLease, Recovered, Store, messages};
use uuid::Uuid;

#[test]
fn the_living_are_left_alone_and_the_dead_are_closed_once() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenants = [create(&store, "a").await, create(&store, "b").await];
        let (dead, alive) = (Uuid::now_v7(), Uuid::now_v7());
        let dying = NodeLease::acquire(&store, dead).await.unwrap();
        let living = NodeLease::acquire(&store, alive).await.unwrap();
        let writer = LedgerWriter::start(store.clone());
        let mut turns = Vec::new();
        for tenant in tenants {
            let mut tx = store.enter(tenant).await.unwrap();
            turns.push((tenant, open_turn(&mut tx, dead).await));
            tx.commit().await.unwrap();
        }
        let open = intent(tenants[0], dead);
        let unpriced = store::ledger::Intent {
            price: None,
            ..intent(tenants[0], dead)
        };
        let others = intent(tenants[1], alive);
        for intent in [&open, &unpriced, &others] {
            writer.intend(intent.clone()).await.unwrap();
        }
        assert!(store.dead_nodes().await.unwrap().is_empty());
        assert_eq!(
            store.recover_node(dead).await.unwrap(),
            Recovered::default(),
            "it lives"
        );

        drop(dying);
        wait_for_death(&store, dead).await;
        // Two processes find the same dead one.
        let (one, two) = tokio::join!(store.recover_node(dead), store.recover_node(dead));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(
            (one.answers + two.answers, one.attempts + two.attempts),
            (2, 2)
        );
        assert!(store.dead_nodes().await.unwrap().is_empty());

        for (tenant, (member, _, answer)) in &turns {
            let mut tx = store.enter(*tenant).await.unwrap();
            let row = messages::get(&mut tx, *member, *answer)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(row.state, MessageState::Interrupted);
        }
        let rows = export(&store, tenants[0]).await;
        for row in &rows {
            assert!(row.estimated && row.recovered && row.state == LedgerState::Interrupted);
            let priced = row.attempt == open.attempt;
            // 1,001 tokens at 1 USD per million; an unknown price is not zero.
            assert_eq!(row.cost, priced.then(|| NanoUsd::new(1_001_000)));
        }
        assert_eq!(
            export(&store, tenants[1]).await[0].state,
            LedgerState::Open,
            "not theirs"
        );
        true_end_wins(&store, &writer, &open).await;
        living.release().await;
        assert!(
            store.dead_nodes().await.unwrap().is_empty(),
            "released in order"
        );
    });
}

/// A process that was only cut off tells what really happened.
async fn true_end_wins(store: &Store, writer: &LedgerWriter, open: &store::ledger::Intent) {
    writer.settle(settlement(open, 10)).await.unwrap();
    writer.settle(settlement(open, 99)).await.unwrap();
    store.drain_ledger().await.unwrap();
    let rows = export(store, open.tenant).await;
    let row = rows.iter().find(|row| row.attempt == open.attempt).unwrap();
    assert_eq!((row.state, row.recovered), (LedgerState::Settled, false));
    assert_eq!(row.output_tokens, Some(10), "the first settlement stays");
}

async fn export(store: &Store, tenant: contract::TenantId) -> Vec<rows::LedgerRow> {
    let mut tx = store.enter(tenant).await.unwrap();
    let rows = rows::export(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    rows
}

async fn wait_for_death(store: &Store, node: Uuid) {
    let dead = async {
        while !store.dead_nodes().await.unwrap().contains(&node) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), dead)
        .await
        .expect("the dead were not found");
}

#[test]
fn a_process_whose_connection_is_cut_proves_itself_again() {
    on_database(async |rig| {
        let store = rig.store().await;
        let node = Uuid::now_v7();
        let lease = NodeLease::acquire(&store, node).await.unwrap();
        let mut conn = rig.superuser().await;
        let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                   where application_name = 'node' and datname = current_database()";
        assert_eq!(crate::rig::count(&mut conn, cut.to_owned()).await, 1);
        wait_for_death(&store, node).await;
        let again = async {
            while store.dead_nodes().await.unwrap().contains(&node) {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), again)
            .await
            .expect("not alive again");
        lease.release().await;
    });
}

#[test]
fn a_late_answer_replaces_the_interruption() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let node = Uuid::now_v7();
        let mut tx = store.enter(tenant).await.unwrap();
        let (member, _, answer) = open_turn(&mut tx, node).await;
        assert!(
            messages::checkpoint(&mut tx, answer, b"half")
                .await
                .unwrap()
        );
        assert_eq!(
            messages::interrupt_of_node(&mut tx, node).await.unwrap(),
            [answer]
        );
        assert!(
            !messages::checkpoint(&mut tx, answer, b"more")
                .await
                .unwrap()
        );
        let kept = messages::get(&mut tx, member, answer)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(kept.sealed_body.as_deref(), Some(b"half".as_slice()));
        let ended = EndedAnswer {
            state: MessageState::Done,
            sealed_body: Some(b"whole"),
            receipt: None,
            failure: None,
        };
        assert!(messages::finish(&mut tx, answer, &ended).await.unwrap());
        assert!(
            !messages::finish(&mut tx, answer, &ended).await.unwrap(),
            "ended already"
        );
        tx.commit().await.unwrap();
    });
}
