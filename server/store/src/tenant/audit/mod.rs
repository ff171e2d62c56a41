//! Who did what. Rows can be added and read; the workspace's role may not change or remove them.
//! Each names the one before it by its hash, without gaps; see [`hash_of`].

mod chain;
mod uses;

pub use chain::{AuditHash, HASH_LEN, hash_of};
pub use uses::{DAY_MS, USES, record_uses};

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use contract::MemberId;
use serde_json::Value;
use sqlx::postgres::PgRow;

/// A log is anchored whenever it has grown by this many records, besides every few minutes.
pub const ANCHOR_EVERY: i64 = 64;
/// Where it is told that a log has grown so far; the notice is the workspace's id.
pub(crate) const GROWN: &str = "audit_grown";

/// One deed.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// 1, 2, 3 and so on, without gaps.
    pub seq: i64,
    /// When.
    pub at_ms: i64,
    /// Who; `None`: the operator.
    pub actor: Option<MemberId>,
    /// Their name at the time.
    pub actor_name: String,
    /// What, e.g. `invitation.revoked`.
    pub action: String,
    /// To what.
    pub object: String,
    /// More, never content or secrets.
    pub detail: Value,
}

fn read(row: &PgRow) -> StoreResult<AuditRow> {
    Ok(AuditRow {
        seq: row.get_as("seq")?,
        at_ms: row.get_as("at_ms")?,
        actor: row.id_opt("actor_id")?,
        actor_name: row.get_as("actor_name")?,
        action: row.get_as("action")?,
        object: row.get_as("object")?,
        detail: row.get_as("detail")?,
    })
}

/// Where a log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// Number of the last record.
    pub seq: i64,
    /// Its hash; zeros where the chain has no record yet.
    pub hash: AuditHash,
    /// Records up to this one were written before the chain began.
    pub begins_after: i64,
}

/// Notes a deed of `actor` (id and name), inside the transaction that does it: a deed that cannot
/// be noted is not done. Whoever notes one waits for others of the same workspace to commit theirs.
pub async fn append(
    tx: &mut TenantTx,
    actor: (Option<MemberId>, &str),
    action: &str,
    object: &str,
) -> StoreResult<()> {
    let nothing = |_| Value::Object(serde_json::Map::default());
    append_with(tx, actor, action, object, nothing).await
}

/// The same with more to say; `detail` is told the number of the record.
pub async fn append_with(
    tx: &mut TenantTx,
    actor: (Option<MemberId>, &str),
    action: &str,
    object: &str,
    detail: impl FnOnce(i64) -> Value,
) -> StoreResult<()> {
    let tenant = tx.tenant();
    let last = sqlx::query(
        "select seq, hash, begins_after, platform.now_ms() as at_ms from audit_head for update",
    )
    .fetch_one(tx.conn()?)
    .await?;
    let head = read_head(&last)?;
    let row = AuditRow {
        seq: head.seq + 1,
        at_ms: last.get_as("at_ms")?,
        actor: actor.0,
        actor_name: actor.1.to_owned(),
        action: action.to_owned(),
        object: object.to_owned(),
        detail: detail(head.seq + 1),
    };
    let hash = hash_of(tenant, &row, &head.hash);
    // A log that has grown by so many tells whoever anchors it, once this deed is committed.
    let grown = (row.seq % ANCHOR_EVERY == 0).then(|| tenant.to_string());
    sqlx::query(
        "with added as (
           insert into audit
             (seq, at_ms, actor_id, actor_name, action, object, detail, prev_hash, hash)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)),
         told as (select case when $10::text is not null then pg_notify($11, $10)::text end)
         update audit_head set seq = $1, hash = $9 from told",
    )
    .bind(row.seq)
    .bind(row.at_ms)
    .bind(row.actor.map(MemberId::uuid))
    .bind(&row.actor_name)
    .bind(&row.action)
    .bind(&row.object)
    .bind(&row.detail)
    .bind(head.hash.as_slice())
    .bind(hash.as_slice())
    .bind(grown)
    .bind(GROWN)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Where the log ends. `None`: somebody removed the end itself.
pub async fn head(tx: &mut TenantTx) -> StoreResult<Option<AuditHead>> {
    let row = sqlx::query("select seq, hash, begins_after from audit_head")
        .fetch_optional(tx.conn()?)
        .await?;
    row.as_ref().map(read_head).transpose()
}

