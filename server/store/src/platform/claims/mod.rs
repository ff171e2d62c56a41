//! Claims on host names: who says one is theirs, what was found, and what stays of one that was removed.
//!
//! Refuses to make a name serve for anything but a claim that proved it: [`change::bind`] is the one way
//! from here into `platform.domains`, and one workspace at a time gets through it.

pub mod change;
pub mod due;

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use contract::TenantId;
use contract::domains::{Fact, FactState};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

macro_rules! select_claims {
    ($rest:literal) => {
        concat!(
            "select c.id, c.workspace_id, c.host, c.token, c.label, c.begun_by, c.begun_ms,
                    c.proven_ms, c.missing_ms, c.conflicts, c.checked_ms, c.next_check_ms,
                    c.quiet_checks, c.reminders,
                    exists (select from platform.domains d
                            where d.host = c.host and d.workspace_id = c.workspace_id) as bound
             from platform.domain_claims c ",
            $rest
        )
    };
}
pub(crate) use select_claims;

/// A claim of a workspace on a host name.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimRow {
    /// The claim.
    pub id: Uuid,
    /// Who claims.
    pub tenant: TenantId,
    /// What: lower case, in the letters of DNS.
    pub host: String,
    /// What the name's owner publishes.
    pub token: String,
    /// First label of the name that the host points at.
    pub label: String,
    /// Name of who began it, at the time.
    pub begun_by: String,
    /// When.
    pub begun_ms: i64,
    /// Since when the name is proven.
    pub proven_ms: Option<i64>,
    /// Since when its record is missing.
    pub missing_ms: Option<i64>,
    /// Records that stand in the way; their form is the domains module's business.
    pub conflicts: Value,
    /// When it was looked at last.
    pub checked_ms: Option<i64>,
    /// When it is looked at next.
    pub next_check_ms: i64,
    /// Looks in a row that changed nothing.
    pub quiet_checks: i32,
    /// Reminders that were given.
    pub reminders: i32,
    /// The name serves the workspace.
    pub bound: bool,
}

/// A fact as it was found last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// Of this claim.
    pub claim: Uuid,
    /// Which.
    pub fact: Fact,
    /// What is known.
    pub state: FactState,
    /// Since when.
    pub since_ms: i64,
    /// When it was looked at.
    pub checked_ms: i64,
    /// What was found, in words.
    pub evidence: String,
}

/// Something that happened to a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// When.
    pub at_ms: i64,
    /// What, in words.
    pub what: String,
}

/// How a name stands for a workspace that would have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody else has it.
    Free,
    /// It serves another workspace.
    Elsewhere,
    /// It lies below a name that serves another workspace.
    BelowElsewhere,
    /// Another workspace had it, and its quarantine goes on.
    Buried,
    /// It is, or lies below or above, a suffix of an agency.
    OfAnAgency,
}

pub(crate) fn read(row: &PgRow) -> StoreResult<ClaimRow> {
    Ok(ClaimRow {
        id: row.get_as("id")?,
        tenant: row.id("workspace_id")?,
        host: row.get_as("host")?,
        token: row.get_as("token")?,
        label: row.get_as("label")?,
        begun_by: row.get_as("begun_by")?,
        begun_ms: row.get_as("begun_ms")?,
        proven_ms: row.get_as("proven_ms")?,
        missing_ms: row.get_as("missing_ms")?,
        conflicts: row.get_as("conflicts")?,
        checked_ms: row.get_as("checked_ms")?,
        next_check_ms: row.get_as("next_check_ms")?,
        quiet_checks: row.get_as("quiet_checks")?,
        reminders: row.get_as("reminders")?,
        bound: row.get_as("bound")?,
    })
}

pub(crate) fn read_fact(row: &PgRow) -> StoreResult<FactRow> {
    let (fact, state): (&str, &str) = (row.get_as("fact")?, row.get_as("state")?);
    let wrong = |what: &str| StoreError::Inconsistent(format!("domain fact {what:?}"));
    Ok(FactRow {
        claim: row.get_as("claim_id")?,
        fact: Fact::parse(fact).ok_or_else(|| wrong(fact))?,
        state: FactState::parse(state).ok_or_else(|| wrong(state))?,
        since_ms: row.get_as("since_ms")?,
        checked_ms: row.get_as("checked_ms")?,
        evidence: row.get_as("evidence")?,
    })
}

/// The workspace's claims, by host.
pub async fn list(tx: &mut TenantTx) -> StoreResult<Vec<ClaimRow>> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let select = select_claims!("where c.workspace_id = $1 order by c.host");
        let rows = sqlx::query(select).bind(tenant).fetch_all(conn).await?;
        read_all(&rows, read)
    })
    .await
}

