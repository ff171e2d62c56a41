//! An installation in a folder of its own: its command line, its files, and its database beside them.

use serde_json::Value;
use server::cli::open::{self, Opened};
use server::config;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_livery");
/// Stands in every key of these checks, and may stand nowhere else.
pub(crate) const CANARY: &str = "sk-canary-7f3a9c1e55d24b60";
/// The variable that holds it.
pub(crate) const VARIABLE: &str = "CANARY_KEY";

pub(crate) struct Rig {
    folder: PathBuf,
    pub(crate) opened: Opened,
}

/// How a command ended, and everything it said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.err);
        serde_json::from_str(&self.out).unwrap()
    }
}

impl Rig {
    pub(crate) async fn open(name: &str) -> Self {
        // Short, because the socket of PostgreSQL lies below it.
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let data = folder.join("data");
        let settings = [("LIVERY_SERVER__DATA_DIR", data.to_str().unwrap())];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = config::load(None, settings.into_iter()).unwrap();
        let opened = open::open(config).await.unwrap();
        Self { folder, opened }
    }

    pub(crate) async fn close(self) {
        self.opened.close().await;
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file into the folder; its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LIVERY_SERVER__DATA_DIR", self.folder.join("data"))
            .env(VARIABLE, CANARY)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) async fn livery(&self, args: &[&str]) -> Said {
        let mut command = self.command();
        command.args(args);
        let ended = tokio::task::spawn_blocking(move || command.output().unwrap());
        let ended = ended.await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let said = Said {
            code: ended.status.code(),
            out: text(ended.stdout),
            err: text(ended.stderr),
        };
        assert!(!said.out.contains(CANARY), "{args:?} printed a secret");
        assert!(!said.err.contains(CANARY), "{args:?} told a secret");
        said
    }

    /// Applies a document that must be applied; the report.
    pub(crate) async fn apply(&self, text: &str, more: &[&str]) -> Value {
        let file = self.file("document.yaml", text);
        let args = [&["apply", file.as_str(), "--json"], more].concat();
        self.livery(&args).await.json()
    }

    /// The document of a workspace.
    pub(crate) async fn export(&self, slug: &str) -> Value {
        self.livery(&["export", slug, "--json"]).await.json()
    }

    /// How many records the workspace's log has, and the actions of the last `many`.
    pub(crate) async fn log(&self, slug: &str, many: u32) -> (i64, Vec<String>) {
        let row = self.opened.workspace(slug).await.unwrap();
        let mut tx = self.opened.store.enter(row.id).await.unwrap();
        let ends = store::audit::ends(&mut tx).await.unwrap().unwrap();
        let wanted = store::audit::Wanted::default();
        let rows = store::audit::list(&mut tx, &wanted, many).await.unwrap();
        tx.commit().await.unwrap();
        let actions = rows.into_iter().map(|row| row.action);
        (ends.head.seq, actions.collect())
    }

    /// Runs SQL as the superuser; returns what it printed.
    pub(crate) fn by_hand(&self, sql: &str) -> String {
        let data = self.folder.join("data");
        let passwords = std::fs::read_to_string(data.join("database-passwords")).unwrap();
        let passwords: Value = serde_json::from_str(&passwords).unwrap();
        let mut child = Command::new(psql())
            .args(["-qAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres"])
            .args(["-d", "livery", "-h"])
            .arg(data.join("postgres/socket"))
            .env("PGPASSWORD", passwords["superuser"].as_str().unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(sql.as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{sql}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Schema of a workspace.
    pub(crate) async fn schema(&self, slug: &str) -> String {
        let row = self.opened.workspace(slug).await.unwrap();
        format!("t_{}", row.id.uuid().simple())
    }
}

fn psql() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let found = versions.ok().and_then(|versions| {
        versions
            .filter_map(|version| Some(version.ok()?.path().join("bin/psql")))
            .find(|psql| psql.exists())
    });
    found.unwrap_or_else(|| PathBuf::from("psql"))
}

/// A document with everything in it that needs no person.
pub(crate) fn rich(slug: &str) -> String {
    include_str!("fixtures/rich.yaml").replace("SLUG", slug)
}
