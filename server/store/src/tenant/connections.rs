//! Identity providers that the workspace trusts. What `settings` and `role_map` hold is the sign-on
//! module's business, and no secret; the secret is sealed by the caller.
//!
//! A connection that is changed in what it trusts counts a new version, which no test was of yet.

use crate::Sealed;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use crate::platform::changes::announce_with;
use contract::ConnectionId;
use contract::sign_on::{ConnectionKind, ConnectionState};
use serde_json::Value;
use sqlx::postgres::PgRow;

/// A connection as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionRow {
    /// The connection.
    pub id: ConnectionId,
    /// Which protocol.
    pub kind: ConnectionKind,
    /// What the workspace calls it; unique in it.
    pub name: String,
    /// Whether people come in through it.
    pub state: ConnectionState,
    /// Whom it trusts, in the form of its protocol.
    pub settings: Value,
    /// The secret that the provider knows us by.
    pub sealed_secret: Option<Sealed>,
    /// Whether people who were never here are taken in.
    pub jit: bool,
    /// As what.
    pub role_map: Value,
    /// People the workspace may have before nobody is taken in any more.
    pub seats: Option<i32>,
    /// Domains of addresses whose people are led here, where they are proven.
    pub home_domains: Vec<String>,
    /// Everybody but the owners signs in through connections.
    pub enforced: bool,
    /// Counts every change of what is trusted.
    pub version: i32,
    /// The version that somebody tried.
    pub tested_version: Option<i32>,
    /// When that was.
    pub tested_ms: Option<i64>,
    /// Since when nobody has said that its people are the same.
    pub frozen_ms: Option<i64>,
    /// Made.
    pub created_ms: i64,
    /// Changed.
    pub updated_ms: i64,
}

impl ConnectionRow {
    /// What is trusted now is what somebody tried.
    #[must_use]
    pub fn is_tested(&self) -> bool {
        self.tested_version == Some(self.version)
    }
}

/// A connection to be made.
#[derive(Clone, Debug)]
pub struct NewConnection {
    /// Made by the caller.
    pub id: ConnectionId,
    /// Which protocol.
    pub kind: ConnectionKind,
    /// Unique in the workspace.
    pub name: String,
    /// Whom it trusts.
    pub settings: Value,
    /// The secret that the provider knows us by.
    pub sealed_secret: Option<Sealed>,
}

/// What becomes of the secret with a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretChange {
    /// Nothing.
    Keep,
    /// Another one, or none.
    Put(Option<Sealed>),
}

/// Who is taken in.
#[derive(Clone, Debug, PartialEq)]
pub struct Admission {
    /// Whether people who were never here are.
    pub jit: bool,
    /// As what.
    pub role_map: Value,
    /// Until the workspace has so many people.
    pub seats: Option<i32>,
    /// Domains of addresses whose people are led here.
    pub home_domains: Vec<String>,
}

macro_rules! select_connections {
    ($rest:literal) => {
        concat!(
            "select id, kind, name, state, settings, sealed_secret, jit, role_map, seats, home_domains,
                    enforced, version, tested_version, tested_ms, frozen_ms, created_ms, updated_ms
             from sign_on_connections ",
            $rest
        )
    };
}

fn read(row: &PgRow) -> StoreResult<ConnectionRow> {
    let (kind, state): (&str, &str) = (row.get_as("kind")?, row.get_as("state")?);
    let wrong = |what: &str| StoreError::Inconsistent(format!("sign-on connection {what:?}"));
    Ok(ConnectionRow {
        id: row.id("id")?,
        kind: ConnectionKind::parse(kind).ok_or_else(|| wrong(kind))?,
        name: row.get_as("name")?,
        state: ConnectionState::parse(state).ok_or_else(|| wrong(state))?,
        settings: row.get_as("settings")?,
        sealed_secret: row.get_as("sealed_secret")?,
        jit: row.get_as("jit")?,
        role_map: row.get_as("role_map")?,
        seats: row.get_as("seats")?,
        home_domains: row.get_as("home_domains")?,
        enforced: row.get_as("enforced")?,
        version: row.get_as("version")?,
        tested_version: row.get_as("tested_version")?,
        tested_ms: row.get_as("tested_ms")?,
        frozen_ms: row.get_as("frozen_ms")?,
        created_ms: row.get_as("created_ms")?,
        updated_ms: row.get_as("updated_ms")?,
    })
}

/// Every connection, by name.
pub async fn list(tx: &mut TenantTx) -> StoreResult<Vec<ConnectionRow>> {
    let rows = sqlx::query(select_connections!("order by lower(name), id"))
        .fetch_all(tx.conn()?)
        .await?;
    read_all(&rows, read)
}

