//! Signed-in browsers. Only the hash of a session's token is stored.

use super::millis;
use super::teams::read_ids;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::platform::changes::announce_with;
use contract::{ConnectionId, MemberId, Role, SessionId, TeamId};
use sqlx::postgres::PgRow;
use std::time::Duration;

/// The last use is noted at most this often, so that reading pages does not write.
const TOUCH_EVERY_MS: i64 = 60_000;

/// How a session came about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionOrigin {
    /// The identity provider that vouched; `None`: a password, or an invitation.
    pub connection: Option<ConnectionId>,
    /// What the session is called there, for the end of it.
    pub idp_session: Option<String>,
    /// How the person proved who they are: RFC 8176 names, as far as we know or were told.
    pub strength: Vec<String>,
}

/// A session to be begun.
#[derive(Clone)]
pub struct NewSessionRow {
    /// The session, id made by the caller.
    pub id: SessionId,
    /// Hash of the token in the cookie.
    pub token_hash: [u8; 32],
    /// Who signed in.
    pub member_id: MemberId,
    /// The browser's own description.
    pub user_agent: String,
    /// How long it is good, however much it is used.
    pub lifetime: Duration,
    /// How it came about.
    pub origin: SessionOrigin,
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// The browser's own description.
    pub user_agent: String,
    /// Begun.
    pub created_ms: i64,
    /// Last used, to the minute.
    pub seen_ms: i64,
    /// Good until.
    pub expires_ms: i64,
}

/// A live session together with the person it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The session.
    pub id: SessionId,
    /// The person.
    pub member_id: MemberId,
    /// What they may do, now.
    pub role: Role,
    /// Display name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// Teams they are in.
    pub teams: Vec<TeamId>,
    /// The identity provider that vouched.
    pub connection: Option<ConnectionId>,
    /// How the person proved who they are.
    pub strength: Vec<String>,
}

/// Begins a session.
pub async fn insert(tx: &mut TenantTx, session: &NewSessionRow) -> StoreResult<()> {
    sqlx::query(
        "insert into sessions (id, token_hash, member_id, user_agent, expires_ms, connection_id,
                               idp_session, strength)
         values ($1, $2, $3, $4, platform.now_ms() + $5, $6, $7, $8)",
    )
    .bind(session.id.uuid())
    .bind(session.token_hash.as_slice())
    .bind(session.member_id.uuid())
    .bind(&session.user_agent)
    .bind(millis(session.lifetime))
    .bind(session.origin.connection.map(ConnectionId::uuid))
    .bind(&session.origin.idp_session)
    .bind(&session.origin.strength)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The live session with this token hash and its person. Ended ones are not found, nor those of people
/// who may not come in any more.
pub async fn find(tx: &mut TenantTx, token_hash: &[u8; 32]) -> StoreResult<Option<SignedIn>> {
    let row = sqlx::query(
        "select s.id, s.member_id, m.role, m.name, m.email, m.teams, s.connection_id, s.strength
         from sessions s join members m on m.id = s.member_id
         where s.token_hash = $1 and s.expires_ms > platform.now_ms()
           and m.deactivated_ms is null",
    )
    .bind(token_hash.as_slice())
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| {
        Ok(SignedIn {
            id: row.id("id")?,
            member_id: row.id("member_id")?,
            role: row.role("role")?,
            name: row.get_as("name")?,
            email: row.get_as("email")?,
            teams: read_ids(&row, "teams")?,
            connection: row.id_opt("connection_id")?,
            strength: row.get_as("strength")?,
        })
    })
    .transpose()
}

/// Notes that the session was used; does nothing when that was noted within the last minute.
pub async fn touch(tx: &mut TenantTx, id: SessionId) -> StoreResult<()> {
    sqlx::query(
        "update sessions set seen_ms = platform.now_ms()
         where id = $1 and seen_ms < platform.now_ms() - $2",
    )
    .bind(id.uuid())
    .bind(TOUCH_EVERY_MS)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The person's live sessions, last used first.
pub async fn list(tx: &mut TenantTx, member: MemberId) -> StoreResult<Vec<SessionRow>> {
    let rows = sqlx::query(
        "select id, user_agent, created_ms, seen_ms, expires_ms from sessions
         where member_id = $1 and expires_ms > platform.now_ms()
         order by seen_ms desc, created_ms desc, id",
    )
    .bind(member.uuid())
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read_session)
}

fn read_session(row: &PgRow) -> StoreResult<SessionRow> {
    Ok(SessionRow {
        id: row.id("id")?,
        user_agent: row.get_as("user_agent")?,
        created_ms: row.get_as("created_ms")?,
        seen_ms: row.get_as("seen_ms")?,
        expires_ms: row.get_as("expires_ms")?,
    })
}

/// A live session and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedSession {
    /// The session.
    pub session: SessionRow,
    /// The person.
    pub member_id: MemberId,
    /// Display name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// Everybody's live sessions, last used first, at most `limit`.
