//! People of the platform host: links, grants, sessions, codes, and the log of what they do.

use crate::rig::{create, execute, on_database};
use contract::staff::Grant;
use contract::{AgencyId, GuestId, StaffId, StaffSessionId, TenantId};
use sqlx::AssertSqlSafe;
use std::time::Duration;
use store::Store;
use store::guests::NewGuest;
use store::platform::agencies::AgencyRow;
use store::platform::clients::{self, WantedClients};
use store::platform::guest_codes::{self, NewGuestCode};
use store::platform::staff::{Invited, NewStaff, NewStaffSession};
use store::platform::staff_log::Deed;
use uuid::Uuid;

const HOUR: Duration = Duration::from_hours(1);

fn deed(action: &'static str) -> Deed {
    Deed::new(None, "operator", action, "something")
}

async fn agency(store: &Store, slug: &str) -> AgencyId {
    let row = AgencyRow {
        id: AgencyId::from_uuid(Uuid::now_v7()),
        slug: slug.to_owned(),
        name: slug.to_uppercase(),
        demo: false,
    };
    store
        .create_agency(&row, &deed("agency.created"))
        .await
        .unwrap();
    row.id
}

fn somebody(email: &str, agency: Option<AgencyId>, token: u8) -> NewStaff {
    NewStaff {
        id: StaffId::from_uuid(Uuid::now_v7()),
        email: email.to_owned(),
        grant: Grant {
            agency: agency.map(|id| (id, String::new())),
            owner: false,
            only: None,
            may_open: true,
        },
        token_hash: [token; 32],
        lifetime: HOUR,
        invited_by: "Rita".to_owned(),
        may_replace: false,
    }
}

async fn accepted(store: &Store, token: u8) -> StaffId {
    let given = ("Lena", "$argon2id$hash");
    let accepted = store.accept_staff_offer(&[token; 32], given).await.unwrap();
    accepted.unwrap()
}

#[test]
fn a_link_works_once_and_carries_nobody_elses_grant() {
    on_database(async |rig| {
        let store = rig.store().await;
        let (one, two) = (agency(&store, "one").await, agency(&store, "two").await);
        let invite = async |new: NewStaff| store.invite_staff(&new, &deed("staff.invited")).await;
        let first = somebody("Lena@One.example", Some(one), 1);
        assert_eq!(invite(first).await.unwrap(), Invited::ByLink);
        // Another agency gets no link to what the first one grants, and an operator's word counts.
        let other = || somebody("lena@one.example", Some(two), 2);
        assert_eq!(invite(other()).await.unwrap(), Invited::Waiting);
        assert_eq!(store.staff_offer(&[2; 32]).await.unwrap(), None);
        let offer = store.staff_offer(&[1; 32]).await.unwrap().unwrap();
        assert_eq!(offer.email, "lena@one.example");
        // The newest link of the same agency replaces the one before.
        let again = somebody("lena@one.example", Some(one), 3);
        assert_eq!(invite(again).await.unwrap(), Invited::ByLink);
        assert_eq!(store.staff_offer(&[1; 32]).await.unwrap(), None);
        accepted(&store, 3).await;
        let used = store.accept_staff_offer(&[3; 32], ("Eve", "hash")).await;
        assert_eq!(used.unwrap(), None);
        assert_eq!(invite(other()).await.unwrap(), Invited::HasPassword);
        let row = store.staff_by_email("lena@one.example").await.unwrap();
        let row = row.unwrap();
        assert_eq!(row.name, "Lena");
        let agencies = async || {
            let grants = store.grants_of_staff(row.id).await.unwrap();
            let named = grants.into_iter().filter_map(|grant| grant.agency);
            named.collect::<Vec<_>>()
        };
        let both = [(one, "ONE".to_owned()), (two, "TWO".to_owned())];
        assert_eq!(agencies().await, both);
        let gone = store
            .remove_grant("lena@one.example", one, &deed("staff.removed"))
            .await;
        assert!(gone.unwrap());
        assert_eq!(agencies().await, both[1..]);
    });
}

