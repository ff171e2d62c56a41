//! Starting, sharing and stopping the embedded database.

use super::account::Account;
use super::cluster::Cluster;
use super::passwords::Passwords;
use super::{DatabaseError, file_error};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::{DatabaseUrl, DatabaseUrls, RolePasswords, prepare_database};
use tokio::task::JoinHandle;

/// Name of the database.
const DATABASE: &str = "livery";
/// Longest wait until the server takes connections: it may have to recover from a crash first.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// Pause between two looks whether it takes connections.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Starts tried again: after a kill, what is left of the old server keeps its shared memory for a
/// moment, and one that was found shutting down is gone a moment later.
const RESTARTS: u32 = 40;

/// The embedded database as one of its users holds it.
pub struct EmbeddedPostgres {
    cluster: Cluster,
    /// Held alone while the database is started or stopped.
    gate: File,
    /// Held shared by every process that uses the database.
    users: File,
    child: Option<JoinHandle<()>>,
}

impl EmbeddedPostgres {
    /// Starts the database under `data_dir`, or joins the one that runs there already.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, a folder cannot be used, or it does not become ready.
    pub async fn start(data_dir: &Path) -> Result<(Self, DatabaseUrls), DatabaseError> {
        let data_dir = data_dir
            .canonicalize()
            .map_err(file_error("cannot find", data_dir))?;
        let account = Account::choose()?;
        let gate = lock_file(&data_dir.join("database.gate"))?;
        let users = lock_file(&data_dir.join("database.users"))?;
        let gate = hold(gate, Hold::Alone).await?;
        let users = hold(users, Hold::Shared).await?;
        let passwords = Passwords::read_or_make(&data_dir.join("database-passwords"))?;
        let cluster = Cluster::prepare(folder_of(&data_dir, account), account)?;
        let mut embedded = Self {
            cluster,
            gate,
            users,
            child: None,
        };
        let urls = embedded.bring_up(&passwords).await;
        let _ = embedded.gate.unlock();
        match urls {
            Ok(urls) => Ok((embedded, urls)),
            Err(error) => {
                embedded.stop().await;
                Err(error)
            }
        }
    }

    async fn bring_up(&mut self, passwords: &Passwords) -> Result<DatabaseUrls, DatabaseError> {
        if self.cluster.running().is_none() {
            self.cluster.create(&passwords.superuser).await?;
            self.child = Some(self.cluster.start()?);
        }
        let superuser = self.url("postgres", &passwords.superuser, "postgres")?;
        let roles = RolePasswords {
            app: passwords.app.clone(),
            owner: passwords.owner.clone(),
        };
        let deadline = Instant::now() + READY_WITHIN;
        let mut restarts = RESTARTS;
        while let Err(error) = prepare_database(&superuser, DATABASE, &roles).await {
            let served = self.child_lives() || self.cluster.running().is_some();
            if Instant::now() > deadline || (!served && restarts == 0) {
                let log = format!("{} ({error})", self.cluster.log_end());
                return Err(DatabaseError::NotReady { log });
            }
            tokio::time::sleep(LOOK_EVERY).await;
            if !served {
                restarts -= 1;
                self.child = Some(self.cluster.start()?);
            }
        }
        Ok(DatabaseUrls {
            app: self.url("livery_app", &passwords.app, DATABASE)?,
            owner: Some(self.url("livery_owner", &passwords.owner, DATABASE)?),
        })
    }

    fn child_lives(&self) -> bool {
        self.child
            .as_ref()
            .is_some_and(|child| !child.is_finished())
    }

    fn url(
        &self,
        login: &str,
        password: &str,
        database: &str,
    ) -> Result<DatabaseUrl, DatabaseError> {
        let socket = self.cluster.socket.to_string_lossy();
        let socket: String = url::form_urlencoded::byte_serialize(socket.as_bytes()).collect();
        let address = format!("postgres://{login}:{password}@localhost/{database}?host={socket}");
        Ok(DatabaseUrl::parse(&address)?)
    }

    /// Lets go of the database. The last one to let go stops it, cleanly.
    pub async fn stop(self) {
        let Self {
            cluster,
            gate,
            users,
            child,
        } = self;
        let Ok(gate) = hold(gate, Hold::Alone).await else {
            return;
        };
        // Alone on the users' lock: nobody else uses the database.
        if users.try_lock().is_ok() {
            cluster.stop(child).await;
        }
        drop(users);
        drop(gate);
    }
}

enum Hold {
    Alone,
    Shared,
}

/// Waits for a lock without holding up the event loop.
async fn hold(file: File, how: Hold) -> Result<File, DatabaseError> {
    tokio::task::spawn_blocking(move || {
        match how {
            Hold::Alone => file.lock(),
            Hold::Shared => file.lock_shared(),
        }
        .map_err(file_error("cannot lock", "the embedded database"))?;
        Ok(file)
    })
    .await?
}

fn lock_file(path: &Path) -> Result<File, DatabaseError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(file_error("cannot open", path))
}

/// The cluster's folder: below the data folder where the database's account can reach it, else
/// below `/var/lib`, under a name that follows from the data folder. The second happens when root
/// keeps its data in a folder closed to everybody, such as its home.
fn folder_of(data_dir: &Path, account: Account) -> PathBuf {
    let inside = data_dir.join("postgres");
    if account.reaches(&inside) {
        return inside;
    }
    let name = super::short_name(data_dir);
    PathBuf::from(format!("/var/lib/livery-{name}"))
}
