//! One cluster on disk: made by `initdb`, served by `postgres`, ended by a signal.

use super::account::Account;
use super::binaries::Binaries;
use super::{DatabaseError, file_error};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Command;
use tokio::task::JoinHandle;

/// Longest path of a unix socket (`sun_path` of Linux, less its closing zero).
const SOCKET_PATH_MAX: usize = 107;
/// What PostgreSQL puts behind the socket folder.
const SOCKET_NAME: &str = "/.s.PGSQL.5432";
/// A log larger than this is begun anew at start.
const LOG_MAX_BYTES: u64 = 8 * 1024 * 1024;
/// Longest wait for a fast shutdown: it ends with a checkpoint.
const STOP_WITHIN: Duration = Duration::from_mins(1);

/// Where a cluster lives and whom it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    folder: PathBuf,
    pub(super) socket: PathBuf,
    account: Account,
}

impl Cluster {
    /// Makes the folders, given to the database's account and closed to everybody else.
    pub(super) fn prepare(folder: PathBuf, account: Account) -> Result<Self, DatabaseError> {
        private_folder(&folder, account)?;
        let inside = folder.join("socket");
        let socket = if inside.as_os_str().len() + SOCKET_NAME.len() <= SOCKET_PATH_MAX {
            inside
        } else {
            short_socket_folder(&folder)
        };
        private_folder(&socket, account)?;
        Ok(Self {
            folder,
            socket,
            account,
        })
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Runs `initdb` unless it has run. `password`: the superuser's.
    pub(super) async fn create(&self, password: &str) -> Result<(), DatabaseError> {
        if self.data().join("PG_VERSION").is_file() {
            return Ok(());
        }
        // What an interrupted initdb left is of no use.
        if self.data().exists() {
            fs::remove_dir_all(self.data()).map_err(file_error("cannot remove", self.data()))?;
        }
        let binaries = Binaries::find(&self.data())?;
        let draft = self.folder.join("data.draft");
        let _ = fs::remove_dir_all(&draft);
        let password_file = self.folder.join("password");
        self.write_private(&password_file, password)?;
        let mut command = Command::new(binaries.program("initdb"));
        command
            .arg("--pgdata")
            .arg(&draft)
            .args(["--username=postgres", "--encoding=UTF8", "--no-locale"])
            .args(["--auth=scram-sha-256", "--data-checksums"])
            .arg("--pwfile")
            .arg(&password_file)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        self.account.apply(&mut command);
        let output = command
            .output()
            .await
            .map_err(file_error("cannot run", binaries.program("initdb")));
        let _ = fs::remove_file(&password_file);
        let output = output?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            return Err(DatabaseError::Program {
                program: "initdb",
                output: text.trim().to_owned(),
            });
        }
        fs::rename(&draft, self.data()).map_err(file_error("cannot rename", draft))
    }

    /// Starts the server. It is not ready yet when this returns. The task ends when the server
    /// does, and collects it at once: while it is not, no other server starts on the same data.
    pub(super) fn start(&self) -> Result<JoinHandle<()>, DatabaseError> {
        let binaries = Binaries::find(&self.data())?;
        let log = self.open_log()?;
        let errors = log
            .try_clone()
            .map_err(file_error("cannot open", self.log()))?;
        let mut command = Command::new(binaries.program("postgres"));
        command
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(&self.socket)
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "unix_socket_permissions=0700",
            ])
            .args([
                "-c",
                "max_connections=100",
                "-c",
                "log_timezone=UTC",
                "-c",
                "timezone=UTC",
            ])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            // Ctrl-C in the terminal is for us; we stop the database when we have stopped.
            .process_group(0);
        self.account.apply(&mut command);
        let mut child = command
            .spawn()
            .map_err(file_error("cannot run", binaries.program("postgres")))?;
        Ok(tokio::spawn(async move {
            match child.wait().await {
                Ok(status) if status.success() => {}
                Ok(status) => tracing::warn!(%status, "the embedded database ended"),
                Err(error) => tracing::warn!(%error, "the embedded database was lost sight of"),
            }
        }))
    }

    /// The process that serves this cluster, whoever started it.
    pub(super) fn running(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        let pid = Pid::from_raw(text.lines().next()?.trim().parse().ok()?);
        lives(pid).then_some(pid)
    }

    /// Ends the server: clients are disconnected, everything is written, then it is gone.
    pub(super) async fn stop(&self, child: Option<JoinHandle<()>>) {
        let Some(pid) = self.running() else { return };
        if kill(pid, Signal::SIGINT).is_err() {
            return;
        }
        if let Some(child) = child {
            let _ = tokio::time::timeout(STOP_WITHIN, child).await;
            return;
        }
        let deadline = Instant::now() + STOP_WITHIN;
        while lives(pid) && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// The last lines of the server's log.
    pub(super) fn log_end(&self) -> String {
        let read = || {
            let mut file = fs::File::open(self.log()).ok()?;
            let length = file.metadata().ok()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(2_000)))
                .ok()?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).ok()?;
            Some(String::from_utf8_lossy(&bytes).trim().to_owned())
        };
        read().unwrap_or_default()
    }

    fn open_log(&self) -> Result<fs::File, DatabaseError> {
        let path = self.log();
        if path.metadata().is_ok_and(|log| log.len() > LOG_MAX_BYTES) {
            let _ = fs::remove_file(&path);
        }
        let log = OpenOptions::new().create(true).append(true).open(&path);
        let log = log.map_err(file_error("cannot open", &path))?;
        let closed = fs::Permissions::from_mode(0o600);
        fs::set_permissions(&path, closed).map_err(file_error("cannot close to others", &path))?;
        self.account.own(&path)?;
        Ok(log)
    }

    fn write_private(&self, path: &Path, text: &str) -> Result<(), DatabaseError> {
        let _ = fs::remove_file(path);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(file_error("cannot write", path))?;
        self.account.own(path)
    }
}

/// Whether this process is a PostgreSQL that runs. A number that another program has by now must
/// not be taken for ours, and one that has ended but was not collected by its parent serves nobody.
fn lives(pid: Pid) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|status| {
        status
            .split_once(" (postgres) ")
            .is_some_and(|(_, state)| !state.starts_with('Z'))
    })
}

fn private_folder(folder: &Path, account: Account) -> Result<(), DatabaseError> {
    fs::create_dir_all(folder).map_err(file_error("cannot make", folder))?;
    let closed = fs::Permissions::from_mode(0o700);
    fs::set_permissions(folder, closed).map_err(file_error("cannot close to others", folder))?;
    account.own(folder)
}

/// A folder with a short path for a socket whose natural one would be too long. The name follows
/// from the cluster's folder, so that every process finds the same one.
fn short_socket_folder(folder: &Path) -> PathBuf {
    let name = super::short_name(folder);
    std::env::temp_dir().join(format!("pg-{name}"))
}