#[test]
fn a_session_ends_by_the_clock_and_by_idleness() {
    on_database(async |rig| {
        let store = rig.store().await;
        let new = somebody("rita@operator.example", None, 1);
        store
            .invite_staff(&new, &deed("staff.invited"))
            .await
            .unwrap();
        let staff = accepted(&store, 1).await;
        let session = |token: u8, lifetime| NewStaffSession {
            id: StaffSessionId::from_uuid(Uuid::now_v7()),
            token_hash: [token; 32],
            staff,
            user_agent: String::new(),
            lifetime,
        };
        let begun = session(7, HOUR);
        store
            .begin_staff_session(&begun, &deed("staff.signed_in"))
            .await
            .unwrap();
        let over = session(8, Duration::ZERO);
        store
            .begin_staff_session(&over, &deed("staff.signed_in"))
            .await
            .unwrap();
        let found = store
            .staff_of_session(&[7; 32], HOUR)
            .await
            .unwrap()
            .unwrap();
        assert!(found.is_operator());
        assert_eq!(store.staff_of_session(&[8; 32], HOUR).await.unwrap(), None);
        tokio::time::sleep(Duration::from_millis(20)).await;
        let idle = Duration::from_millis(5);
        assert_eq!(store.staff_of_session(&[7; 32], idle).await.unwrap(), None);
        store.end_staff_session(begun.id).await.unwrap();
        assert_eq!(store.staff_of_session(&[7; 32], HOUR).await.unwrap(), None);
    });
}

#[test]
fn tries_are_counted_before_they_are_judged_and_refused_ones_are_not() {
    on_database(async |rig| {
        let store = rig.store().await;
        let subjects = [("address", 9), ("account", 2)];
        let count = async || store.count_staff_try(&subjects, HOUR).await.unwrap();
        assert_eq!(
            [count().await, count().await, count().await],
            [true, true, false]
        );
        assert!(!count().await, "waiting made it shorter");
        store
            .forgive_staff_try(Some("address"), "account")
            .await
            .unwrap();
        assert!(count().await);
    });
}

async fn coded(store: &Store, tenant: TenantId, code: u8) -> bool {
    let staff = store.staff_by_email("rita@operator.example").await.unwrap();
    let new = NewGuestCode {
        code_hash: [code; 32],
        tenant,
        staff: staff.unwrap().id,
        house: String::new(),
        reason: "to look".to_owned(),
        lifetime: HOUR,
    };
    store
        .make_guest_code(&new, &deed("client.opened"))
        .await
        .unwrap()
}

#[test]
fn a_code_opens_one_workspace_once_and_none_that_lets_nobody_in() {
    on_database(async |rig| {
        let store = rig.store().await;
        let (here, next_door) = (create(&store, "here").await, create(&store, "door").await);
        let new = somebody("rita@operator.example", None, 1);
        store
            .invite_staff(&new, &deed("staff.invited"))
            .await
            .unwrap();
        accepted(&store, 1).await;
        assert!(coded(&store, here, 1).await);
        let take = async |tenant: TenantId, code: u8, take: bool| {
            let mut tx = store.enter(tenant).await.unwrap();
            let found = guest_codes::find(&mut tx, &[code; 32], take).await.unwrap();
            tx.commit().await.unwrap();
            found.is_some()
        };
        assert!(!take(next_door, 1, true).await);
        assert!(take(here, 1, false).await && take(here, 1, true).await);
        assert!(!take(here, 1, true).await, "used twice");
        assert!(coded(&store, here, 2).await);
        let mut tx = store.enter(here).await.unwrap();
        guest_codes::allow(&mut tx, false).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!take(here, 2, true).await, "a code from before");
        assert!(!coded(&store, here, 3).await);
    });
}

