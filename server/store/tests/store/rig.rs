//! A database for one test, and workspaces in it.

use crate::database::EmbeddedPostgres;
use contract::{ConversationId, MemberId, MessageId, NanoUsd, Role, TenantId};
use serde_json::json;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, Row as _};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use store::platform::workspaces::NewWorkspace;
use store::{
    DatabaseUrl, DatabaseUrls, NewAnswerRow, NewMemberRow, NewQuestionRow, RolePasswords, Store,
    StoreOptions, TenantTx, conversations, members, messages, prepare_database,
};
use uuid::Uuid;

const OUTSIDE: &str = "STORE_TEST_SUPERUSER_URL";

/// One test's database.
pub(crate) struct Rig {
    superuser: url::Url,
    passwords: RolePasswords,
    name: String,
}

/// Runs `test` on a database of its own and removes it afterwards, whatever the outcome.
pub(crate) fn on_database(test: impl AsyncFnOnce(&Rig)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (postgres, superuser, passwords) = runtime.block_on(cluster());
    let rig = Rig {
        superuser,
        passwords,
        name: format!("test_{}", Uuid::now_v7().simple()),
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            rig.prepare().await;
            test(&rig).await;
        });
    }));
    runtime.block_on(async {
        rig.remove().await;
        if let Some(postgres) = postgres {
            postgres.stop().await;
        }
    });
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// The cluster all tests share. Each process that runs one joins it; the last one stops it.
async fn cluster() -> (Option<EmbeddedPostgres>, url::Url, RolePasswords) {
    if let Ok(address) = std::env::var(OUTSIDE) {
        let passwords = RolePasswords {
            app: "outside-app".into(),
            owner: "outside-owner".into(),
        };
        return (None, address.parse().unwrap(), passwords);
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("store-tests");
    std::fs::create_dir_all(&folder).unwrap();
    let (postgres, urls) = EmbeddedPostgres::start(&folder).await.unwrap();
    let stored = std::fs::read_to_string(folder.join("database-passwords")).unwrap();
    let stored: serde_json::Value = serde_json::from_str(&stored).unwrap();
    let password = |of: &str| stored[of].as_str().unwrap().to_owned();
    let mut superuser: url::Url = urls.app.expose().parse().unwrap();
    superuser.set_username("postgres").unwrap();
    superuser
        .set_password(Some(&password("superuser")))
        .unwrap();
    superuser.set_path("/postgres");
    (
        Some(postgres),
        superuser,
        RolePasswords {
            app: password("app"),
            owner: password("owner"),
        },
    )
}

impl Rig {
    async fn prepare(&self) {
        let superuser = DatabaseUrl::parse(self.superuser.as_str()).unwrap();
        prepare_database(&superuser, &self.name, &self.passwords)
            .await
            .unwrap();
    }

    async fn remove(&self) {
        let mut conn = self.superuser().await;
        let tenants = sqlx::query(
            "select nspname::text as name from pg_namespace where nspname ~ '^t_[0-9a-f]{32}$'",
        )
        .fetch_all(&mut conn)
        .await
        .unwrap();
        conn.close().await.unwrap();
        let mut conn = connect(self.superuser.as_str()).await;
        let database = &self.name;
        execute(&mut conn, format!("drop database {database} with (force)")).await;
        for row in tenants {
            let role: String = row.get("name");
            execute(&mut conn, format!("drop role if exists {role}")).await;
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The address of a login to this test's database.
    pub(crate) fn url(&self, login: &str, password: &str) -> DatabaseUrl {
        let mut url = self.superuser.clone();
        url.set_username(login).unwrap();
        url.set_password(Some(password)).unwrap();
        url.set_path(&format!("/{}", self.name));
        DatabaseUrl::parse(url.as_str()).unwrap()
    }

    pub(crate) fn app(&self) -> DatabaseUrl {
        self.url("livery_app", &self.passwords.app)
    }

    pub(crate) fn owner(&self) -> DatabaseUrl {
        self.url("livery_owner", &self.passwords.owner)
    }

    /// Superuser in this test's database.
    pub(crate) fn superuser_url(&self) -> DatabaseUrl {
        let password = self.superuser.password().unwrap_or_default();
        self.url(self.superuser.username(), password)
    }

    /// A connection as superuser to this test's database: for looking from outside.
    pub(crate) async fn superuser(&self) -> PgConnection {
        connect(self.superuser_url().expose()).await
    }

    pub(crate) async fn store_with(&self, options: StoreOptions) -> Store {
        let urls = DatabaseUrls {
            app: self.app(),
            owner: Some(self.owner()),
        };
        Store::connect(urls, options).await.unwrap()
    }

    /// A migrated store.
    pub(crate) async fn store(&self) -> Store {
        let store = self.store_with(StoreOptions::default()).await;
        store.migrate().await.unwrap();
        store
    }
}

pub(crate) async fn connect(address: &str) -> PgConnection {
    sqlx::postgres::PgConnectOptions::from_str(address)
        .unwrap()
        .disable_statement_logging()
        .connect()
        .await
        .unwrap()
}

/// Statements that a test puts together; nothing in them comes from outside.
pub(crate) async fn execute(conn: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(conn)
        .await
        .unwrap();
}

/// One number from a question a test puts together.
pub(crate) async fn count(conn: &mut PgConnection, sql: String) -> i64 {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .fetch_one(conn)
        .await
        .unwrap()
        .get(0)
}

pub(crate) fn new_workspace(slug: &str) -> NewWorkspace {
    NewWorkspace {
        id: TenantId::from_uuid(Uuid::now_v7()),
        slug: slug.to_owned(),
        name: format!("Workspace {slug}"),
        agency: None,
        host: Some(format!("{slug}.example")),
        brand: json!({}),
        budget: Some(NanoUsd::from_usd(40)),
        environment: "production".to_owned(),
        demo: true,
    }
}

pub(crate) async fn create(store: &Store, slug: &str) -> TenantId {
    let new = new_workspace(slug);
    store.create_workspace(&new).await.unwrap();
    new.id
}

pub(crate) fn member(name: &str) -> NewMemberRow {
    NewMemberRow {
        id: MemberId::from_uuid(Uuid::now_v7()),
        email: format!("{name}@demo.example"),
        name: name.to_owned(),
        role: Role::Member,
        password_hash: None,
    }
}

/// A person with a question and an answer that is being written by `node`.
pub(crate) async fn open_turn(
    tx: &mut TenantTx,
    node: Uuid,
) -> (MemberId, ConversationId, MessageId) {
    let person = member("asker");
    members::insert(tx, &person).await.unwrap();
    let conversation = ConversationId::from_uuid(Uuid::now_v7());
    conversations::insert(tx, conversation, person.id, b"sealed title")
        .await
        .unwrap();
    let question = NewQuestionRow {
        id: MessageId::from_uuid(Uuid::now_v7()),
        conversation_id: conversation,
        member_id: person.id,
        parent_id: None,
        sealed_body: b"sealed question".to_vec(),
    };
    messages::insert_question(tx, &question).await.unwrap();
    let answer = answer_to(&question, node, "token");
    messages::insert_answer(tx, &answer).await.unwrap();
    (person.id, conversation, answer.id)
}

pub(crate) fn answer_to(question: &NewQuestionRow, node: Uuid, token: &str) -> NewAnswerRow {
    NewAnswerRow {
        id: MessageId::from_uuid(Uuid::now_v7()),
        conversation_id: question.conversation_id,
        member_id: question.member_id,
        parent_id: question.id,
        alias: "demo".to_owned(),
        node_id: node,
        send_token: token.to_owned(),
    }
}

/// A folder that is empty at first, where the database's account can reach it: the build's own
/// scratch space may lie below a home folder that is closed to others.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("store-tests-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
