//! Limits that hold over all processes: nothing lost, nothing created, whoever dies.

use crate::ledger::{intent, settlement};
use crate::rig::{Rig, count, create, execute, on_database};
use contract::{LimitScope, MemberId, NanoUsd, TeamId, TenantId, VirtualKeyId};
use rand::RngExt as _;
use std::time::Duration;
use store::ledger::{Intent, Settlement};
use store::spend::{SliceGrant, SliceState};
use store::{LedgerWriter, NodeLease, Store, StoreError};
use tokio::task::JoinSet;
use uuid::Uuid;

const CAP: NanoUsd = NanoUsd::new(10_000_000);

fn nano(nano: i64) -> NanoUsd {
    NanoUsd::new(nano)
}

/// A process that holds nothing yet and lacks `needs`.
fn new_to(scope: LimitScope, needs: i64) -> SliceState {
    SliceState {
        scope,
        cap: Some(CAP),
        holds: None,
        spent: NanoUsd::ZERO,
        reserved: NanoUsd::ZERO,
        needs: nano(needs),
        ends: false,
    }
}

/// A workspace, and the month that the rows of its ledger lie in.
type Books = (TenantId, i64);

async fn books(rig: &Rig, store: &Store) -> Books {
    let month = "select (extract(epoch from date_trunc('month', now() at time zone 'utc')
                   at time zone 'utc') * 1000)::bigint";
    let month_ms = count(&mut rig.superuser().await, month.to_owned()).await;
    (create(store, "w").await, month_ms)
}

async fn exchange(
    store: &Store,
    lease: &NodeLease,
    number: i64,
    books: Books,
    state: SliceState,
) -> SliceGrant {
    let (node, states) = (lease.node(), [state]);
    let asked = store.exchange_slices(node, number, books.0, books.1, &states);
    asked.await.unwrap().remove(0)
}

async fn lease(store: &Store) -> NodeLease {
    NodeLease::acquire(store, Uuid::now_v7()).await.unwrap()
}

async fn settled(store: &Store, intents: &[Intent], output: i64) {
    let writer = LedgerWriter::start(store.clone());
    for intent in intents {
        writer.intend(intent.clone()).await.unwrap();
        writer.settle(settlement(intent, output)).await.unwrap();
    }
    writer.close().await;
}

#[test]
fn processes_that_race_never_get_more_than_the_cap_and_return_every_nano() {
    on_database(async |rig| {
        let store = rig.store().await;
        let books = books(rig, &store).await;
        let mut racing = JoinSet::new();
        for _ in 0..4 {
            let store = rig.store().await;
            racing.spawn(race(store, books));
        }
        let mut spent = 0;
        while let Some(done) = racing.join_next().await {
            spent += done.unwrap();
        }
        assert!(spent > 0 && spent <= CAP.get(), "{spent}");
        let mut conn = rig.superuser().await;
        let slices = "select count(*) from platform.spend_slices".to_owned();
        assert_eq!(count(&mut conn, slices).await, 0);
        let booked = "select spent_nano from platform.spend_accounts".to_owned();
        assert_eq!(count(&mut conn, booked).await, spent);
    });
}

/// One process: takes slices, spends some of them, hands back, and ends with nothing. What it spent.
async fn race(store: Store, books: Books) -> i64 {
    let lease = lease(&store).await;
    let writer = LedgerWriter::start(store.clone());
    let mut number = 0;
    let (mut holds, mut spent, mut ended) = (None, 0, 0);
    for step in 0..64 {
        number += 1;
        let (used, needs) = (nano(spent), rand::rng().random_range(1..400_000));
        let ends = step % 16 == 15;
        if ends {
            // The ledger is the truth: a slice is handed back once everything spent is in it.
            let intent = intent(books.0, lease.node());
            writer.intend(intent.clone()).await.unwrap();
            let settlement = Settlement {
                cost: Some(used),
                ..settlement(&intent, 1)
            };
            writer.settle(settlement).await.unwrap();
        }
        let state = SliceState {
            holds: if step % 5 == 4 { Some(used) } else { holds },
            spent: used,
            needs: if ends { NanoUsd::ZERO } else { nano(needs) },
            ends,
            ..new_to(LimitScope::Workspace, 0)
        };
        let slice = exchange(&store, &lease, number, books, state).await;
        assert!(slice.elsewhere + slice.granted <= CAP, "{slice:?}");
        if ends {
            (ended, spent, holds) = (ended + spent, 0, None);
            continue;
        }
        if slice.granted >= used + nano(needs) {
            spent += rand::rng().random_range(0..=needs);
        }
        holds = Some(slice.granted);
    }
    writer.close().await;
    lease.release().await;
    ended + spent
}

