//! People, sessions, invitations, conversations: the promises their functions make.

use crate::rig::{answer_to, create, member, on_database};
use contract::{ConversationId, InvitationId, KeyId, MemberId, MessageId, Role, SessionId};
use std::time::Duration;
use store::provider_keys::NewProviderKey;
use store::{
    NewInvitationRow, NewQuestionRow, NewSessionRow, StoreError, TenantTx, brand_assets,
    conversations, invitations, members, messages, prompts, provider_keys, sessions, throttle,
};
use uuid::Uuid;

fn session(member: MemberId, token: u8, lifetime: Duration) -> NewSessionRow {
    NewSessionRow {
        id: SessionId::from_uuid(Uuid::now_v7()),
        token_hash: [token; 32],
        member_id: member,
        user_agent: "test".to_owned(),
        lifetime,
    }
}

#[test]
fn sessions_end_when_they_should() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let (anna, ben) = (member("anna"), member("ben"));
        for person in [&anna, &ben] {
            members::insert(&mut tx, person).await.unwrap();
        }
        let hour = Duration::from_hours(1);
        let (first, second) = (session(anna.id, 1, hour), session(anna.id, 2, hour));
        let over = session(anna.id, 3, Duration::ZERO);
        for session in [&first, &second, &over] {
            sessions::insert(&mut tx, session).await.unwrap();
        }
        let found = sessions::find(&mut tx, &[1; 32]).await.unwrap().unwrap();
        assert_eq!((found.member_id, found.name.as_str()), (anna.id, "anna"));
        assert!(
            sessions::find(&mut tx, &[3; 32]).await.unwrap().is_none(),
            "over"
        );
        assert!(
            sessions::find(&mut tx, &[9; 32]).await.unwrap().is_none(),
            "unknown"
        );
        assert_eq!(sessions::list(&mut tx, anna.id).await.unwrap().len(), 2);
        assert_eq!(sessions::remove_expired(&mut tx).await.unwrap(), 1);
        assert!(
            !sessions::remove(&mut tx, first.id, ben.id).await.unwrap(),
            "not theirs"
        );
        assert_eq!(
            sessions::remove_all(&mut tx, anna.id, Some(second.id))
                .await
                .unwrap(),
            1
        );
        assert!(members::remove(&mut tx, anna.id).await.unwrap());
        assert!(
            sessions::find(&mut tx, &[2; 32]).await.unwrap().is_none(),
            "gone with her"
        );
    });
}

#[test]
fn an_address_is_one_person_in_any_case_of_letters() {
    on_database(async |rig| {
        let store = rig.store().await;
        let (one, two) = (create(&store, "one").await, create(&store, "two").await);
        let mut anna = member("anna");
        anna.email = "Anna@Demo.Example".to_owned();
        for tenant in [one, two] {
            let mut tx = store.enter(tenant).await.unwrap();
            members::insert(&mut tx, &anna).await.unwrap();
            let found = members::find_by_email(&mut tx, "ANNA@demo.example")
                .await
                .unwrap();
            assert_eq!(found.unwrap().email, "anna@demo.example");
            let again = members::insert(&mut tx, &member("anna")).await.unwrap_err();
            assert!(matches!(again, StoreError::Taken(_)), "{again}");
            let lost = tx.commit().await;
            assert!(
                lost.is_err(),
                "a failed transaction must not seem to commit"
            );
        }
        let mut tx = store.enter(one).await.unwrap();
        assert!(members::list(&mut tx).await.unwrap().is_empty());
        assert_eq!(members::count_role(&mut tx, Role::Owner).await.unwrap(), 0);
    });
}

#[test]
fn an_invitation_works_once_also_for_two_at_once() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let row = |token: u8, lifetime| NewInvitationRow {
            id: InvitationId::from_uuid(Uuid::now_v7()),
            token_hash: [token; 32],
            email: "New@Demo.example".to_owned(),
            role: Role::Member,
            invited_by: None,
            lifetime,
        };
        let mut tx = store.enter(tenant).await.unwrap();
        let (good, taken_back) = (
            row(1, Duration::from_mins(1)),
            row(2, Duration::from_mins(1)),
        );
        for invitation in [&good, &taken_back, &row(3, Duration::ZERO)] {
            invitations::insert(&mut tx, invitation).await.unwrap();
        }
        assert!(invitations::revoke(&mut tx, taken_back.id).await.unwrap());
        assert_eq!(invitations::list_open(&mut tx).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        let accept = async |token: u8| {
            let mut tx = store.enter(tenant).await.unwrap();
            let row = invitations::accept(&mut tx, &[token; 32]).await.unwrap();
            tx.commit().await.unwrap();
            row
        };
        let (one, two) = tokio::join!(accept(1), accept(1));
        assert_ne!(one.is_some(), two.is_some(), "exactly one of two");
        assert!(accept(2).await.is_none(), "revoked");
        assert!(accept(3).await.is_none(), "over");
    });
}

#[test]
fn failures_count_within_their_window_only() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let count = async |subject: &'static str, window| {
            let mut tx = store.enter(tenant).await.unwrap();
            let count = throttle::record(&mut tx, subject, window).await.unwrap();
            tx.commit().await.unwrap();
            count
        };
        let long = Duration::from_mins(15);
        let short = Duration::from_millis(1);
        assert_eq!((count("a", long).await, count("a", long).await), (1, 2));
        assert_eq!(count("b", long).await, 1);
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert_eq!(count("a", short).await, 1, "the window has passed");
        let mut tx = store.enter(tenant).await.unwrap();
        assert_eq!(throttle::failures(&mut tx, "a", long).await.unwrap(), 1);
        throttle::clear(&mut tx, "a").await.unwrap();
        assert_eq!(throttle::failures(&mut tx, "a", long).await.unwrap(), 0);
        assert_eq!(throttle::failures(&mut tx, "b", long).await.unwrap(), 1);
    });
}

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
        let key = |environment: &str| NewProviderKey {
            id: KeyId::from_uuid(Uuid::now_v7()),
            name: "main".to_owned(),
            environment: environment.to_owned(),
            provider: "openai-compatible".to_owned(),
            base_url: Some("https://models.example/v1".to_owned()),
            sealed_secret: b"sealed".to_vec(),
        };
        let first = key("production");
        for key in [&first, &key("staging")] {
            provider_keys::insert(&mut tx, key).await.unwrap();
        }
        assert!(provider_keys::disable(&mut tx, first.id).await.unwrap());
        assert!(
            !provider_keys::disable(&mut tx, first.id).await.unwrap(),
            "twice"
        );
        let gone = provider_keys::find_by_name(&mut tx, "production", "main")
            .await
            .unwrap();
        assert!(gone.is_none());
        assert!(
            provider_keys::get(&mut tx, first.id)
                .await
                .unwrap()
                .unwrap()
                .disabled
        );
        provider_keys::insert(&mut tx, &key("production"))
            .await
            .unwrap();
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

        brand_assets::put(&mut tx, "logo_light", "image/png", b"old", &[1; 32])
            .await
            .unwrap();
        brand_assets::put(&mut tx, "logo_light", "image/png", b"new", &[2; 32])
            .await
            .unwrap();
        assert!(
            brand_assets::get(&mut tx, &[1; 32])
                .await
                .unwrap()
                .is_none(),
            "replaced"
        );
        let picture = brand_assets::get(&mut tx, &[2; 32]).await.unwrap().unwrap();
        assert_eq!(picture.content, b"new");
        tx.commit().await.unwrap();
    });
}