/// One connection.
pub async fn get(tx: &mut TenantTx, id: ConnectionId) -> StoreResult<Option<ConnectionRow>> {
    let row = sqlx::query(select_connections!("where id = $1"))
        .bind(id.uuid())
        .fetch_optional(tx.conn()?)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The same, while nobody else can change it.
pub async fn get_for_change(
    tx: &mut TenantTx,
    id: ConnectionId,
) -> StoreResult<Option<ConnectionRow>> {
    let row = sqlx::query(select_connections!("where id = $1 for update"))
        .bind(id.uuid())
        .fetch_optional(tx.conn()?)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Makes a connection, as a draft. [`StoreError::Taken`]: there is one of this name.
pub async fn insert(tx: &mut TenantTx, new: &NewConnection) -> StoreResult<()> {
    sqlx::query(
        "insert into sign_on_connections (id, kind, name, settings, sealed_secret)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(new.id.uuid())
    .bind(new.kind.as_str())
    .bind(&new.name)
    .bind(&new.settings)
    .bind(&new.sealed_secret)
    .execute(tx.conn()?)
    .await?;
    announce_with(tx).await
}

/// Changes name and settings. `trust`: what is trusted changes with them, so the connection counts a new
/// version, its links are frozen, and it has to be tried again; its sessions are the caller's business.
/// [`StoreError::Taken`]: another one has the name. `false`: no such connection.
pub async fn change(
    tx: &mut TenantTx,
    id: ConnectionId,
    (name, settings): (&str, &Value),
    secret: &SecretChange,
    trust: bool,
) -> StoreResult<bool> {
    let (put, sealed) = match secret {
        SecretChange::Keep => (false, None),
        SecretChange::Put(sealed) => (true, sealed.as_ref()),
    };
    let done = sqlx::query(
        "update sign_on_connections set name = $2, settings = $3,
             sealed_secret = case when $4 then $5 else sealed_secret end,
             version = version + case when $6 then 1 else 0 end,
             frozen_ms = case
                 when $6 and exists (select from identities where connection_id = $1)
                 then coalesce(frozen_ms, platform.now_ms()) else frozen_ms end,
             updated_ms = platform.now_ms()
         where id = $1",
    )
    .bind(id.uuid())
    .bind(name)
    .bind(settings)
    .bind(put)
    .bind(sealed)
    .bind(trust)
    .execute(tx.conn()?)
    .await?;
    announce_with(tx).await?;
    Ok(done.rows_affected() > 0)
}

/// Replaces settings that trust nobody else: a key set or a document that was read again. `false`: the
/// connection has changed since `version`.
pub async fn refresh(
    tx: &mut TenantTx,
    id: ConnectionId,
    version: i32,
    settings: &Value,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update sign_on_connections set settings = $3, updated_ms = platform.now_ms()
         where id = $1 and version = $2",
    )
    .bind(id.uuid())
    .bind(version)
    .bind(settings)
    .execute(tx.conn()?)
    .await?;
    announce_with(tx).await?;
    Ok(done.rows_affected() > 0)
}

/// Says who is taken in.
pub async fn set_admission(
    tx: &mut TenantTx,
    id: ConnectionId,
    admission: &Admission,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update sign_on_connections set jit = $2, role_map = $3, seats = $4, home_domains = $5,
             updated_ms = platform.now_ms() where id = $1",
    )
    .bind(id.uuid())
    .bind(admission.jit)
    .bind(&admission.role_map)
    .bind(admission.seats)
    .bind(&admission.home_domains)
    .execute(tx.conn()?)
    .await?;
    announce_with(tx).await?;
    Ok(done.rows_affected() > 0)
}

/// Lets people in through it, or not. One that is not on enforces nothing.
pub async fn set_state(
    tx: &mut TenantTx,
    id: ConnectionId,
    state: ConnectionState,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update sign_on_connections set state = $2, enforced = enforced and $2 = 'on',
             updated_ms = platform.now_ms() where id = $1",
    )
    .bind(id.uuid())
    .bind(state.as_str())
    .execute(tx.conn()?)
    .await?;
    announce_with(tx).await?;
    Ok(done.rows_affected() > 0)
}

/// Makes everybody but the owners sign in through connections, or lets passwords be. `false`: it is not on.
pub async fn set_enforced(
    tx: &mut TenantTx,
    id: ConnectionId,
    enforced: bool,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update sign_on_connections set enforced = $2, updated_ms = platform.now_ms()
         where id = $1 and (not $2 or state = 'on')",
    )
    .bind(id.uuid())
    .bind(enforced)
    .execute(tx.conn()?)
    .await?;
    announce_with(tx).await?;
    Ok(done.rows_affected() > 0)
}

/// Notes that this version was tried, whole. `false`: it has changed since.
pub async fn note_tested(tx: &mut TenantTx, id: ConnectionId, version: i32) -> StoreResult<bool> {
    let done = sqlx::query(
        "update sign_on_connections set tested_version = $2, tested_ms = platform.now_ms()
         where id = $1 and version = $2",
    )
    .bind(id.uuid())
    .bind(version)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Its people are the same as before what it trusts changed.
pub async fn thaw(tx: &mut TenantTx, id: ConnectionId) -> StoreResult<bool> {
    let done = sqlx::query(
        "update sign_on_connections set frozen_ms = null where id = $1 and frozen_ms is not null",
    )
    .bind(id.uuid())
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes a connection with its links and its sessions. `false`: no such connection.
pub async fn remove(tx: &mut TenantTx, id: ConnectionId) -> StoreResult<bool> {
    let done = sqlx::query("delete from sign_on_connections where id = $1")
        .bind(id.uuid())
        .execute(tx.conn()?)
        .await?;
    announce_with(tx).await?;
    Ok(done.rows_affected() > 0)
}

/// Whether a connection that is on makes everybody but the owners come through one.
pub async fn is_enforced(tx: &mut TenantTx) -> StoreResult<bool> {
    let found = sqlx::query_scalar(
        "select exists (select from sign_on_connections where state = 'on' and enforced)",
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(found)
}