pub async fn list_of_everybody(tx: &mut TenantTx, limit: u32) -> StoreResult<Vec<OwnedSession>> {
    let rows = sqlx::query(
        "select s.id, s.user_agent, s.created_ms, s.seen_ms, s.expires_ms, s.member_id, m.name,
                m.email, m.role
         from sessions s join members m on m.id = s.member_id
         where s.expires_ms > platform.now_ms()
         order by s.seen_ms desc, s.created_ms desc, s.id limit $1",
    )
    .bind(i64::from(limit))
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, |row| {
        Ok(OwnedSession {
            session: read_session(row)?,
            member_id: row.id("member_id")?,
            name: row.get_as("name")?,
            email: row.get_as("email")?,
            role: row.role("role")?,
        })
    })
}

/// Whose live session this is. `None`: there is no such session.
pub async fn owner_of(tx: &mut TenantTx, id: SessionId) -> StoreResult<Option<MemberId>> {
    let row = sqlx::query(
        "select member_id from sessions where id = $1 and expires_ms > platform.now_ms()",
    )
    .bind(id.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| row.id("member_id")).transpose()
}

/// Ends one session of the person. Its tokens for programs die with it, and where it had some every
/// process is told with the transaction. `false`: they have no such session.
pub async fn remove(tx: &mut TenantTx, id: SessionId, member: MemberId) -> StoreResult<bool> {
    let row = sqlx::query(
        "with ended as (delete from sessions where id = $1 and member_id = $2 returning id)
         select count(*) as ended, exists (select from virtual_keys k where k.session_id = $1
                                           and k.member_id = $2) as had_tokens from ended",
    )
    .bind(id.uuid())
    .bind(member.uuid())
    .fetch_one(tx.conn()?)
    .await?;
    Ok(tell(tx, &row).await? > 0)
}

/// Ends the person's sessions, all or all but one, as [`remove`] does. Returns how many ended.
pub async fn remove_all(
    tx: &mut TenantTx,
    member: MemberId,
    except: Option<SessionId>,
) -> StoreResult<u64> {
    let row = sqlx::query(
        "with ended as (delete from sessions where member_id = $1 and id is distinct from $2
                        returning id)
         select count(*) as ended, exists (select from virtual_keys k join ended e
                                           on e.id = k.session_id) as had_tokens from ended",
    )
    .bind(member.uuid())
    .bind(except.map(SessionId::uuid))
    .fetch_one(tx.conn()?)
    .await?;
    tell(tx, &row).await
}

/// Which sessions of a connection.
#[derive(Clone, Copy, Debug)]
pub enum OfConnection<'a> {
    /// All.
    Every,
    /// The one that is called so at the identity provider.
    Named(&'a str),
    /// Those of one person.
    Member(MemberId),
}

/// Ends sessions that began through a connection, as [`remove`] does. Returns which.
pub async fn remove_of_connection(
    tx: &mut TenantTx,
    connection: ConnectionId,
    which: OfConnection<'_>,
) -> StoreResult<Vec<SessionId>> {
    let (named, member) = match which {
        OfConnection::Every => (None, None),
        OfConnection::Named(name) => (Some(name), None),
        OfConnection::Member(member) => (None, Some(member.uuid())),
    };
    let rows = sqlx::query(
        "delete from sessions where connection_id = $1
           and ($2::text is null or idp_session = $2) and ($3::uuid is null or member_id = $3)
         returning id",
    )
    .bind(connection.uuid())
    .bind(named)
    .bind(member)
    .fetch_all(tx.conn()?)
    .await?;
    // Tokens for programs may have ended with them.
    announce_with(tx).await?;
    read_all(&rows, |row| row.id("id"))
}

/// The connection that a person's live session began through, and its name there.
pub async fn origin_of(
    tx: &mut TenantTx,
    id: SessionId,
) -> StoreResult<Option<(ConnectionId, Option<String>)>> {
    let row = sqlx::query(
        "select connection_id, idp_session from sessions
         where id = $1 and connection_id is not null and expires_ms > platform.now_ms()",
    )
    .bind(id.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| Ok((row.id("connection_id")?, row.get_as("idp_session")?)))
        .transpose()
}

/// How many sessions ended, once every process is told where tokens ended with them.
async fn tell(tx: &mut TenantTx, row: &PgRow) -> StoreResult<u64> {
    if row.get_as("had_tokens")? {
        announce_with(tx).await?;
    }
    let ended: i64 = row.get_as("ended")?;
    Ok(u64::try_from(ended).unwrap_or(0))
}

/// Ends everybody's sessions, and their tokens for programs with them.
pub async fn remove_of_everybody(tx: &mut TenantTx) -> StoreResult<()> {
    sqlx::query("delete from sessions")
        .execute(tx.conn()?)
        .await?;
    announce_with(tx).await
}

/// Forgets sessions that are over. Returns how many.
pub async fn remove_expired(tx: &mut TenantTx) -> StoreResult<u64> {
    let done = sqlx::query("delete from sessions where expires_ms <= platform.now_ms()")
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected())
}
