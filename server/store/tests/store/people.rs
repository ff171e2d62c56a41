//! People, their sessions and invitations: the promises the functions make.

use crate::rig::{create, member, on_database};
use contract::{InvitationId, MemberId, Role, SessionId};
use std::time::Duration;
use store::{
    NewInvitationRow, NewSessionRow, StoreError, invitations, members, sessions, throttle,
};
use uuid::Uuid;

fn session(member: MemberId, token: u8, lifetime: Duration) -> NewSessionRow {
    NewSessionRow {
        id: SessionId::from_uuid(Uuid::now_v7()),
        token_hash: [token; 32],
        member_id: member,
        user_agent: "test".to_owned(),
        lifetime,
        origin: store::SessionOrigin::default(),
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
