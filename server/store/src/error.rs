//! What can go wrong below the store's functions, sorted by what a caller can do about it.

use std::time::Duration;

/// The outcome of every store function.
pub type StoreResult<T> = Result<T, StoreError>;

/// A failure of storage. Its text names tables and constraints, never values or passwords.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The workspace has no schema in this database.
    #[error("no such workspace")]
    UnknownWorkspace,
    /// A unique name, address or host is taken. Holds the constraint's name.
    #[error("already exists ({0})")]
    Taken(String),
    /// A value breaks a rule of the schema. Holds the constraint's name.
    #[error("refused by the rule {0}")]
    RuleBroken(String),
    /// No connection became free in time.
    #[error("no database connection became free within {0:?}")]
    Busy(Duration),
    /// The task needs the owner login (`DatabaseUrls::owner`), which was not given.
    #[error("this needs the database owner's address, which is not configured")]
    OwnerRequired,
    /// An address could not be read. Never holds the address.
    #[error("the database address is not a postgres:// URL")]
    BadAddress,
    /// The application's login may do more than it should, or not what it must.
    #[error("the database login is not acceptable: {0}")]
    Privileges(String),
    /// A migration was edited after it had been applied here.
    #[error("migration {version} ({name}) differs from the one applied here")]
    EditedMigration {
        /// Its number.
        version: i32,
        /// Its name.
        name: String,
    },
    /// The database was written by a newer program.
    #[error("the database is at version {found}, this program knows up to {known}")]
    NewerDatabase {
        /// What the database says.
        found: i32,
        /// What this program knows.
        known: i32,
    },
    /// Stored data does not have the form this program writes.
    #[error("stored data is not as expected: {0}")]
    Inconsistent(String),
    /// The ledger's writer has stopped; nothing more is accepted.
    #[error("the ledger writer has stopped")]
    WriterStopped,
    /// This process is not registered as living: others may have closed what it left open.
    #[error("this process was given up by the others")]
    GivenUp,
    /// Anything else the driver or the server said.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// `true` when the same call may succeed shortly: lost connection, restart, conflict between
    /// transactions, no free connection.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy(_) => true,
            Self::Database(error) => transient(error),
            _ => false,
        }
    }
}

/// SQLSTATE classes 08 (connection), 40 (rollback), 57P (operator intervention), 53 (resources).
fn transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            ["08", "40", "57P", "53"]
                .iter()
                .any(|class| code.starts_with(class))
        }),
        _ => false,
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(database) = &error {
            let rule = database.constraint().unwrap_or("unnamed").to_owned();
            match database.code().as_deref() {
                Some("23505") => return Self::Taken(rule),
                Some("23502" | "23503" | "23514") => return Self::RuleBroken(rule),
                _ => {}
            }
        }
        Self::Database(error)
    }
}
