//! Troubles and the letters about them: once, bounded, and never taken by two.

use crate::rig::{create, on_database};
use contract::MemberId;
use store::platform::letters::{self, MOST_WAITING};
use tokio::task::JoinSet;
use uuid::Uuid;

fn readers(count: usize) -> Vec<MemberId> {
    let reader = |_| MemberId::from_uuid(Uuid::now_v7());
    (0..count).map(reader).collect()
}

#[test]
fn a_trouble_begins_and_ends_once_whoever_notices_it() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let readers = readers(2);
        let mut noticing = JoinSet::new();
        for _ in 0..8 {
            let (store, readers) = (store.clone(), readers.clone());
            noticing.spawn(async move {
                let mut tx = store.enter(tenant).await.unwrap();
                let begun = letters::begin_trouble(&mut tx, "sealing", &readers).await;
                tx.commit().await.unwrap();
                begun.unwrap()
            });
        }
        let begun = noticing.join_all().await.into_iter().filter(|begun| *begun);
        assert_eq!(begun.count(), 1);
        assert_eq!(store.waiting_letters().await.unwrap().letters, 2);
        assert!(store.in_trouble(tenant, "sealing").await.unwrap());
        // What is given up leaves nothing behind.
        let mut tx = store.enter(tenant).await.unwrap();
        assert!(
            letters::end_trouble(&mut tx, "sealing", &readers)
                .await
                .unwrap()
        );
        drop(tx);
        assert!(store.in_trouble(tenant, "sealing").await.unwrap());
        let mut tx = store.enter(tenant).await.unwrap();
        assert!(
            letters::end_trouble(&mut tx, "sealing", &readers)
                .await
                .unwrap()
        );
        assert!(
            !letters::end_trouble(&mut tx, "sealing", &readers)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        assert_eq!(store.waiting_letters().await.unwrap().letters, 4);
    });
}

#[test]
fn letters_are_taken_once_put_off_and_bounded() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let bound = usize::try_from(MOST_WAITING).unwrap();
        let mut tx = store.enter(tenant).await.unwrap();
        letters::begin_trouble(&mut tx, "one", &readers(bound + 50))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let waiting = store.waiting_letters().await.unwrap();
        assert_eq!(
            (waiting.letters, waiting.tried),
            (MOST_WAITING.unsigned_abs(), 0)
        );
        // A neighbour's letters have room of their own.
        let other = create(&store, "v").await;
        let mut tx = store.enter(other).await.unwrap();
        letters::begin_trouble(&mut tx, "one", &readers(3))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut taking = JoinSet::new();
        for _ in 0..20 {
            let store = store.clone();
            taking.spawn(async move { store.take_letter().await.unwrap().unwrap().id });
        }
        let mut taken = taking.join_all().await;
        taken.sort_unstable();
        taken.dedup();
        assert_eq!(taken.len(), 20, "two took the same one");
        assert_eq!(store.waiting_letters().await.unwrap().tried, 20);
        store.remove_letter(taken[0]).await.unwrap();
        assert_eq!(
            store.waiting_letters().await.unwrap().letters,
            MOST_WAITING.unsigned_abs() + 3 - 1
        );
        while let Some(letter) = store.take_letter().await.unwrap() {
            assert!(
                !taken.contains(&letter.id),
                "one that was put off is taken again at once"
            );
            assert_eq!(letter.attempts, 1);
        }
        store.delete_workspace(tenant, "operator").await.unwrap();
        store.delete_workspace(other, "operator").await.unwrap();
        assert_eq!(store.waiting_letters().await.unwrap().letters, 0);
    });
}
