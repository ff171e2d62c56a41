//! What the overview asks, and versions of the instructions that several people write at once.

use crate::ledger::{intent, settlement};
use crate::rig::{create, member, on_database};
use contract::{InvitationId, MemberId, Role};
use std::time::Duration;
use store::ledger::{LedgerState, Settlement};
use store::overview::{self, StartFacts};
use store::prompts::NewPromptRow;
use store::{
    LedgerWriter, NewInvitationRow, Store, StoreError, audit, invitations, members, prompts,
};
use tokio::task::JoinSet;
use uuid::Uuid;

async fn facts(store: &Store, tenant: contract::TenantId) -> StartFacts {
    let mut tx = store.enter(tenant).await.unwrap();
    let facts = overview::start_facts(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    facts
}

#[test]
fn a_start_is_what_is_there_and_ends_when_it_goes() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let nothing = StartFacts {
            members: 0,
            invited: false,
            answered: false,
            key_works: false,
        };
        assert_eq!(facts(&store, tenant).await, nothing);
        let invitation = NewInvitationRow {
            id: InvitationId::from_uuid(Uuid::now_v7()),
            token_hash: [1; 32],
            email: "paul@example.com".to_owned(),
            role: Role::Member,
            invited_by: None,
            lifetime: Duration::from_mins(5),
        };
        let mut tx = store.enter(tenant).await.unwrap();
        invitations::insert(&mut tx, &invitation).await.unwrap();
        tx.commit().await.unwrap();
        assert!(facts(&store, tenant).await.invited);
        let mut tx = store.enter(tenant).await.unwrap();
        invitations::accept(&mut tx, &[1; 32]).await.unwrap();
        members::insert(&mut tx, &member("paul")).await.unwrap();
        tx.commit().await.unwrap();
        let there = facts(&store, tenant).await;
        assert_eq!((there.members, there.invited), (1, false), "used up");

        let writer = LedgerWriter::start(store.clone());
        let node = Uuid::now_v7();
        let failed = intent(tenant, node);
        writer
            .settle(Settlement {
                state: LedgerState::Failed,
                ..settlement(&failed, 0)
            })
            .await
            .unwrap();
        store.drain_ledger().await.unwrap();
        assert!(
            !facts(&store, tenant).await.answered,
            "a failed call is no answer"
        );
        let mut tx = store.enter(tenant).await.unwrap();
        let by_day = overview::failed_by_day(&mut tx, 0).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(by_day, [(failed.started_ms / 86_400_000, 1)]);
        writer
            .settle(settlement(&intent(tenant, node), 3))
            .await
            .unwrap();
        store.drain_ledger().await.unwrap();
        assert!(facts(&store, tenant).await.answered);
        writer.close().await;
    });
}

#[test]
fn the_last_word_of_the_record_stands() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        for (action, object) in [
            ("guide.skipped", "brand"),
            ("guide.skipped", "domain"),
            ("guide.taken_up", "brand"),
            ("guide.taken_up", "key"),
            ("other.deed", "domain"),
        ] {
            let who = (None, "somebody");
            audit::append(&mut tx, who, action, object).await.unwrap();
        }
        let standing = overview::standing(&mut tx, "guide.skipped", "guide.taken_up").await;
        assert_eq!(standing.unwrap(), ["domain"]);
        tx.commit().await.unwrap();
    });
}

#[test]
fn of_those_who_write_at_once_one_is_in_force() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let anna = member("anna");
        let mut tx = store.enter(tenant).await.unwrap();
        members::insert(&mut tx, &anna).await.unwrap();
        tx.commit().await.unwrap();
        let row = |author: MemberId, text: &str, restores| NewPromptRow {
            id: Uuid::now_v7(),
            sealed_body: text.as_bytes().to_vec(),
            author: Some(author),
            author_name: "Anna".to_owned(),
            restores,
        };
        let mut writers = JoinSet::new();
        for number in 0..6 {
            let (store, row) = (store.clone(), row(anna.id, &number.to_string(), None));
            writers.spawn(async move {
                let mut tx = store.enter(tenant).await.unwrap();
                match prompts::insert_after(&mut tx, &row, 0).await {
                    Ok(Some(version)) => {
                        tx.commit().await.unwrap();
                        Some(version)
                    }
                    Ok(None) | Err(StoreError::Taken(_)) => None,
                    Err(error) => panic!("{error}"),
                }
            });
        }
        let mut written = Vec::new();
        while let Some(version) = writers.join_next().await {
            written.extend(version.unwrap());
        }
        assert_eq!(written, [1]);
        let mut tx = store.enter(tenant).await.unwrap();
        let late = prompts::insert_after(&mut tx, &row(anna.id, "late", None), 0).await;
        assert_eq!(late.unwrap(), None);
        let next = prompts::insert_after(&mut tx, &row(anna.id, "again", Some(1)), 1).await;
        assert_eq!(next.unwrap(), Some(2));
        let by_operator = prompts::insert_version(&mut tx, Uuid::now_v7(), b"three", None).await;
        assert_eq!(by_operator.unwrap(), 3);
        let (listed, count) = prompts::list(&mut tx, 2).await.unwrap();
        let told: Vec<_> = listed
            .iter()
            .map(|it| (it.version, it.author_name.as_str(), it.restores))
            .collect();
        assert_eq!(
            (told, count),
            (vec![(3, "", None), (2, "Anna", Some(1))], 3)
        );
        let (_, second) = prompts::get(&mut tx, 2).await.unwrap().unwrap();
        assert_eq!(second.sealed_body, b"again");
        assert!(prompts::get(&mut tx, 4).await.unwrap().is_none());
        tx.commit().await.unwrap();
    });
}
