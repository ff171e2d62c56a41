//! Keys for programs as they are stored, and who is told when one dies.

use crate::ledger::{intent, settlement};
use crate::rig::{Rig, count, create, member, on_database};
use contract::{LimitScope, MemberId, NanoUsd, SessionId, TeamId, VirtualKeyId};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::limits::LimitRow;
use store::platform::changes::{Change, Changes, DEAF_AT_MOST, announce_with};
use store::virtual_keys::{NewVirtualKey, VirtualKeyKind, VirtualKeyRow};
use store::{DatabaseUrl, DatabaseUrls, NewSessionRow, Store, StoreError, StoreOptions, TenantTx};
use store::{LedgerWriter, limits, members, sessions, teams, virtual_keys};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::time::timeout;
use uuid::Uuid;

/// A program's key for everything in production.
pub(crate) fn key(id: VirtualKeyId, name: &str) -> NewVirtualKey {
    NewVirtualKey {
        id,
        kind: VirtualKeyKind::Program,
        name: name.to_owned(),
        environment: "production".to_owned(),
        hash: [1; 32],
        ends_in: "abcd".to_owned(),
        member: None,
        team: None,
        models: None,
        networks: None,
        expires_ms: None,
        made_by: None,
        made_by_name: "operator".to_owned(),
    }
}

fn fresh() -> VirtualKeyId {
    VirtualKeyId::from_uuid(Uuid::new_v4())
}

async fn get(tx: &mut TenantTx, id: VirtualKeyId) -> VirtualKeyRow {
    virtual_keys::get(tx, id).await.unwrap().unwrap()
}

#[test]
fn a_key_is_made_rotated_and_revoked() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let id = fresh();
        let new = NewVirtualKey {
            models: Some(vec!["fast".to_owned()]),
            networks: Some(vec!["10.0.0.0/8".to_owned()]),
            expires_ms: Some(i64::MAX),
            ..key(id, "report")
        };
        virtual_keys::insert(&mut tx, &new).await.unwrap();
        let row = get(&mut tx, id).await;
        assert_eq!((&row.models, &row.networks), (&new.models, &new.networks));
        assert_eq!(
            (row.previous, row.revoked_ms, row.for_member),
            (None, None, false)
        );
        assert_eq!(virtual_keys::count_live(&mut tx).await.unwrap(), 1);

        let second = ([2; 32], "efgh");
        let rotated = virtual_keys::rotate(&mut tx, id, (&second.0, second.1), Some(9)).await;
        assert!(rotated.unwrap());
        let row = get(&mut tx, id).await;
        assert_eq!((row.hash, row.ends_in.as_str()), second);
        assert_eq!(row.previous, Some(([1; 32], 9)));
        let third = virtual_keys::rotate(&mut tx, id, (&[3; 32], "ijkl"), None).await;
        assert!(third.unwrap());
        assert_eq!(get(&mut tx, id).await.previous, None, "at once");

        virtual_keys::rotate(&mut tx, id, (&[4; 32], "mnop"), Some(i64::MAX))
            .await
            .unwrap();
        assert!(virtual_keys::revoke(&mut tx, id, "Mia").await.unwrap());
        assert!(!virtual_keys::revoke(&mut tx, id, "Eve").await.unwrap());
        let late = virtual_keys::rotate(&mut tx, id, (&[5; 32], "qrst"), None).await;
        assert!(!late.unwrap(), "a revoked key gets no new secret");
        let row = get(&mut tx, id).await;
        assert_eq!(row.previous, None, "both secrets die");
        assert_eq!(row.revoked_by_name.as_deref(), Some("Mia"));
        assert_eq!(virtual_keys::count_live(&mut tx).await.unwrap(), 0);
        assert_eq!(virtual_keys::list(&mut tx, 9).await.unwrap().len(), 1);
        assert_eq!(virtual_keys::list_known(&mut tx, 9).await.unwrap().len(), 1);
        // The name is free again, for a live key each time.
        virtual_keys::insert(&mut tx, &key(fresh(), "report"))
            .await
            .unwrap();
        let taken = virtual_keys::insert(&mut tx, &key(fresh(), "report")).await;
        assert!(matches!(taken, Err(StoreError::Taken(_))), "{taken:?}");
    });
}

