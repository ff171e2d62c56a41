//! Keys for programs on two processes over one PostgreSQL: what each recognises, and how soon a dead key
//! is dead on both.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use contract::keys::KeyEnvironment;
use contract::programs::ProgramDraft;
use contract::{Caller, MemberId, Role, SessionId, TenantId};
use engine::Environment;
use secrecy::ExposeSecret as _;
use serde_json::json;
use server::cli::open::{self, Opened};
use server::config;
use server::tenancy::{Snapshots, TenantSnapshot};
use server::virtual_keys::{Issued, NotRecognised, Program, Rotation, VirtualKeys, Who};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::platform::changes::Changes;
use store::platform::workspaces::NewWorkspace;
use store::routes::RouteRow;
use store::{NewMemberRow, NewSessionRow, members, sessions};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// A key that is dead on one process is dead on every other within this.
const DEAD_WITHIN: Duration = Duration::from_secs(5);
/// Who makes the keys here.
const OPERATOR: Who<'static> = (None, "operator");

/// What one process has of keys.
struct Process {
    opened: Opened,
    snapshots: Snapshots,
    keys: VirtualKeys,
    listening: JoinHandle<()>,
}

impl Process {
    async fn start(folder: &Path) -> Self {
        let data_dir = ("LIVERY_SERVER__DATA_DIR", folder.to_str().unwrap());
        let settings = [data_dir].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = config::load(None, settings.into_iter()).unwrap();
        let opened = open::open(config).await.unwrap();
        let snapshots = Snapshots::new(opened.store.clone());
        let changes = opened.store.changes().await.unwrap();
        Self {
            keys: VirtualKeys::new(opened.store.clone(), Arc::clone(&opened.keyring)),
            listening: tokio::spawn(listen(changes, snapshots.clone())),
            snapshots,
            opened,
        }
    }

    async fn snapshot(&self, tenant: TenantId) -> Arc<TenantSnapshot> {
        self.snapshots.of_id(tenant).await.unwrap().unwrap()
    }

    async fn recognise(&self, tenant: TenantId, token: &str) -> Result<Program, NotRecognised> {
        let snapshot = self.snapshot(tenant).await;
        self.keys.recognise(&snapshot, token, address("192.0.2.7"))
    }

