//! Keys for programs, and short-lived ones of people. Only the keyed hash of a secret is stored; who
//! can compute it is not this crate's business.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use contract::{MemberId, NanoUsd, SessionId, TeamId, VirtualKeyId};
use sqlx::postgres::PgRow;
use std::collections::HashMap;
use uuid::Uuid;

/// A keyed hash of a secret.
pub type KeyHash = [u8; 32];

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VirtualKeyKind {
    /// A program's.
    Program,
    /// A person's, for as long as they are signed in and an hour at most.
    Person(SessionId),
}

impl VirtualKeyKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Person(_) => "person",
        }
    }
}

/// A key to be stored.
#[derive(Clone, Debug)]
pub struct NewVirtualKey {
    /// The key, id made by the caller.
    pub id: VirtualKeyId,
    /// Whose it is.
    pub kind: VirtualKeyKind,
    /// Unique among the live keys of its environment.
    pub name: String,
    /// The only environment it reaches.
    pub environment: String,
    /// Of its secret.
    pub hash: KeyHash,
    /// Last characters of the token.
    pub ends_in: String,
    /// The member it is for, and their name.
    pub member: Option<(MemberId, String)>,
    /// The team it is for.
    pub team: Option<TeamId>,
    /// Aliases it may ask; `None`: every one.
    pub models: Option<Vec<String>>,
    /// Networks it may be used from; `None`: anywhere.
    pub networks: Option<Vec<String>>,
    /// Good until.
    pub expires_ms: Option<i64>,
    /// Who makes it; `None`: the operator.
    pub made_by: Option<MemberId>,
    /// Their name.
    pub made_by_name: String,
}

/// A key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualKeyRow {
    /// The key.
    pub id: VirtualKeyId,
    /// Whose it is.
    pub kind: VirtualKeyKind,
    /// What the workspace calls it.
    pub name: String,
    /// The only environment it reaches.
    pub environment: String,
    /// Of its secret.
    pub hash: KeyHash,
    /// Last characters of the token.
    pub ends_in: String,
    /// Of the secret before, and until when that one is good too.
    pub previous: Option<(KeyHash, i64)>,
    /// It is for one member, whether they are still there or not.
    pub for_member: bool,
    /// The member it is for; `None` with `for_member`: they are gone.
    pub member: Option<MemberId>,
    /// Their name when it was made.
    pub member_name: Option<String>,
    /// The team it is for.
    pub team: Option<TeamId>,
    /// Aliases it may ask; `None`: every one.
    pub models: Option<Vec<String>>,
    /// Networks it may be used from; `None`: anywhere.
    pub networks: Option<Vec<String>>,
    /// Who made it, if they are still there; `None`: the operator, or somebody who is gone.
    pub made_by: Option<MemberId>,
    /// Their name.
    pub made_by_name: String,
    /// Made.
    pub created_ms: i64,
    /// Given its present secret, where that is not the first one.
    pub rotated_ms: Option<i64>,
    /// Good until.
    pub expires_ms: Option<i64>,
    /// Last used, to the minute.
    pub last_used_ms: Option<i64>,
    /// Dead since.
    pub revoked_ms: Option<i64>,
    /// By whose hand.
    pub revoked_by_name: Option<String>,
}

macro_rules! select_keys {
    ($rest:literal) => {
        concat!(
            "select id, kind, session_id, name, environment, hash, ends_in, previous_hash,
                    previous_until_ms, for_member, member_id, member_name, team_id, models,
                    networks, made_by, made_by_name, created_ms, rotated_ms, expires_ms,
                    last_used_ms, revoked_ms, revoked_by_name from virtual_keys ",
            $rest
        )
    };
}