#[test]
fn a_members_key_is_nobody_elses_when_they_are_gone() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let (person, team) = (member("asker"), TeamId::from_uuid(Uuid::now_v7()));
        members::insert(&mut tx, &person).await.unwrap();
        teams::insert(&mut tx, team, "Legal").await.unwrap();
        let (bound, of_team) = (fresh(), fresh());
        let new = NewVirtualKey {
            member: Some((person.id, "Asker".to_owned())),
            made_by: Some(person.id),
            ..key(bound, "bound")
        };
        virtual_keys::insert(&mut tx, &new).await.unwrap();
        let new = NewVirtualKey {
            team: Some(team),
            ..key(of_team, "of a team")
        };
        virtual_keys::insert(&mut tx, &new).await.unwrap();
        let limit = LimitRow {
            scope: LimitScope::VirtualKey(bound),
            model: String::new(),
            month: Some(NanoUsd::from_usd(1)),
            pace: contract::Pace::default(),
        };
        limits::set(&mut tx, Uuid::now_v7(), &limit, "operator")
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let mut changes = store.changes().await.unwrap();
        let mut tx = store.enter(tenant).await.unwrap();
        assert!(members::remove(&mut tx, person.id).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(changes.next().await, Change::Workspace(tenant));
        let mut tx = store.enter(tenant).await.unwrap();
        let row = get(&mut tx, bound).await;
        assert!(row.for_member, "it never becomes everybody's");
        assert_eq!((row.member, row.made_by), (None, None));
        assert_eq!(row.member_name.as_deref(), Some("Asker"));
        assert_eq!(
            limits::list(&mut tx).await.unwrap(),
            [limit],
            "the record stays"
        );
        assert!(virtual_keys::has_for_team(&mut tx, team).await.unwrap());
        tx.commit().await.unwrap();
        let mut tx = store.enter(tenant).await.unwrap();
        assert!(
            teams::remove(&mut tx, team).await.is_err(),
            "a live key is for it"
        );
        drop(tx);
        let mut tx = store.enter(tenant).await.unwrap();
        virtual_keys::revoke(&mut tx, of_team, "Mia").await.unwrap();
        assert!(teams::remove(&mut tx, team).await.unwrap());
    });
}

async fn session_with_token(store: &Store, tenant: contract::TenantId) -> (MemberId, SessionId) {
    let mut tx = store.enter(tenant).await.unwrap();
    let person = member(&Uuid::new_v4().simple().to_string());
    members::insert(&mut tx, &person).await.unwrap();
    let session = NewSessionRow {
        id: SessionId::from_uuid(Uuid::now_v7()),
        token_hash: Uuid::new_v4().into_bytes().repeat(2).try_into().unwrap(),
        member_id: person.id,
        user_agent: String::new(),
        lifetime: Duration::from_hours(9),
        origin: store::SessionOrigin::default(),
    };
    sessions::insert(&mut tx, &session).await.unwrap();
    let new = NewVirtualKey {
        kind: VirtualKeyKind::Person(session.id),
        member: Some((person.id, "Asker".to_owned())),
        expires_ms: Some(i64::MAX),
        ..key(fresh(), "Asker")
    };
    virtual_keys::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    (person.id, session.id)
}

#[test]
fn a_persons_token_ends_with_their_session_and_everybody_is_told() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut changes = store.changes().await.unwrap();
        for everywhere in [false, true] {
            let (person, session) = session_with_token(&store, tenant).await;
            let mut tx = store.enter(tenant).await.unwrap();
            let known = virtual_keys::list_known(&mut tx, 9).await.unwrap();
            assert_eq!(known[0].kind, VirtualKeyKind::Person(session));
            assert!(virtual_keys::list(&mut tx, 9).await.unwrap().is_empty());
            assert_eq!(
                virtual_keys::count_of_person(&mut tx, person)
                    .await
                    .unwrap(),
                1
            );
            if everywhere {
                assert_eq!(
                    sessions::remove_all(&mut tx, person, None).await.unwrap(),
                    1
                );
            } else {
                assert!(sessions::remove(&mut tx, session, person).await.unwrap());
            }
            assert!(
                virtual_keys::list_known(&mut tx, 9)
                    .await
                    .unwrap()
                    .is_empty()
            );
            tx.commit().await.unwrap();
            assert_eq!(changes.next().await, Change::Workspace(tenant));
        }
    });
}

#[test]
fn spending_and_use_are_counted_by_key() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let id = fresh();
        let mut tx = store.enter(tenant).await.unwrap();
        virtual_keys::insert(&mut tx, &key(id, "report"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let writer = LedgerWriter::start(store.clone());
        for by in [Some(id), Some(id), None] {
            let mut intent = intent(tenant, Uuid::now_v7());
            intent.virtual_key = by;
            writer.intend(intent.clone()).await.unwrap();
            writer.settle(settlement(&intent, 500)).await.unwrap();
        }
        writer.close().await;
        store.drain_ledger().await.unwrap();
        let mut tx = store.enter(tenant).await.unwrap();
        let spent = virtual_keys::spent_this_month(&mut tx).await.unwrap();
        assert_eq!(spent.len(), 1);
        assert_eq!(spent[&id], (NanoUsd::new(4_000_000), 2));
        virtual_keys::note_uses(&mut tx, &[(id, 70), (fresh(), 90)])
            .await
            .unwrap();
        virtual_keys::note_uses(&mut tx, &[(id, 60)]).await.unwrap();
        assert_eq!(
            get(&mut tx, id).await.last_used_ms,
            Some(70),
            "never backwards"
        );
    });
}

