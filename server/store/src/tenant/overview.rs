//! What the overview of a workspace asks: whether its start is made, how its keys fare, what failed.
//! Each question has an index or a table of few rows; none reads a whole ledger.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use serde_json::Value;

/// What is there of what a workspace begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartFacts {
    /// People.
    pub members: i64,
    /// An invitation waits to be used.
    pub invited: bool,
    /// A call to a model ended with an answer.
    pub answered: bool,
    /// A provider accepts a key of the workspace or of a team.
    pub key_works: bool,
}

/// Reads them. Drain the ledger first: an answer of this second counts.
pub async fn start_facts(tx: &mut TenantTx) -> StoreResult<StartFacts> {
    let row = sqlx::query(
        "select (select count(*) from members) as members,
                exists (select from invitations
                        where accepted_ms is null and revoked_ms is null
                          and expires_ms > platform.now_ms()) as invited,
                exists (select from ledger where state in ('settled', 'estimated')) as answered,
                exists (select from provider_keys k
                        where k.state = 'sealed' and k.disabled_ms is null and k.member_id is null
                          and (k.history -> -1 ->> 'outcome' in ('valid', 'limited')
                               or (coalesce(k.history -> -1 ->> 'outcome', 'unknown')
                                     in ('unknown', 'unreachable')
                                   and exists (select from ledger l where l.key_id = k.id
                                               and l.state in ('settled', 'estimated')))))
                  as key_works",
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(StartFacts {
        members: row.get_as("members")?,
        invited: row.get_as("invited")?,
        answered: row.get_as("answered")?,
        key_works: row.get_as("key_works")?,
    })
}

/// A key in use of the workspace or of a team, as far as its health goes.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyFact {
    /// The workspace's name for it.
    pub name: String,
    /// Its last check; null: never checked.
    pub last: Value,
    /// Expires at the provider.
    pub expires_ms: Option<i64>,
    /// To be rotated by.
    pub rotate_by_ms: Option<i64>,
}

/// Keys in use, by name. Members' own are theirs to look after.
pub async fn key_facts(tx: &mut TenantTx) -> StoreResult<Vec<KeyFact>> {
    let rows = sqlx::query(
        "select name, coalesce(history -> -1, 'null'::jsonb) as last, expires_ms, rotate_by_ms
         from provider_keys
         where state = 'sealed' and disabled_ms is null and member_id is null order by name",
    )
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, |row| {
        Ok(KeyFact {
            name: row.get_as("name")?,
            last: row.get_as("last")?,
            expires_ms: row.get_as("expires_ms")?,
            rotate_by_ms: row.get_as("rotate_by_ms")?,
        })
    })
}

/// Calls that failed since `since_ms`, by days since 1970-01-01 UTC.
pub async fn failed_by_day(tx: &mut TenantTx, since_ms: i64) -> StoreResult<Vec<(i64, i64)>> {
    let rows = sqlx::query(
        "select started_ms / 86400000 as day, count(*) as calls from ledger
         where started_ms >= $1 and state in ('failed', 'interrupted') group by 1",
    )
    .bind(since_ms)
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, |row| Ok((row.get_as("day")?, row.get_as("calls")?)))
}

/// What was last recorded of each object by one of two deeds, `done` and `undone`: the objects for which
/// it was `done`.
pub async fn standing(tx: &mut TenantTx, done: &str, undone: &str) -> StoreResult<Vec<String>> {
    let rows = sqlx::query(
        "select object from
           (select distinct on (object) object, action from audit
            where action = any($1) order by object, seq desc) as latest
         where action = $2",
    )
    .bind(vec![done, undone])
    .bind(done)
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, |row| row.get_as("object"))
}
