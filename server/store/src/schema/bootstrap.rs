//! Turning an empty PostgreSQL into one with the installation's two logins and its database.

use crate::connections::addresses::DatabaseUrl;
use crate::error::StoreResult;
use crate::schema::statements;
use sqlx::{ConnectOptions, Connection, PgConnection, Row};
use std::fmt;

/// Names of the logins and the database. The installation's own, not a workspace's.
const OWNER: &str = "livery_owner";
const APP: &str = "livery_app";
/// Key of the advisory lock while logins are made ("logins" in ASCII).
const LOCK: i64 = 0x6c6f_6769_6e73;

/// Passwords for the two logins. `Debug` shows stars.
#[derive(Clone)]
pub struct RolePasswords {
    /// For the application's login.
    pub app: String,
    /// For the owner's login.
    pub owner: String,
}

impl fmt::Debug for RolePasswords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RolePasswords(***)")
    }
}

/// Creates the logins `livery_owner` and `livery_app` (or sets their passwords and rights right)
/// and the database `name`. Safe to repeat and to run from several processes at once.
/// `superuser` is used here and nowhere else.
pub async fn prepare_database(
    superuser: &DatabaseUrl,
    name: &str,
    passwords: &RolePasswords,
) -> StoreResult<()> {
    let options = superuser.options("bootstrap").disable_statement_logging();
    let mut conn = PgConnection::connect_with(&options).await?;
    sqlx::query("select pg_advisory_lock($1)")
        .bind(LOCK)
        .execute(&mut conn)
        .await?;
    // Passwords must not reach the server's log, whatever its settings are.
    sqlx::raw_sql(
        "set log_statement = 'none'; set log_min_duration_statement = -1; \
         set log_min_error_statement = 'panic'",
    )
    .execute(&mut conn)
    .await?;
    for (login, password, creates_roles) in [
        (OWNER, &passwords.owner, true),
        (APP, &passwords.app, false),
    ] {
        let exists = exists(
            &mut conn,
            "select exists (select 1 from pg_roles where rolname = $1) as found",
            login,
        )
        .await?;
        let statement = statements::ensure_login(login, password, exists, creates_roles);
        sqlx::raw_sql(statement).execute(&mut conn).await?;
    }
    let found = exists(
        &mut conn,
        "select exists (select 1 from pg_database where datname = $1) as found",
        name,
    )
    .await?;
    if !found {
        sqlx::raw_sql(statements::create_database(name, OWNER))
            .execute(&mut conn)
            .await?;
    }
    sqlx::raw_sql(statements::close_database(name, OWNER, APP))
        .execute(&mut conn)
        .await?;
    conn.close().await?;
    Ok(())
}

async fn exists(
    conn: &mut PgConnection,
    question: &'static str,
    name: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query(question)
        .bind(name)
        .fetch_one(conn)
        .await?
        .try_get("found")
}