#[test]
fn what_was_spent_before_is_counted_from_the_ledger_for_each_scope() {
    on_database(async |rig| {
        let store = rig.store().await;
        let books = books(rig, &store).await;
        let id = Uuid::now_v7;
        let (member, key) = (MemberId::from_uuid(id()), VirtualKeyId::from_uuid(id()));
        let (old, new) = (TeamId::from_uuid(id()), TeamId::from_uuid(id()));
        let by = |teams: &[TeamId], virtual_key| Intent {
            member: Some(member),
            teams: teams.to_vec(),
            virtual_key,
            ..intent(books.0, Uuid::from_u128(1))
        };
        // 1.02 millionths each: first in the old team, then in the new one, then of somebody else.
        let others = intent(books.0, Uuid::from_u128(1));
        let rows = [by(&[old], None), by(&[new], Some(key)), others];
        settled(&store, &rows, 10).await;
        // An attempt that is not settled counts with what is reserved for it.
        let open = by(&[new], None);
        let writer = LedgerWriter::start(store.clone());
        writer.intend(open.clone()).await.unwrap();
        writer.close().await;
        let (one, reserved) = (1_020_000, open.reserved.get());
        let process = lease(&store).await;
        for (number, (scope, spent)) in [
            (LimitScope::Workspace, 3 * one + reserved),
            (LimitScope::Member(member), 2 * one + reserved),
            (LimitScope::Team(old), one),
            (LimitScope::Team(new), one + reserved),
            (LimitScope::VirtualKey(key), one),
        ]
        .into_iter()
        .enumerate()
        {
            let number = i64::try_from(number).unwrap();
            let slice = exchange(&store, &process, number, books, new_to(scope, 1)).await;
            assert!(slice.fresh);
            assert_eq!(slice.spent_elsewhere, nano(spent), "{scope:?}");
        }
        // Nothing is refused on the word of an old count: the settlement arrived meanwhile.
        settled(&store, &[open], 10).await;
        let mut conn = rig.superuser().await;
        let age = "update platform.spend_accounts set counted_ms = counted_ms - 3000".to_owned();
        execute(&mut conn, age).await;
        let another = lease(&store).await;
        let needs = CAP.get() - 4 * one - 2_000_000;
        let slice = exchange(
            &store,
            &another,
            1,
            books,
            new_to(LimitScope::Workspace, needs),
        )
        .await;
        assert!(slice.granted >= nano(needs), "{slice:?}");
        process.release().await;
        another.release().await;
    });
}

#[test]
fn what_was_set_aside_for_a_dead_process_comes_back_without_what_it_spent() {
    on_database(async |rig| {
        let store = rig.store().await;
        let books = books(rig, &store).await;
        let (dying, living) = (lease(&store).await, lease(&store).await);
        let dead = dying.node();
        let scope = LimitScope::Workspace;
        let slice = exchange(&store, &dying, 1, books, new_to(scope, 9_000_000)).await;
        assert!(slice.granted > nano(9_000_000));
        settled(&store, &[intent(books.0, dead)], 10).await;
        let left = exchange(&store, &living, 1, books, new_to(scope, 5_000_000)).await;
        assert_eq!(left.granted, NanoUsd::ZERO, "it is promised to the other");
        drop(dying);
        wait_for_death(&store, dead).await;
        store.recover_node(dead).await.unwrap();
        assert!(
            store.dead_nodes().await.unwrap().contains(&dead),
            "it may only be cut off, and has a moment to notice"
        );
        assert_eq!(slices(rig).await, 2);
        let mut conn = rig.superuser().await;
        let later = "update platform.nodes set lost_ms = lost_ms - 16000".to_owned();
        execute(&mut conn, later).await;
        store.recover_node(dead).await.unwrap();
        assert!(store.dead_nodes().await.unwrap().is_empty());
        assert_eq!(slices(rig).await, 1);
        let state = SliceState {
            holds: Some(NanoUsd::ZERO),
            ..new_to(scope, 8_980_000)
        };
        let slice = exchange(&store, &living, 2, books, state).await;
        assert_eq!(
            slice.elsewhere,
            nano(1_020_000),
            "what it spent stays spent"
        );
        assert_eq!(slice.granted, nano(8_980_000), "to the last nano");
        living.release().await;
    });
}

#[test]
fn a_late_exchange_and_a_process_that_was_given_up_change_nothing() {
    on_database(async |rig| {
        let store = rig.store().await;
        let books = books(rig, &store).await;
        let process = lease(&store).await;
        let scope = LimitScope::Workspace;
        let slice = exchange(&store, &process, 5, books, new_to(scope, 1_000)).await;
        let (node, states) = (process.node(), [new_to(scope, 1)]);
        let late = store.exchange_slices(node, 4, books.0, books.1, &states);
        assert!(matches!(late.await, Err(StoreError::Inconsistent(_))));
        let again = SliceState {
            holds: Some(slice.granted),
            needs: NanoUsd::ZERO,
            ..new_to(scope, 0)
        };
        let same = exchange(&store, &process, 6, books, again).await;
        assert_eq!((same.granted, same.fresh), (slice.granted, false));
        let stranger = Uuid::now_v7();
        let asked = store.exchange_slices(stranger, 1, books.0, books.1, &states);
        assert!(matches!(asked.await, Err(StoreError::GivenUp)));
        process.release().await;
    });
}

#[test]
fn a_process_proves_that_it_lives_and_knows_when_it_was_cut_off() {
    on_database(async |rig| {
        let store = rig.store().await;
        let process = lease(&store).await;
        let proof = process.proof();
        let first = proof.life().unwrap();
        let mut conn = rig.superuser().await;
        let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                   where application_name = 'node' and datname = current_database()";
        assert_eq!(count(&mut conn, cut.to_owned()).await, 1);
        let anew = async {
            while proof.renewed().await.is_none_or(|life| life == first) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), anew)
            .await
            .expect("another life");
        process.release().await;
    });
}

async fn slices(rig: &Rig) -> i64 {
    let all = "select count(*) from platform.spend_slices".to_owned();
    count(&mut rig.superuser().await, all).await
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