#[test]
fn a_stay_is_kept_and_cannot_be_rewritten() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let guest = |token: u8, lifetime| NewGuest {
            id: GuestId::from_uuid(Uuid::now_v7()),
            token_hash: [token; 32],
            staff: StaffId::from_uuid(Uuid::now_v7()),
            name: "Lena".to_owned(),
            email: "lena@one.example".to_owned(),
            house: "ONE".to_owned(),
            reason: "to look".to_owned(),
            lifetime,
        };
        let mut tx = store.enter(tenant).await.unwrap();
        store::guests::begin(&mut tx, &guest(1, HOUR))
            .await
            .unwrap();
        store::guests::begin(&mut tx, &guest(2, Duration::ZERO))
            .await
            .unwrap();
        guest_codes::expect_until(&mut tx, 1).await.unwrap();
        assert!(
            store::guests::find(&mut tx, &[1; 32])
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            store::guests::find(&mut tx, &[2; 32])
                .await
                .unwrap()
                .is_none()
        );
        tx.commit().await.unwrap();
        assert_eq!(store.with_guests().await.unwrap(), [tenant]);
        let mut tx = store.enter(tenant).await.unwrap();
        let closed = store::guests::close(&mut tx, false).await.unwrap();
        assert_eq!(closed.len(), 1, "the one whose time is over");
        let closed = store::guests::close(&mut tx, true).await.unwrap();
        assert_eq!(closed.len(), 1, "the other one");
        guest_codes::expect_nobody(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.with_guests().await.unwrap().is_empty());
        for statement in [
            "update guests set reason = 'nothing'",
            "update guests set name = 'Nobody'",
            "delete from guests",
        ] {
            let own = tenant.uuid().simple();
            let sql = format!(
                "begin; set local role t_{own}; set local search_path to t_{own}; {statement}"
            );
            let mut conn = rig.superuser().await;
            let outcome = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await;
            let refused = outcome.unwrap_err();
            let refused = refused
                .as_database_error()
                .and_then(sqlx::error::DatabaseError::code);
            assert_eq!(refused.as_deref(), Some("42501"), "{statement}");
        }
    });
}

#[test]
fn lists_hold_what_was_asked_for_and_no_more() {
    on_database(async |rig| {
        let store = rig.store().await;
        for slug in ["amber", "birch", "cedar"] {
            create(&store, slug).await;
        }
        let list = async |text: &str, skip: i64, take: i64| {
            let wanted = WantedClients {
                text,
                skip,
                take,
                ..WantedClients::default()
            };
            let (rows, found) = store.clients(&wanted).await.unwrap();
            let slugs: Vec<_> = rows.into_iter().map(|row| row.slug).collect();
            (slugs, found)
        };
        assert_eq!(
            list("", 0, 2).await,
            (vec!["amber".to_owned(), "birch".to_owned()], 3)
        );
        assert_eq!(list("", 2, 2).await, (vec!["cedar".to_owned()], 3));
        assert_eq!(list("IRC", 0, 9).await, (vec!["birch".to_owned()], 1));
        // Signs that mean something to a pattern mean themselves.
        for odd in ["%", "_", "'"] {
            assert_eq!(list(odd, 0, 9).await, (Vec::new(), 0), "{odd}");
        }
        let none = WantedClients {
            only: Some(&[]),
            take: 9,
            ..WantedClients::default()
        };
        assert_eq!(store.clients(&none).await.unwrap().1, 0);
    });
}

#[test]
fn closing_is_recorded_with_the_deed_and_the_log_shows_a_change() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        assert!(clients::suspend(&mut tx, "Lena", "not paid").await.unwrap());
        store::platform::staff_log::append_with(&mut tx, &deed("client.suspended"))
            .await
            .unwrap();
        drop(tx);
        assert!(
            store.staff_log(0, 9).await.unwrap().is_empty(),
            "a deed that was not done"
        );
        let mut tx = store.enter(tenant).await.unwrap();
        assert!(clients::suspend(&mut tx, "Lena", "not paid").await.unwrap());
        store::platform::staff_log::append_with(&mut tx, &deed("client.suspended"))
            .await
            .unwrap();
        assert!(!clients::suspend(&mut tx, "Lena", "again").await.unwrap());
        tx.commit().await.unwrap();
        let row = store.client(tenant).await.unwrap().unwrap();
        assert_eq!(row.suspension.unwrap().reason, "not paid");
        store.record_deed(&deed("client.noted")).await.unwrap();
        store.record_deed(&deed("client.noted")).await.unwrap();
        assert_eq!(store.staff_log_break().await.unwrap(), None);
        for (statement, first) in [
            ("delete from platform.staff_log where seq = 3", 3),
            (
                "update platform.staff_log set object = 'another' where seq = 2",
                2,
            ),
            ("delete from platform.staff_log where seq = 1", 1),
        ] {
            execute(&mut rig.superuser().await, statement.to_owned()).await;
            assert_eq!(
                store.staff_log_break().await.unwrap(),
                Some(first),
                "{statement}"
            );
        }
    });
}