    /// Waits until this process recognises the token.
    async fn knows(&self, tenant: TenantId, token: &str) -> Program {
        let deadline = Instant::now() + DEAD_WITHIN;
        loop {
            match self.recognise(tenant, token).await {
                Ok(program) => return program,
                Err(error) => assert!(Instant::now() < deadline, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until this process refuses the token.
    async fn refuses(&self, tenant: TenantId, token: &str) -> NotRecognised {
        let deadline = Instant::now() + DEAD_WITHIN;
        loop {
            match self.recognise(tenant, token).await {
                Err(error) => return error,
                Ok(_) => assert!(Instant::now() < deadline, "it lives on"),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn stop(self) {
        self.listening.abort();
        self.opened.close().await;
    }
}

/// Forgets what changed, as the server's job does.
async fn listen(mut changes: Changes, snapshots: Snapshots) {
    loop {
        let change = changes.next().await;
        snapshots.heed(change).await;
    }
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn token(issued: &Issued) -> String {
    issued.token.expose_secret().to_owned()
}

fn draft(name: &str, environment: KeyEnvironment) -> ProgramDraft {
    ProgramDraft::new(name, environment)
}

async fn workspace(process: &Process, slug: &str) -> TenantId {
    let store = &process.opened.store;
    let new = NewWorkspace {
        id: TenantId::from_uuid(Uuid::now_v7()),
        slug: slug.to_owned(),
        name: slug.to_owned(),
        agency: None,
        host: None,
        brand: json!({}),
        budget: None,
        environment: "production".to_owned(),
        demo: false,
    };
    store.create_workspace(&new).await.unwrap();
    let mut tx = store.enter(new.id).await.unwrap();
    for (environment, alias) in [("production", "careful"), ("development", "trial")] {
        let route = RouteRow {
            alias: alias.to_owned(),
            label: String::new(),
            environment: environment.to_owned(),
            strategy: "priority".to_owned(),
            targets: json!([{ "kind": "demo" }]),
            options: json!({}),
            position: 1,
        };
        store::routes::upsert(&mut tx, &route).await.unwrap();
    }
    tx.commit().await.unwrap();
    store.announce_change(new.id).await.unwrap();
    new.id
}

async fn person(process: &Process, tenant: TenantId, name: &str) -> Caller {
    let mut tx = process.opened.store.enter(tenant).await.unwrap();
    let member = NewMemberRow {
        id: MemberId::from_uuid(Uuid::now_v7()),
        email: format!("{name}@demo.example"),
        name: name.to_owned(),
        role: Role::Member,
        password_hash: None,
    };
    members::insert(&mut tx, &member).await.unwrap();
    let session = NewSessionRow {
        id: SessionId::from_uuid(Uuid::now_v7()),
        token_hash: [member.id.uuid().into_bytes(), Uuid::new_v4().into_bytes()]
            .concat()
            .try_into()
            .unwrap(),
        member_id: member.id,
        user_agent: String::new(),
        lifetime: Duration::from_hours(9),
        origin: store::SessionOrigin::default(),
    };
    sessions::insert(&mut tx, &session).await.unwrap();
    tx.commit().await.unwrap();
    let (id, name) = (member.id, name.to_owned());
    Caller::new(tenant, id, session.id, Role::Member, name, member.email)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_process_decides_holds_on_the_other() {
    let folder = std::env::temp_dir().join(format!("lv-keys-{}", std::process::id()));
    let (one, two) = (Process::start(&folder).await, Process::start(&folder).await);
    let (own, other) = (workspace(&one, "own").await, workspace(&one, "other").await);
    recognised(&one, &two, (own, other)).await;
    narrow(&one, own).await;
    rotated(&one, &two, own).await;
    revoked(&one, &two, own).await;
    bound(&one, &two, own).await;
    overtaken(&one, &two, own).await;
    one.stop().await;
    two.stop().await;
    std::fs::remove_dir_all(folder).unwrap();
}

/// Its own workspace, its own environment, and nothing else.
async fn recognised(one: &Process, two: &Process, (own, other): (TenantId, TenantId)) {
    let production = draft("everything", KeyEnvironment::Production);
    let production = one.keys.make(own, OPERATOR, production).await.unwrap();
    let development = draft("trying out", KeyEnvironment::Development);
    let development = one.keys.make(own, OPERATOR, development).await.unwrap();
    for process in [one, two] {
        let program = process.knows(own, &token(&production)).await;
        assert_eq!(program.id, production.id);
        assert_eq!(program.environment, Environment::Production);
        assert_eq!(
            (program.member, program.team, program.role),
            (None, None, None)
        );
        assert_eq!(program.owner.uuid(), production.id.uuid(), "nobody made it");
        assert!(program.may_ask("careful"));
        let elsewhere = process.recognise(other, &token(&production)).await;
        assert_eq!(
            elsewhere,
            Err(NotRecognised::Unknown),
            "another workspace's"
        );
        let program = process.knows(own, &token(&development)).await;
        let snapshot = process.snapshot(own).await;
        let reach = |alias| snapshot.route_in(program.environment, alias).is_some();
        assert!(reach("trial") && !reach("careful"), "development alone");
        let reach = |alias| snapshot.route_in(Environment::Production, alias).is_some();
        assert!(
            reach("careful") && !reach("trial"),
            "and the other way round"
        );
    }
    // A secret of one key with the id of another, and the kind of another.
    let (real, foreign) = (token(&production), token(&development));
    let mixed = format!("{}{}", &real[..36], &foreign[40..]);
    let posing = real.replacen("lv_", "lv_dev_", 1);
    for wrong in [
        "",
        "lv_",
        "lv_dev_",
        &mixed,
        &posing,
        &real[1..],
        &format!("{real}A"),
    ] {
        let found = one.recognise(own, wrong).await;
        assert_eq!(found, Err(NotRecognised::Unknown), "{wrong:?}");
    }
    assert!(!format!("{:?}", one.recognise(own, &real).await).contains(&real[36..]));
    one.keys.write_uses().await;
    let listed = one.keys.list(own).await.unwrap();
    assert!(listed.iter().all(|key| key.last_used_ms.is_some()));
    let shown = format!("{listed:?}");
    assert!(!shown.contains(&real[36..]), "no list holds a token");
}

/// Models, networks and time.
async fn narrow(one: &Process, own: TenantId) {
    let narrow = ProgramDraft {
        models: vec!["careful".to_owned()],
        networks: vec!["198.51.100.0/24".to_owned(), "2001:db8::/32".to_owned()],
        ..draft("narrow", KeyEnvironment::Production)
    };
    let issued = one.keys.make(own, OPERATOR, narrow).await.unwrap();
    let token = token(&issued);
    one.snapshots.forget(own).await;
    let snapshot = one.snapshot(own).await;
    for (from, good) in [
        ("198.51.100.9", true),
        ("::ffff:198.51.100.9", true),
        ("2001:db8::1", true),
        ("198.51.101.9", false),
        ("::1", false),
    ] {
        let from = address(from);
        match one.keys.recognise(&snapshot, &token, from) {
            Ok(program) => {
                assert!(good, "{from}");
                assert!(program.may_ask("careful") && !program.may_ask("trial"));
            }
            Err(error) => {
                assert_eq!((good, error), (false, NotRecognised::WrongNetwork { from }));
            }
        }
    }
    let soon = ProgramDraft {
        expires_ms: Some(now_ms() + 1_000),
        ..draft("soon over", KeyEnvironment::Production)
    };
    let issued = one.keys.make(own, OPERATOR, soon).await.unwrap();
    let soon = self::token(&issued);
    one.knows(own, &soon).await;
    assert_eq!(one.refuses(own, &soon).await, NotRecognised::Expired);
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_millis()).unwrap()
}

/// Both secrets for a while; then one; then at once.
async fn rotated(one: &Process, two: &Process, own: TenantId) {
    let made = draft("rotated", KeyEnvironment::Production);
    let made = one.keys.make(own, OPERATOR, made).await.unwrap();
    let first = token(&made);
    two.knows(own, &first).await;
    let turn = |overlap, seen| Rotation {
        id: made.id,
        overlap,
        seen,
    };
    let day = Duration::from_hours(24);
    let second = one
        .keys
        .rotate(own, OPERATOR, turn(day, None))
        .await
        .unwrap();
    assert!(second.previous_until_ms.unwrap() > now_ms());
    let second = token(&second);
    two.knows(own, &second).await;
    two.knows(own, &first).await;
    let stale = turn(day, Some(&first[first.len() - 4..]));
    assert!(
        one.keys.rotate(own, OPERATOR, stale).await.is_err(),
        "sent twice"
    );
    let third = turn(Duration::from_secs(1), None);
    let third = token(&one.keys.rotate(own, OPERATOR, third).await.unwrap());
    two.knows(own, &third).await;
    assert_eq!(two.refuses(own, &first).await, NotRecognised::Unknown);
    assert_eq!(
        two.refuses(own, &second).await,
        NotRecognised::Unknown,
        "over"
    );
    let last = turn(Duration::ZERO, None);
    let last = token(&one.keys.rotate(own, OPERATOR, last).await.unwrap());
    two.knows(own, &last).await;
    assert_eq!(
        two.refuses(own, &third).await,
        NotRecognised::Unknown,
        "at once"
    );
    let long = turn(Duration::from_hours(10_000), None);
    assert!(one.keys.rotate(own, OPERATOR, long).await.is_err());
}

/// Dead on the other process, with the secret that was rotated away too.
async fn revoked(one: &Process, two: &Process, own: TenantId) {
    let made = draft("revoked", KeyEnvironment::Production);
    let made = one.keys.make(own, OPERATOR, made).await.unwrap();
    let first = token(&made);
    let rotation = Rotation {
        id: made.id,
        overlap: Duration::from_hours(1),
        seen: None,
    };
    let second = token(&one.keys.rotate(own, OPERATOR, rotation).await.unwrap());
    two.knows(own, &first).await;
    two.knows(own, &second).await;
    one.keys.revoke(own, OPERATOR, made.id).await.unwrap();
    assert_eq!(two.refuses(own, &second).await, NotRecognised::Revoked);
    assert_eq!(two.refuses(own, &first).await, NotRecognised::Unknown);
    assert!(one.keys.rotate(own, OPERATOR, rotation).await.is_err());
    // Whoever guesses at a revoked key is not told that it was one.
    let wrong = format!("{}{}", &second[..40], "A".repeat(39));
    assert_eq!(
        two.recognise(own, &wrong).await,
        Err(NotRecognised::Unknown)
    );
    one.keys.revoke(own, OPERATOR, made.id).await.unwrap();
}

/// As their member, and no longer than them.
async fn bound(one: &Process, two: &Process, own: TenantId) {
    let anna = person(one, own, "anna").await;
    let key = ProgramDraft {
        member: Some(anna.member()),
        ..draft("of anna", KeyEnvironment::Production)
    };
    let maker = (Some(anna.member()), "anna");
    let key = token(&one.keys.make(own, maker, key).await.unwrap());
    let (minted, until) = one.keys.mint(&anna).await.unwrap();
    assert!(until <= now_ms() + 3_600_000);
    let minted = token(&minted);
    let program = two.knows(own, &minted).await;
    assert_eq!(program.session, Some(anna.session()));
    for token in [&key, &minted] {
        let program = two.knows(own, token).await;
        assert_eq!(
            (program.member, program.owner),
            (Some(anna.member()), anna.member())
        );
        assert_eq!(program.role, Some(Role::Member));
    }
    let store = &one.opened.store;
    let mut tx = store.enter(own).await.unwrap();
    members::set_role(&mut tx, anna.member(), Role::Auditor)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        two.refuses(own, &key).await,
        NotRecognised::MemberGone,
        "asks nothing"
    );
    let mut tx = store.enter(own).await.unwrap();
    members::set_role(&mut tx, anna.member(), Role::Member)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    two.knows(own, &key).await;
    let mut tx = store.enter(own).await.unwrap();
    sessions::remove(&mut tx, anna.session(), anna.member())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(two.refuses(own, &minted).await, NotRecognised::Unknown);
    assert!(one.keys.mint(&anna).await.is_err(), "signed out");
    two.knows(own, &key).await;
    let mut tx = store.enter(own).await.unwrap();
    members::remove(&mut tx, anna.member()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(two.refuses(own, &key).await, NotRecognised::MemberGone);
}

/// A snapshot that is being read while a key is revoked is not the one that stays.
async fn overtaken(one: &Process, two: &Process, own: TenantId) {
    for round in 0..20 {
        let made = draft(&format!("raced {round}"), KeyEnvironment::Production);
        let made = one.keys.make(own, OPERATOR, made).await.unwrap();
        let token = token(&made);
        two.knows(own, &token).await;
        let reading = async {
            for _ in 0..10 {
                two.snapshots.forget_all();
                two.snapshot(own).await;
            }
        };
        let revoking = one.keys.revoke(own, OPERATOR, made.id);
        let ((), revoked) = tokio::join!(reading, revoking);
        revoked.unwrap();
        assert_eq!(two.refuses(own, &token).await, NotRecognised::Revoked);
    }
}