/// A way to the database that falls silent when it is told to, and closes nothing.
async fn line(rig: &Rig) -> (DatabaseUrl, Arc<AtomicBool>) {
    let real: url::Url = rig.app().expose().parse().unwrap();
    let asked = |name: &str| {
        let mut pairs = real.query_pairs();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let folder = asked("host");
    let port = asked("port").or(real.port().map(|port| port.to_string()));
    let port = port.unwrap_or_else(|| "5432".to_owned());
    let host = real.host_str().unwrap_or("127.0.0.1").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    let silent = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&silent);
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let told = Arc::clone(&told);
            if let Some(folder) = &folder {
                let socket = format!("{folder}/.s.PGSQL.{port}");
                let far = UnixStream::connect(socket).await.unwrap();
                tokio::spawn(carry(near, far, told));
            } else {
                let far = TcpStream::connect(format!("{host}:{port}")).await.unwrap();
                tokio::spawn(carry(near, far, told));
            }
        }
    });
    let mut url = real.clone();
    url.set_query(None);
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(here.port())).unwrap();
    (DatabaseUrl::parse(url.as_str()).unwrap(), silent)
}

async fn carry(
    near: impl AsyncRead + AsyncWrite,
    far: impl AsyncRead + AsyncWrite,
    silent: Arc<AtomicBool>,
) {
    let (near_read, near_write) = tokio::io::split(near);
    let (far_read, far_write) = tokio::io::split(far);
    let there = one_way(near_read, far_write, &silent);
    let back = one_way(far_read, near_write, &silent);
    tokio::join!(there, back);
}

async fn one_way(from: impl AsyncRead, to: impl AsyncWrite, silent: &AtomicBool) {
    let (mut from, mut to) = (pin!(from), pin!(to));
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut buffer).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        if !silent.load(Ordering::Relaxed) && to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// The bound on how long a revoked key may live on a process whose connection died without a word.
#[test]
fn a_line_that_fell_silent_is_noticed() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let (app, silent) = line(rig).await;
        let far = Store::connect(DatabaseUrls { app, owner: None }, StoreOptions::default());
        let far = far.await.unwrap();
        let mut changes = far.changes().await.unwrap();
        store.announce_change(tenant).await.unwrap();
        assert_eq!(heard(&mut changes).await, Change::Workspace(tenant));
        silent.store(true, Ordering::Relaxed);
        store.announce_change(tenant).await.unwrap();
        assert_eq!(heard(&mut changes).await, Change::Everything);
        // As long as it hears nothing, it says so.
        assert_eq!(heard(&mut changes).await, Change::Everything);
        silent.store(false, Ordering::Relaxed);
        let again = async {
            loop {
                store.announce_change(tenant).await.unwrap();
                if changes.next().await == Change::Workspace(tenant) {
                    return;
                }
            }
        };
        timeout(Duration::from_secs(20), again).await.unwrap();
    });
}

/// What is heard within the time that a listener may be deaf.
async fn heard(changes: &mut Changes) -> Change {
    timeout(DEAF_AT_MOST, changes.next()).await.unwrap()
}

#[test]
fn a_lost_connection_is_made_up_for_and_a_change_goes_with_its_transaction() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut changes = store.changes().await.unwrap();
        let mut tx = store.enter(tenant).await.unwrap();
        announce_with(&mut tx).await.unwrap();
        drop(tx);
        let mut tx = store.enter(tenant).await.unwrap();
        announce_with(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(heard(&mut changes).await, Change::Workspace(tenant));
        // Quiet, and then still listening: it asked in between whether it hears.
        assert!(
            timeout(Duration::from_secs(3), changes.next())
                .await
                .is_err()
        );
        store.announce_change(tenant).await.unwrap();
        assert_eq!(heard(&mut changes).await, Change::Workspace(tenant));

        let mut root = rig.superuser().await;
        let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                   where application_name = 'changes' and datname = current_database()";
        assert_eq!(count(&mut root, end.to_owned()).await, 1);
        store.announce_change(tenant).await.unwrap();
        assert_eq!(heard(&mut changes).await, Change::Everything);
        assert_eq!(
            heard(&mut changes).await,
            Change::Everything,
            "it hears again"
        );
        store.announce_change(tenant).await.unwrap();
        assert_eq!(heard(&mut changes).await, Change::Workspace(tenant));
    });
}