fn read(row: &PgRow) -> StoreResult<VirtualKeyRow> {
    let session: Option<SessionId> = row.id_opt("session_id")?;
    let previous: Option<Vec<u8>> = row.get_as("previous_hash")?;
    let until: Option<i64> = row.get_as("previous_until_ms")?;
    Ok(VirtualKeyRow {
        id: row.id("id")?,
        kind: session.map_or(VirtualKeyKind::Program, VirtualKeyKind::Person),
        name: row.get_as("name")?,
        environment: row.get_as("environment")?,
        hash: hash_of(row.get_as("hash")?)?,
        ends_in: row.get_as("ends_in")?,
        previous: match (previous, until) {
            (Some(hash), Some(until)) => Some((hash_of(hash)?, until)),
            _ => None,
        },
        for_member: row.get_as("for_member")?,
        member: row.id_opt("member_id")?,
        member_name: row.get_as("member_name")?,
        team: row.id_opt("team_id")?,
        models: row.get_as("models")?,
        networks: row.get_as("networks")?,
        made_by: row.id_opt("made_by")?,
        made_by_name: row.get_as("made_by_name")?,
        created_ms: row.get_as("created_ms")?,
        rotated_ms: row.get_as("rotated_ms")?,
        expires_ms: row.get_as("expires_ms")?,
        last_used_ms: row.get_as("last_used_ms")?,
        revoked_ms: row.get_as("revoked_ms")?,
        revoked_by_name: row.get_as("revoked_by_name")?,
    })
}

fn hash_of(bytes: Vec<u8>) -> StoreResult<KeyHash> {
    let wrong = |_| StoreError::Inconsistent("a virtual key holds no hash".to_owned());
    bytes.try_into().map_err(wrong)
}

