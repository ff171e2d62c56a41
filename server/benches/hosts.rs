//! From a host name to its workspace, with ten thousand workspaces and ten thousand names of clients.
//! `cargo bench -p server --bench hosts`; one JSON line for each figure, nanoseconds.
//!
//! Every name is asked for once, so that it is in memory; then all of them again in another order, each
//! timed by itself. Beside it the same over ten names, so that what the number of names costs is seen in
//! one run. Rows of workspaces are written without their schemas, which ten thousand of would fill a disk:
//! a look-up of a name does not go there.

#![expect(
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures and prints"
)]

use rand::seq::SliceRandom as _;
use server::cli::open::{self, Opened};
use server::config;
use server::tenancy::Snapshots;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const WORKSPACES: usize = 10_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    let folder = std::env::temp_dir().join(format!("hosts-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let opened = open_at(&folder).await;
    fill(&folder);
    let mut all: Vec<String> = Vec::with_capacity(2 * WORKSPACES);
    for number in 0..WORKSPACES {
        all.push(format!("w{number}.platform.example"));
        all.push(format!("ai.client{number}.example"));
    }
    let few: Vec<String> = all.iter().take(10).cloned().collect();
    let snapshots = Snapshots::new(opened.store.clone());
    line(
        "cold, each asked of the database once",
        warm(&snapshots, &all).await,
    );
    line("warm, 20,000 names", again(&snapshots, &all).await);
    let snapshots = Snapshots::new(opened.store.clone());
    warm(&snapshots, &few).await;
    line("warm, 10 names", again(&snapshots, &few).await);
    opened.close().await;
    let _ = std::fs::remove_dir_all(&folder);
}

async fn open_at(folder: &Path) -> Opened {
    let setting = (
        "LIVERY_SERVER__DATA_DIR".to_owned(),
        folder.to_str().unwrap().to_owned(),
    );
    open::open(config::load(None, [setting].into_iter()).unwrap())
        .await
        .unwrap()
}

/// Rows of workspaces and their names, by the database's own owner.
fn fill(folder: &Path) {
    let stored = std::fs::read_to_string(folder.join("database-passwords")).unwrap();
    let stored: serde_json::Value = serde_json::from_str(&stored).unwrap();
    let socket = find_socket(folder).unwrap();
    let (directory, port) = (socket.parent().unwrap(), socket.extension().unwrap());
    let sql = format!(
        "insert into platform.workspaces (id, slug, name)
           select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'w' || n, 'Workspace'
           from generate_series(0, {WORKSPACES} - 1) n;
         insert into platform.domains (host, workspace_id)
           select slug || '.platform.example', id from platform.workspaces
           union all select 'ai.client' || substr(slug, 2) || '.example', id from platform.workspaces;
         analyze platform.domains;"
    );
    let done = Command::new("psql")
        .env("PGPASSWORD", stored["superuser"].as_str().unwrap())
        .arg("-h")
        .arg(directory)
        .arg("-p")
        .arg(port)
        .args([
            "-U",
            "postgres",
            "-d",
            "livery",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            &sql,
        ])
        .stdout(Stdio::null())
        .status();
    assert!(done.unwrap().success());
}

/// `.s.PGSQL.<port>` somewhere below the folder.
fn find_socket(folder: &Path) -> Option<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(".s.PGSQL.") && !name.ends_with(".lock") {
                return Some(path);
            }
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    None
}

/// Asks for every name once. Nanoseconds each.
async fn warm(snapshots: &Snapshots, hosts: &[String]) -> Vec<u64> {
    let mut times = Vec::with_capacity(hosts.len());
    for host in hosts {
        let begun = Instant::now();
        assert!(
            snapshots.id_of_host(host).await.unwrap().is_some(),
            "{host}"
        );
        times.push(begun.elapsed().as_nanos() as u64);
    }
    times
}

/// Asks for all of them again, in another order, ten times over or until it is enough.
async fn again(snapshots: &Snapshots, hosts: &[String]) -> Vec<u64> {
    let mut order: Vec<&String> = hosts.iter().collect();
    let mut times = Vec::new();
    while times.len() < 200_000 {
        order.shuffle(&mut rand::rng());
        for host in &order {
            let begun = Instant::now();
            let found = snapshots.id_of_host(host).await.unwrap();
            times.push(begun.elapsed().as_nanos() as u64);
            assert!(found.is_some());
        }
    }
    times
}

fn line(what: &str, mut times: Vec<u64>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    let figures = serde_json::json!({
        "what": what, "names": times.len(), "p50_ns": at(50), "p99_ns": at(99),
    });
    println!("{figures}");
}
