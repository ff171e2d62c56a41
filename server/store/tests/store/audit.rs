//! The audit log: one chain without gaps, whoever writes and whatever is given up.

use crate::rig::{count, create, execute, on_database};
use store::audit::{self, hash_of};
use tokio::task::JoinSet;

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
