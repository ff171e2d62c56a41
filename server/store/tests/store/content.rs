//! Conversations, keys, prompts and pictures: the promises the functions make.

use crate::keys::key;
use crate::rig::{answer_to, create, member, on_database};
use contract::{ConversationId, MemberId, MessageId};
use std::time::Duration;
use store::provider_keys::KeyState;
use store::{
    NewQuestionRow, StoreError, TenantTx, brand_assets, conversations, members, messages, prompts,
    provider_keys,
};
use uuid::Uuid;

async fn conversation(tx: &mut TenantTx, person: MemberId) -> NewQuestionRow {
    let id = ConversationId::from_uuid(Uuid::now_v7());
    conversations::insert(tx, id, person, b"title")
        .await
        .unwrap();
    let question = NewQuestionRow {
        id: MessageId::from_uuid(Uuid::now_v7()),
        conversation_id: id,
        member_id: person,
        parent_id: None,
        sealed_body: b"question".to_vec(),
    };
    messages::insert_question(tx, &question).await.unwrap();
    question
}

#[test]
fn a_press_opens_one_turn() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let anna = member("anna");
        members::insert(&mut tx, &anna).await.unwrap();
        let question = conversation(&mut tx, anna.id).await;
        tx.commit().await.unwrap();
        let open = async || {
            let mut tx = store.enter(tenant).await?;
            messages::insert_answer(&mut tx, &answer_to(&question, Uuid::nil(), "press")).await?;
            tx.commit().await
        };
        let outcomes: [Result<(), StoreError>; 2] = tokio::join!(open(), open()).into();
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(
            outcomes
                .iter()
                .any(|outcome| matches!(outcome, Err(StoreError::Taken(_))))
        );
        let mut tx = store.enter(tenant).await.unwrap();
        assert!(
            messages::find_by_token(&mut tx, anna.id, "press")
                .await
                .unwrap()
                .is_some()
        );
        let ben = MemberId::from_uuid(Uuid::now_v7());
        assert!(
            messages::find_by_token(&mut tx, ben, "press")
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(
            messages::list(&mut tx, question.conversation_id)
                .await
                .unwrap()
                .len(),
            2
        );
    });
}

#[test]
fn conversations_are_their_members_own() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let (anna, ben) = (member("anna"), member("ben"));
        for person in [&anna, &ben] {
            members::insert(&mut tx, person).await.unwrap();
        }
        let (old, new) = (
            conversation(&mut tx, anna.id).await,
            conversation(&mut tx, anna.id).await,
        );
        let id = old.conversation_id;
        conversations::backdate(&mut tx, id, Duration::from_hours(24))
            .await
            .unwrap();
        let order = async |tx: &mut TenantTx| -> Vec<ConversationId> {
            conversations::list(tx, anna.id)
                .await
                .unwrap()
                .iter()
                .map(|row| row.id)
                .collect()
        };
        assert_eq!(order(&mut tx).await, [new.conversation_id, id]);
        assert!(
            conversations::pin(&mut tx, anna.id, id, true)
                .await
                .unwrap()
        );
        assert_eq!(order(&mut tx).await, [id, new.conversation_id]);
        assert!(
            conversations::get(&mut tx, ben.id, id)
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            !conversations::rename(&mut tx, ben.id, id, b"mine")
                .await
                .unwrap()
        );
        assert!(!conversations::delete(&mut tx, ben.id, id).await.unwrap());
        assert!(
            messages::get(&mut tx, ben.id, old.id)
                .await
                .unwrap()
                .is_none()
        );
        assert!(conversations::delete(&mut tx, anna.id, id).await.unwrap());
        assert!(
            messages::get(&mut tx, anna.id, old.id)
                .await
                .unwrap()
                .is_none(),
            "deleted"
        );
        assert!(!conversations::restore(&mut tx, ben.id, id).await.unwrap());
        assert!(conversations::restore(&mut tx, anna.id, id).await.unwrap());
        assert!(
            messages::get(&mut tx, anna.id, old.id)
                .await
                .unwrap()
                .is_some()
        );
        assert!(conversations::delete(&mut tx, anna.id, id).await.unwrap());
        let day = Duration::from_hours(24);
        assert_eq!(
            conversations::purge_deleted(&mut tx, day).await.unwrap(),
            0,
            "too fresh"
        );
        tx.commit().await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
        let mut tx = store.enter(tenant).await.unwrap();
        assert_eq!(
            conversations::purge_deleted(&mut tx, Duration::ZERO)
                .await
                .unwrap(),
            1
        );
        assert!(messages::list(&mut tx, id).await.unwrap().is_empty());
    });
}

#[test]
fn keys_prompts_and_pictures() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let first = key("production", b"sealed", KeyState::Sealed);
        for key in [&first, &key("staging", b"sealed", KeyState::Sealed)] {
            provider_keys::insert(&mut tx, key).await.unwrap();
        }
        for disabled in [true, false] {
            assert!(
                provider_keys::enable_or_disable(&mut tx, first.id, disabled)
                    .await
                    .unwrap()
            );
            let row = provider_keys::get(&mut tx, first.id).await.unwrap();
            assert_eq!(row.unwrap().disabled, disabled);
        }
        let found = provider_keys::find_by_name(&mut tx, "production", "main", None)
            .await
            .unwrap();
        assert_eq!(found.unwrap().id, first.id);
        assert_eq!(provider_keys::list(&mut tx).await.unwrap().len(), 2);

        assert!(prompts::active(&mut tx).await.unwrap().is_none());
        for (version, body) in [(1, b"one"), (2, b"two")] {
            let id = Uuid::now_v7();
            assert_eq!(
                prompts::insert_version(&mut tx, id, body, None)
                    .await
                    .unwrap(),
                version
            );
        }
        assert_eq!(
            prompts::active(&mut tx).await.unwrap().unwrap().sealed_body,
            b"two"
        );

        // A picture is there once, by what is in it, and an older look still finds its own.
        for (kind, content, hash) in [("one", b"old", [1; 32]), ("two", b"new", [2; 32])] {
            for _ in 0..2 {
                let put = brand_assets::put(&mut tx, kind, "image/png", content, &hash);
                assert!(put.await.unwrap());
            }
        }
        assert_eq!(
            brand_assets::get(&mut tx, &[1; 32])
                .await
                .unwrap()
                .unwrap()
                .content,
            b"old"
        );
        let picture = brand_assets::get(&mut tx, &[2; 32]).await.unwrap().unwrap();
        assert_eq!(picture.content, b"new");
        tx.commit().await.unwrap();
    });
}