/// Stores a key. [`StoreError::Taken`] when a live key of its environment has its name.
pub async fn insert(tx: &mut TenantTx, key: &NewVirtualKey) -> StoreResult<()> {
    let session = match key.kind {
        VirtualKeyKind::Program => None,
        VirtualKeyKind::Person(session) => Some(session.uuid()),
    };
    let member = key.member.as_ref();
    sqlx::query(
        "insert into virtual_keys
           (id, kind, session_id, name, environment, hash, ends_in, for_member, member_id,
            member_name, team_id, models, networks, expires_ms, made_by, made_by_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(key.id.uuid())
    .bind(key.kind.as_str())
    .bind(session)
    .bind(&key.name)
    .bind(&key.environment)
    .bind(key.hash.as_slice())
    .bind(&key.ends_in)
    .bind(member.is_some())
    .bind(member.map(|(id, _)| id.uuid()))
    .bind(member.map(|(_, name)| name))
    .bind(key.team.map(TeamId::uuid))
    .bind(&key.models)
    .bind(&key.networks)
    .bind(key.expires_ms)
    .bind(key.made_by.map(MemberId::uuid))
    .bind(&key.made_by_name)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The programs' keys: live ones first, then revoked ones, each newest first; at most `limit`.
pub async fn list(tx: &mut TenantTx, limit: u32) -> StoreResult<Vec<VirtualKeyRow>> {
    let rows = sqlx::query(select_keys!(
        "where kind = 'program'
         order by revoked_ms is not null, coalesce(revoked_ms, created_ms) desc, id desc limit $1"
    ))
    .bind(i64::from(limit))
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// What may be presented to a door: every key that is not revoked, and of the revoked ones those
/// whose programs may not have noticed yet. Keys of people who may not come in any more are not known. Programs come first: no number of people's tokens takes
/// their place.
pub async fn list_known(tx: &mut TenantTx, limit: u32) -> StoreResult<Vec<VirtualKeyRow>> {
    let rows = sqlx::query(select_keys!(
        "where (kind = 'program' or expires_ms > platform.now_ms())
           and (revoked_ms is null or revoked_ms > platform.now_ms() - 7 * 86400000::bigint)
           and not exists (select from members m where m.id = member_id
                           and m.deactivated_ms is not null)
         order by revoked_ms is not null, kind = 'person', created_ms desc limit $1"
    ))
    .bind(i64::from(limit))
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// A program's key by id, revoked or not.
pub async fn get(tx: &mut TenantTx, id: VirtualKeyId) -> StoreResult<Option<VirtualKeyRow>> {
    let row = sqlx::query(select_keys!("where id = $1 and kind = 'program'"))
        .bind(id.uuid())
        .fetch_optional(tx.conn()?)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The same, while nobody else can change it.
pub async fn get_for_change(
    tx: &mut TenantTx,
    id: VirtualKeyId,
) -> StoreResult<Option<VirtualKeyRow>> {
    let row = sqlx::query(select_keys!(
        "where id = $1 and kind = 'program' for update"
    ))
    .bind(id.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// How many keys of programs are not revoked.
pub async fn count_live(tx: &mut TenantTx) -> StoreResult<u64> {
    let count: i64 = sqlx::query_scalar(
        "select count(*) from virtual_keys where kind = 'program' and revoked_ms is null",
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// A key's secret takes another's place; the old one is good until `previous_until_ms`, or dead at
/// once. What stood in between from an earlier rotation is dead. `false`: no such live key.
pub async fn rotate(
    tx: &mut TenantTx,
    id: VirtualKeyId,
    (hash, ends_in): (&KeyHash, &str),
    previous_until_ms: Option<i64>,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update virtual_keys set
           previous_hash = case when $4::bigint is null then null else hash end,
           previous_until_ms = $4, hash = $2, ends_in = $3, rotated_ms = platform.now_ms()
         where id = $1 and kind = 'program' and revoked_ms is null",
    )
    .bind(id.uuid())
    .bind(hash.as_slice())
    .bind(ends_in)
    .bind(previous_until_ms)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Kills a key. `false`: no such live key.
pub async fn revoke(tx: &mut TenantTx, id: VirtualKeyId, by: &str) -> StoreResult<bool> {
    let done = sqlx::query(
        "update virtual_keys set revoked_ms = platform.now_ms(), revoked_by_name = $2,
           previous_hash = null, previous_until_ms = null
         where id = $1 and kind = 'program' and revoked_ms is null",
    )
    .bind(id.uuid())
    .bind(by)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Notes when keys were last used; never backwards.
pub async fn note_uses(tx: &mut TenantTx, uses: &[(VirtualKeyId, i64)]) -> StoreResult<()> {
    let ids: Vec<Uuid> = uses.iter().map(|(id, _)| id.uuid()).collect();
    let times: Vec<i64> = uses.iter().map(|(_, at)| *at).collect();
    sqlx::query(
        "update virtual_keys k set last_used_ms = greatest(coalesce(k.last_used_ms, 0), used.at_ms)
         from unnest($1::uuid[], $2::bigint[]) as used (id, at_ms) where k.id = used.id",
    )
    .bind(ids)
    .bind(times)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// What keys have cost since the beginning of this calendar month (UTC), and in how many calls.
pub async fn spent_this_month(
    tx: &mut TenantTx,
) -> StoreResult<HashMap<VirtualKeyId, (NanoUsd, u64)>> {
    let rows = sqlx::query(
        "select virtual_key_id, coalesce(sum(cost_nano), 0)::bigint as spent, count(*) as calls
         from ledger
         where virtual_key_id is not null
           and started_ms >= extract(epoch from date_trunc('month', now() at time zone 'utc')
                                     at time zone 'utc')::bigint * 1000
         group by virtual_key_id",
    )
    .fetch_all(tx.conn()?)
    .await?;
    let spent = read_all(&rows, |row| {
        let calls: i64 = row.get_as("calls")?;
        let calls = u64::try_from(calls).unwrap_or(0);
        Ok((row.id("virtual_key_id")?, (row.nano("spent")?, calls)))
    })?;
    Ok(spent.into_iter().collect())
}

/// Whether a live key is for this team.
pub async fn has_for_team(tx: &mut TenantTx, team: TeamId) -> StoreResult<bool> {
    let found = sqlx::query_scalar(
        "select exists (select from virtual_keys where team_id = $1 and revoked_ms is null)",
    )
    .bind(team.uuid())
    .fetch_one(tx.conn()?)
    .await?;
    Ok(found)
}

/// Forgets people's keys that are over. Returns how many.
pub async fn remove_expired(tx: &mut TenantTx) -> StoreResult<u64> {
    let done = sqlx::query(
        "delete from virtual_keys where kind = 'person' and expires_ms <= platform.now_ms()",
    )
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected())
}

/// How many live tokens a person has, over all their sessions.
pub async fn count_of_person(tx: &mut TenantTx, member: MemberId) -> StoreResult<u64> {
    let count: i64 = sqlx::query_scalar(
        "select count(*) from virtual_keys
         where member_id = $1 and kind = 'person' and expires_ms > platform.now_ms()",
    )
    .bind(member.uuid())
    .fetch_one(tx.conn()?)
    .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// When a session ends, whatever happens. `None`: it has ended.
pub async fn session_end(tx: &mut TenantTx, session: SessionId) -> StoreResult<Option<i64>> {
    let end = sqlx::query_scalar(
        "select expires_ms from sessions where id = $1 and expires_ms > platform.now_ms()",
    )
    .bind(session.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    Ok(end)
}