/// Where a log ends, and between which numbers its records really stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditEnds {
    /// Where it ends.
    pub head: AuditHead,
    /// The lowest number there is; `None`: no record.
    pub lowest: Option<i64>,
    /// The highest.
    pub highest: Option<i64>,
}

/// Head and range at one moment. `None`: somebody removed the end itself.
pub async fn ends(tx: &mut TenantTx) -> StoreResult<Option<AuditEnds>> {
    let row = sqlx::query(
        "select seq, hash, begins_after, (select min(seq) from audit) as lowest,
                (select max(seq) from audit) as highest from audit_head",
    )
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| {
        Ok(AuditEnds {
            head: read_head(&row)?,
            lowest: row.get_as("lowest")?,
            highest: row.get_as("highest")?,
        })
    })
    .transpose()
}

fn read_head(row: &PgRow) -> StoreResult<AuditHead> {
    Ok(AuditHead {
        seq: row.get_as("seq")?,
        hash: hash_in(row, "hash")?.ok_or_else(|| broken("audit_head"))?,
        begins_after: row.get_as("begins_after")?,
    })
}

fn hash_in(row: &PgRow, column: &str) -> StoreResult<Option<AuditHash>> {
    let bytes: Option<Vec<u8>> = row.get_as(column)?;
    bytes
        .map(|bytes| bytes.try_into().map_err(|_| broken(column)))
        .transpose()
}

fn broken(what: &str) -> StoreError {
    StoreError::Inconsistent(format!("{what} holds no hash"))
}

/// A record with its place in the chain; `None` before the chain began.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainedRow {
    /// The record.
    pub row: AuditRow,
    /// Hash of the record before.
    pub prev: Option<AuditHash>,
    /// Its own hash.
    pub hash: Option<AuditHash>,
}

/// At most `limit` records after number `after`, in order.
pub async fn chained(tx: &mut TenantTx, after: i64, limit: u32) -> StoreResult<Vec<ChainedRow>> {
    let rows = sqlx::query(
        "select seq, at_ms, actor_id, actor_name, action, object, detail, prev_hash, hash
         from audit where seq > $1 order by seq limit $2",
    )
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, |row| {
        Ok(ChainedRow {
            row: read(row)?,
            prev: hash_in(row, "prev_hash")?,
            hash: hash_in(row, "hash")?,
        })
    })
}

/// Which records.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// First words of their actions; empty: all.
    pub families: &'a [&'a str],
    /// Not before this moment.
    pub from_ms: Option<i64>,
    /// Before this moment.
    pub until_ms: Option<i64>,
    /// Older than this one; `None`: the newest.
    pub before: Option<i64>,
}

/// At most `limit` records of these, newest first.
pub async fn list(
    tx: &mut TenantTx,
    wanted: &Wanted<'_>,
    limit: u32,
) -> StoreResult<Vec<AuditRow>> {
    let rows = sqlx::query(
        "select seq, at_ms, actor_id, actor_name, action, object, detail from audit
         where seq < coalesce($1, 9223372036854775807)
           and at_ms >= coalesce($2, -9223372036854775808)
           and at_ms < coalesce($3, 9223372036854775807)
           and (cardinality($4::text[]) = 0 or split_part(action, '.', 1) = any($4))
         order by seq desc limit $5",
    )
    .bind(wanted.before)
    .bind(wanted.from_ms)
    .bind(wanted.until_ms)
    .bind(wanted.families)
    .bind(i64::from(limit))
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// The latest deed of this kind.
pub async fn latest(tx: &mut TenantTx, action: &str) -> StoreResult<Option<AuditRow>> {
    let row = sqlx::query(
        "select seq, at_ms, actor_id, actor_name, action, object, detail from audit
         where action = $1 order by seq desc limit 1",
    )
    .bind(action)
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The latest record that says under which key the workspace is sealed: its number and what it says.
/// Nobody can remove it with the workspace's role; whether it is genuine is for its reader to say.
pub async fn sealing_witness(tx: &mut TenantTx) -> StoreResult<Option<(i64, Value)>> {
    let row = sqlx::query(
        "select seq, detail from audit where detail ? 'sealing' order by seq desc limit 1",
    )
    .fetch_optional(tx.conn()?)
    .await?;
    row.map(|row| Ok((row.get_as("seq")?, row.get_as("detail")?)))
        .transpose()
}
