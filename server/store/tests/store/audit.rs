//! The audit log: one chain without gaps, whoever writes and whatever is given up.

use crate::rig::{count, create, execute, on_database};
use contract::KeyId;
use store::LedgerWriter;
use store::audit::{self, DAY_MS, hash_of};
use store::ledger::{Intent, LedgerState, Settlement};
use tokio::task::JoinSet;
use uuid::Uuid;

const WRITERS: i64 = 100;

#[test]
fn a_hundred_writers_make_one_chain_and_what_is_given_up_leaves_no_gap() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let before = audit::head(&mut tx).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let mut writing = JoinSet::new();
        for number in 0..WRITERS {
            let store = store.clone();
            writing.spawn(async move {
                let mut tx = store.enter(tenant).await.unwrap();
                let object = number.to_string();
                audit::append(&mut tx, (None, "writer"), "deed.done", &object)
                    .await
                    .unwrap();
                // Every third one thinks better of it.
                if number % 3 != 0 {
                    tx.commit().await.unwrap();
                }
            });
        }
        writing.join_all().await;
        let kept = (0..WRITERS).filter(|number| number % 3 != 0).count();
        let mut tx = store.enter(tenant).await.unwrap();
        let head = audit::head(&mut tx).await.unwrap().unwrap();
        let records = audit::chained(&mut tx, before.seq, 1_000).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(records.len(), kept);
        let (mut last, mut hash) = (before.seq, before.hash);
        for record in &records {
            assert_eq!(record.row.seq, last + 1, "no gap");
            assert_eq!(record.prev, Some(hash), "one chain");
            hash = hash_of(tenant, &record.row, &hash);
            assert_eq!(record.hash, Some(hash));
            last = record.row.seq;
        }
        assert_eq!((head.seq, head.hash), (last, hash));
    });
}

/// A workspace's own role adds records and moves the head; it removes neither.
#[test]
fn a_deed_that_cannot_be_recorded_is_not_done() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let schema = format!("t_{tenant}");
        let mut superuser = rig.superuser().await;
        execute(
            &mut superuser,
            format!(
                "alter table {schema}.audit add constraint full_disk check (action <> 'key.added')"
            ),
        )
        .await;
        let mut tx = store.enter(tenant).await.unwrap();
        let key = crate::keys::key("production", b"one", store::provider_keys::KeyState::Sealed);
        store::provider_keys::insert(&mut tx, &key).await.unwrap();
        let noted = audit::append(&mut tx, (None, "operator"), "key.added", "main").await;
        assert!(noted.is_err());
        assert!(
            tx.commit().await.is_err(),
            "the deed went through unrecorded"
        );
        let keys = count(
            &mut superuser,
            format!("select count(*) from {schema}.provider_keys"),
        );
        assert_eq!(keys.await, 0);
    });
}

/// Days that are over are summed up once, in order, whoever comes by, and how late.
#[test]
fn the_use_of_keys_is_recorded_once_for_each_day() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let node = Uuid::now_v7();
        let key = KeyId::from_uuid(Uuid::now_v7());
        let day = |day: i64| day * DAY_MS + 5_000;
        let mut writing = Vec::new();
        for (on, paid_by, state) in [
            (100, Some(key), LedgerState::Settled),
            (100, Some(key), LedgerState::Failed),
            (100, None, LedgerState::Settled),
            (102, Some(key), LedgerState::Settled),
            (103, Some(key), LedgerState::Settled),
        ] {
            let intent = Intent {
                key: paid_by,
                key_name: "main".to_owned(),
                started_ms: day(on),
                ..crate::ledger::intent(tenant, node)
            };
            writing.push(Settlement {
                state,
                ..crate::ledger::settlement(&intent, 10)
            });
        }
        let writer = LedgerWriter::start(store.clone());
        for settlement in writing {
            writer.intend(settlement.intent.clone()).await.unwrap();
            writer.settle(settlement).await.unwrap();
        }
        writer.close().await;
        store.drain_ledger().await.unwrap();
        let record = async |today: i64| {
            let mut tx = store.enter(tenant).await.unwrap();
            let made = audit::record_uses(&mut tx, today).await.unwrap();
            tx.commit().await.unwrap();
            made
        };
        assert_eq!(
            record(101).await,
            1,
            "the day that is over, for the key that paid"
        );
        assert_eq!(record(101).await, 0, "again");
        // Two processes, two days later: one of them makes up for it.
        let (one, other) = tokio::join!(record(103), record(103));
        assert_eq!(one + other, 1, "a day without use leaves no record");
        assert_eq!(record(104).await, 1);
        let mut tx = store.enter(tenant).await.unwrap();
        let wanted = audit::Wanted {
            families: &["key_use"],
            ..audit::Wanted::default()
        };
        let records = audit::list(&mut tx, &wanted, 10).await.unwrap();
        tx.commit().await.unwrap();
        let days: Vec<_> = records
            .iter()
            .map(|row| row.detail["day"].clone())
            .collect();
        assert_eq!(days, [103, 102, 100]);
        let first = &records[2];
        assert_eq!(first.object, "main");
        assert_eq!(
            (&first.detail["calls"], &first.detail["failed"]),
            (&2.into(), &1.into())
        );
        assert_eq!(first.detail["cost_nano"], 2 * 1_020_000);
        assert_eq!(first.detail["read_tokens"], 2 * 1_007);
    });
}