/// The workspace's claim on a host.
pub async fn get(tx: &mut TenantTx, host: &str) -> StoreResult<Option<ClaimRow>> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let select = select_claims!("where c.workspace_id = $1 and c.host = $2");
        let row = sqlx::query(select)
            .bind(tenant)
            .bind(host)
            .fetch_optional(conn)
            .await?;
        row.as_ref().map(read).transpose()
    })
    .await
}

/// A claim of the workspace.
pub async fn of_id(tx: &mut TenantTx, claim: Uuid) -> StoreResult<Option<ClaimRow>> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let select = select_claims!("where c.workspace_id = $1 and c.id = $2");
        let row = sqlx::query(select)
            .bind(tenant)
            .bind(claim)
            .fetch_optional(conn)
            .await?;
        row.as_ref().map(read).transpose()
    })
    .await
}

/// What was found of all claims of the workspace.
pub async fn facts(tx: &mut TenantTx) -> StoreResult<Vec<FactRow>> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let rows = sqlx::query(
            "select f.claim_id, f.fact, f.state, f.since_ms, f.checked_ms, f.evidence
             from platform.domain_facts f
             join platform.domain_claims c on c.id = f.claim_id where c.workspace_id = $1",
        )
        .bind(tenant)
        .fetch_all(conn)
        .await?;
        read_all(&rows, read_fact)
    })
    .await
}

/// What happened to a name of the workspace, newest first, `most` at most.
pub async fn history(tx: &mut TenantTx, host: &str, most: i64) -> StoreResult<Vec<EventRow>> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let rows = sqlx::query(
            "select at_ms, what from platform.domain_history
             where workspace_id = $1 and host = $2 order by id desc limit $3",
        )
        .bind(tenant)
        .bind(host)
        .bind(most)
        .fetch_all(conn)
        .await?;
        read_all(&rows, |row| {
            Ok(EventRow {
                at_ms: row.get_as("at_ms")?,
                what: row.get_as("what")?,
            })
        })
    })
    .await
}

/// How a name stands for the workspace. `quarantine_ms`: how long a removed one stays buried.
pub async fn standing(tx: &mut TenantTx, host: &str, quarantine_ms: i64) -> StoreResult<Standing> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| standing_of(conn, tenant, host, quarantine_ms).await)
        .await
}

pub(crate) async fn standing_of(
    conn: &mut PgConnection,
    tenant: TenantId,
    host: &str,
    quarantine_ms: i64,
) -> StoreResult<Standing> {
    let row = sqlx::query(
        "select
           exists (select from platform.domains
                   where host = $1 and workspace_id <> $2) as elsewhere,
           exists (select from platform.domains
                   where host = any($3) and workspace_id <> $2) as below,
           exists (select from platform.domain_tombstones
                   where host = any($4) and workspace_id <> $2
                     and removed_ms > platform.now_ms() - $5) as buried,
           exists (select from platform.base_domains
                   where suffix = any($4) or suffix like '%.' || $1) as agency",
    )
    .bind(host)
    .bind(tenant.uuid())
    .bind(above(host))
    .bind(
        above(host)
            .into_iter()
            .chain([host.to_owned()])
            .collect::<Vec<_>>(),
    )
    .bind(quarantine_ms)
    .fetch_one(conn)
    .await?;
    let found = |column: &str| row.get_as::<bool>(column);
    Ok(if found("elsewhere")? {
        Standing::Elsewhere
    } else if found("below")? {
        Standing::BelowElsewhere
    } else if found("agency")? {
        Standing::OfAnAgency
    } else if found("buried")? {
        Standing::Buried
    } else {
        Standing::Free
    })
}

/// The names above a host that still have a dot: `b.example` of `a.b.example`.
fn above(host: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = host;
    while let Some((_, up)) = rest.split_once('.') {
        if up.contains('.') {
            names.push(up.to_owned());
        }
        rest = up;
    }
    names
}

impl Store {
    /// Every claim there is, of all workspaces, by host.
    pub async fn claims(&self) -> StoreResult<Vec<ClaimRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(select_claims!("order by c.host, c.begun_ms"))
            .fetch_all(tx.conn()?)
            .await?;
        tx.commit().await?;
        read_all(&rows, read)
    }

    /// The workspaces that have, or claim, a host.
    pub async fn workspaces_of_host(&self, host: &str) -> StoreResult<Vec<TenantId>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select workspace_id from platform.domains where host = $1
             union select workspace_id from platform.domain_claims where host = $1",
        )
        .bind(host)
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, |row| row.id("workspace_id"))
    }
}

#[cfg(test)]
mod tests {
    use super::above;

    #[test]
    fn names_above_stop_before_the_last_label() {
        assert_eq!(above("a.b.c.example"), ["b.c.example", "c.example"]);
        assert!(above("c.example").is_empty());
        assert!(above("example").is_empty());
    }
}
