//! The embedded PostgreSQL: shared, killed, adopted, refused to strangers.

use crate::database::EmbeddedPostgres;
use crate::rig::{connect, execute, scratch};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::{DatabaseUrls, Store, StoreOptions};

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(test);
}

/// The file that names the running server; below the data folder, or wherever the database's
/// account can reach.
fn pid_file(folder: &Path) -> PathBuf {
    folder.join("postgres/data/postmaster.pid")
}

fn pid_of(folder: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(pid_file(folder)).ok()?;
    text.lines().next()?.trim().parse().ok().map(Pid::from_raw)
}

async fn ping(urls: &DatabaseUrls) {
    let store = Store::connect(urls.clone(), StoreOptions::default())
        .await
        .unwrap();
    store.ping().await.unwrap();
    store.close();
}

#[test]
fn the_last_one_to_let_go_stops_it() {
    run(async {
        let folder = scratch("embedded-shared");
        let (one, urls) = EmbeddedPostgres::start(&folder).await.unwrap();
        let first = pid_of(&folder).unwrap();
        let (two, same) = EmbeddedPostgres::start(&folder).await.unwrap();
        assert_eq!(pid_of(&folder), Some(first), "one server for both");
        assert_eq!(urls.app.expose(), same.app.expose());
        one.stop().await;
        ping(&urls).await;
        two.stop().await;
        assert!(!alive(first), "still running");
        assert!(!pid_file(&folder).exists());
    });
}

#[test]
fn a_killed_server_comes_back_with_its_data() {
    run(async {
        let folder = scratch("embedded-killed");
        let (postgres, urls) = EmbeddedPostgres::start(&folder).await.unwrap();
        let mut conn = connect(urls.owner.clone().unwrap().expose()).await;
        let sql = "create schema kept; create table kept.rows as select 7 as n";
        execute(&mut conn, sql.to_owned()).await;
        // At work when the server is killed: it lives on a moment longer.
        let busy = tokio::spawn(async move {
            let _ = sqlx::raw_sql("select pg_sleep(1)").execute(&mut conn).await;
        });
        let killed = pid_of(&folder).unwrap();
        kill(killed, Signal::SIGKILL).unwrap();
        // Whoever started it has not noticed and still uses it when somebody else comes.
        let (other, urls) = EmbeddedPostgres::start(&folder).await.unwrap();
        assert_ne!(pid_of(&folder), Some(killed));
        let mut conn = connect(urls.owner.unwrap().expose()).await;
        let sql = "select 1 / (select count(*) from kept.rows where n = 7)";
        execute(&mut conn, sql.to_owned()).await;
        busy.abort();
        postgres.stop().await;
        other.stop().await;
        assert!(!pid_file(&folder).exists());
    });
}

#[test]
fn an_orphan_is_adopted_and_stopped() {
    run(async {
        let folder = scratch("embedded-orphan");
        let (postgres, _) = EmbeddedPostgres::start(&folder).await.unwrap();
        let orphan = pid_of(&folder).unwrap();
        drop(postgres);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(kill(orphan, None).is_ok(), "it outlives whoever started it");
        let (postgres, urls) = EmbeddedPostgres::start(&folder).await.unwrap();
        assert_eq!(
            pid_of(&folder),
            Some(orphan),
            "never two on one data folder"
        );
        ping(&urls).await;
        postgres.stop().await;
        for _ in 0..100 {
            if !alive(orphan) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the orphan runs on");
    });
}

/// A process that has ended but whose end nobody has read yet counts as ended.
fn alive(pid: Pid) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn strangers_are_kept_out() {
    run(async {
        let folder = scratch("embedded-strangers");
        let (postgres, urls) = EmbeddedPostgres::start(&folder).await.unwrap();
        let pid = pid_of(&folder).unwrap();
        let status = std::fs::metadata(format!("/proc/{pid}")).unwrap();
        assert_ne!(status.uid(), 0, "PostgreSQL must not run as root");
        let mode = |path: PathBuf| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.join("database-passwords")), 0o600);
        assert_eq!(mode(folder.join("postgres")), 0o700);
        assert_eq!(mode(folder.join("postgres/data")), 0o700);
        let mut guess: url::Url = urls.app.expose().parse().unwrap();
        for password in ["", "livery_app", "postgres"] {
            guess.set_password(Some(password)).unwrap();
            for login in ["livery_app", "livery_owner", "postgres"] {
                guess.set_username(login).unwrap();
                let urls = DatabaseUrls {
                    app: guess.as_str().parse().unwrap(),
                    owner: None,
                };
                let refused = Store::connect(urls, StoreOptions::default()).await;
                assert!(refused.is_err(), "{login} came in with {password:?}");
            }
        }
        let listening = std::fs::read_to_string(format!("/proc/{pid}/net/tcp")).unwrap();
        let port_5432 = ":1538 00000000:0000 0A";
        assert!(!listening.contains(port_5432), "it listens on a TCP port");
        postgres.stop().await;
    });
}
