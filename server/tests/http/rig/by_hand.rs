//! The database as somebody sees it who found the password of its superuser.

use super::House;
use serde_json::Value;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use uuid::Uuid;

impl House {
    /// Runs SQL as the superuser; returns what it printed, without headings.
    pub(crate) fn by_hand(&self, sql: &str) -> String {
        let folder = self.server.data_dir();
        let passwords = std::fs::read_to_string(folder.join("database-passwords")).unwrap();
        let passwords: Value = serde_json::from_str(&passwords).unwrap();
        let mut child = Command::new(psql())
            .args(["-qAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres"])
            .args(["-d", "livery", "-h"])
            .arg(folder.join("postgres/socket"))
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
        let rows = self.server.desk(&["workspace", "list"], None).await;
        let rows = rows
            .as_array()
            .or_else(|| rows["workspaces"].as_array())
            .unwrap();
        let id = rows.iter().find(|row| row["slug"] == slug).unwrap()["id"].clone();
        let id: Uuid = serde_json::from_value(id).unwrap();
        format!("t_{}", id.simple())
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
