//! Where the database is and who we are there. Passwords cannot be printed.

use crate::error::{StoreError, StoreResult};
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::str::FromStr;

/// A `postgres://` address with its password. `Debug` shows stars; there is no `Display`.
#[derive(Clone)]
pub struct DatabaseUrl {
    options: PgConnectOptions,
    text: String,
}

impl DatabaseUrl {
    /// Reads an address such as `postgres://name:password@host/database` or, for a socket folder,
    /// `postgres://name:password@localhost/database?host=/folder`.
    pub fn parse(text: &str) -> StoreResult<Self> {
        let has_scheme = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let options = PgConnectOptions::from_str(text).map_err(|_| StoreError::BadAddress)?;
        if !has_scheme {
            return Err(StoreError::BadAddress);
        }
        Ok(Self {
            options,
            text: text.to_owned(),
        })
    }

    /// The whole address, password included: for handing to a child process, never for a log.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The login's name.
    #[must_use]
    pub fn login(&self) -> &str {
        self.options.get_username()
    }

    /// What the driver needs, labelled for `pg_stat_activity`.
    pub(crate) fn options(&self, label: &str) -> PgConnectOptions {
        self.options.clone().application_name(label)
    }
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> StoreResult<Self> {
        Self::parse(text)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(***)")
    }
}

/// The two logins of the installation.
#[derive(Clone, Debug)]
pub struct DatabaseUrls {
    /// The application's login: owns nothing, inherits nothing, used for every request.
    pub app: DatabaseUrl,
    /// The owner's login: migrations, creating and deleting workspaces. A process that only
    /// serves requests does without.
    pub owner: Option<DatabaseUrl>,
}
