//! The embedded PostgreSQL: used when no other one is configured.
//!
//! Owns finding the binaries on the machine, the cluster under the data folder, and starting and
//! stopping the server as an unprivileged child. Refuses the network: it listens on a private unix
//! socket only, and every login needs its random password.
//!
//! Several processes may use one data folder at once (a server and commands beside it). Each holds
//! a shared lock; whoever is the last to let go stops the database. A process that is killed loses
//! its lock with its life, so nothing has to be cleaned up after it.

mod account;
mod binaries;
mod cluster;
mod embedded;
mod passwords;

pub use embedded::EmbeddedPostgres;

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// The embedded database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// No PostgreSQL on this machine.
    #[error(
        "no PostgreSQL server binaries were found (looked for initdb in {looked}). Install the \
         package `postgresql`, or set DATABASE_URL"
    )]
    NoBinaries {
        /// Where it was looked for.
        looked: String,
    },
    /// The data was written by another major version.
    #[error("the data in {data} was written by PostgreSQL {found}, which is not installed here")]
    OtherVersion {
        /// The cluster's folder.
        data: PathBuf,
        /// The major version that wrote it.
        found: String,
    },
    /// We run as root and there is nobody else to run the database as.
    #[error("PostgreSQL does not run as root, and neither `postgres` nor `nobody` exists here")]
    NoAccount,
    /// A file or folder.
    #[error("{doing} {path}: {source}")]
    File {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Which.
        program: &'static str,
        /// The end of what it said.
        output: String,
    },
    /// The database did not become ready.
    #[error("the embedded database did not start within a minute; the end of its log: {log}")]
    NotReady {
        /// The end of its log.
        log: String,
    },
    /// The logins could not be prepared.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A task was lost.
    #[error("waiting for the embedded database failed: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Names the file in an I/O error.
fn file_error(
    doing: &'static str,
    path: impl Into<PathBuf>,
) -> impl FnOnce(io::Error) -> DatabaseError {
    let path = path.into();
    move |source| DatabaseError::File {
        doing,
        path,
        source,
    }
}

/// Sixteen letters that follow from a path: the same for every process, different for every path.
fn short_name(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(8).fold(String::new(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}
