//! What changes claims, in the transaction that records it.

use super::{ClaimRow, FactRow, Standing, read, read_fact, select_claims, standing_of};
use crate::columns::read_all;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::platform::changes::announce;
use crate::platform::domains;
use contract::TenantId;
use contract::domains::{Fact, FactState};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// Held by whoever makes a name serve: one at a time, so that a name and one below it are not proven by
/// two at once ("names" in ASCII).
const BINDING: i64 = 0x6e61_6d65_73;
/// Events that are kept of all names of a workspace.
const MOST_EVENTS: i64 = 2_000;

/// What a new claim needs.
#[derive(Clone, Debug)]
pub struct NewClaim {
    /// The claim, made by the caller.
    pub id: Uuid,
    /// Lower case, in the letters of DNS.
    pub host: String,
    /// At least 128 random bits, of this claim alone.
    pub token: String,
    /// Random, of this claim alone.
    pub label: String,
    /// Who begins it, by name.
    pub begun_by: String,
}

/// What a look found.
#[derive(Clone, Debug)]
pub struct Look {
    /// What was looked at; others stay as they are.
    pub facts: Vec<(Fact, FactState, String)>,
    /// Records that stand in the way.
    pub conflicts: Value,
    /// Milliseconds until the next one: where nothing turned, and where something did.
    pub next_in_ms: (i64, i64),
    /// Whether the record of a proven name is missing; `None`: it could not be looked at.
    pub missing: Option<bool>,
}

/// What a look changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// Which.
    pub fact: Fact,
    /// What was known; `None`: nothing.
    pub before: Option<FactState>,
    /// What is known now.
    pub now: FactState,
    /// What was found, in words.
    pub evidence: String,
}

/// What became of a claim that was to serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The name serves the workspace.
    Done,
    /// It does not, for this reason.
    Refused(Standing),
    /// There is no such claim any more.
    Gone,
}

/// Begins a claim. [`crate::StoreError::Taken`]: the workspace has one on this host.
pub async fn begin(tx: &mut TenantTx, new: &NewClaim) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        sqlx::query(
            "insert into platform.domain_claims (id, workspace_id, host, token, label, begun_by)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id)
        .bind(tenant.uuid())
        .bind(&new.host)
        .bind(&new.token)
        .bind(&new.label)
        .bind(&new.begun_by)
        .execute(&mut *conn)
        .await?;
        add_event(
            conn,
            tenant,
            &new.host,
            &format!("Claimed by {}.", new.begun_by),
        )
        .await
    })
    .await
}

/// Notes what happened to a name.
pub async fn note(tx: &mut TenantTx, host: &str, what: &str) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| add_event(conn, tenant, host, what).await)
        .await
}

async fn add_event(
    conn: &mut PgConnection,
    tenant: TenantId,
    host: &str,
    what: &str,
) -> StoreResult<()> {
    sqlx::query(
        "insert into platform.domain_history (workspace_id, host, what) values ($1, $2, $3)",
    )
    .bind(tenant.uuid())
    .bind(host)
    .bind(what)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "delete from platform.domain_history where workspace_id = $1 and id <=
           (select id from platform.domain_history where workspace_id = $1
            order by id desc offset $2 limit 1)",
    )
    .bind(tenant.uuid())
    .bind(MOST_EVENTS)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the turn for a look that somebody asked for. `None`: there is no such claim, or somebody asked
/// within the last `gap_ms`.
pub async fn take_turn(
    tx: &mut TenantTx,
    host: &str,
    gap_ms: i64,
) -> StoreResult<Option<ClaimRow>> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let taken = sqlx::query(
            "update platform.domain_claims set asked_ms = platform.now_ms()
             where workspace_id = $1 and host = $2
               and (asked_ms is null or asked_ms <= platform.now_ms() - $3)",
        )
        .bind(tenant)
        .bind(host)
        .bind(gap_ms)
        .execute(&mut *conn)
        .await?;
        if taken.rows_affected() == 0 {
            return Ok(None);
        }
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

/// Stores what a look at the claim found. Gives the claim as it is now, and what turned; `None`: there is
/// no such claim any more.
pub async fn record(
    tx: &mut TenantTx,
    claim: Uuid,
    look: &Look,
) -> StoreResult<Option<(ClaimRow, Vec<Turned>)>> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let select = select_claims!("where c.id = $1 and c.workspace_id = $2 for update of c");
        let row = sqlx::query(select)
            .bind(claim)
            .bind(tenant.uuid())
            .fetch_optional(&mut *conn)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let host = read(&row)?.host;
        let turned = turn(conn, claim, look).await?;
        for it in turned.iter().filter(|it| it.before != Some(it.now)) {
            let what = format!(
                "{}: {}. {}",
                it.fact.label(),
                it.now.label().to_lowercase(),
                it.evidence
            );
            add_event(conn, tenant, &host, &what).await?;
        }
        let quiet = turned.is_empty();
        sqlx::query(
            "update platform.domain_claims set conflicts = $2, checked_ms = platform.now_ms(),
                 next_check_ms = platform.now_ms() + $3,
                 quiet_checks = case when $4 then least(quiet_checks + 1, 1000) else 0 end,
                 missing_ms = case
                     when proven_ms is null then null
                     when $5::boolean is null then missing_ms
                     when $5 then coalesce(missing_ms, platform.now_ms())
                 end
             where id = $1",
        )
        .bind(claim)
        .bind(&look.conflicts)
        .bind(if quiet {
            look.next_in_ms.0
        } else {
            look.next_in_ms.1
        })
        .bind(quiet)
        .bind(look.missing)
        .execute(&mut *conn)
        .await?;
        let row = sqlx::query(select_claims!("where c.id = $1"))
            .bind(claim)
            .fetch_one(conn)
            .await?;
        Ok(Some((read(&row)?, turned)))
    })
    .await
}

async fn turn(conn: &mut PgConnection, claim: Uuid, look: &Look) -> StoreResult<Vec<Turned>> {
    let rows = sqlx::query(
        "select claim_id, fact, state, since_ms, checked_ms, evidence
         from platform.domain_facts where claim_id = $1",
    )
    .bind(claim)
    .fetch_all(&mut *conn)
    .await?;
    let known: Vec<FactRow> = read_all(&rows, read_fact)?;
    let mut turned = Vec::new();
    for (fact, state, evidence) in &look.facts {
        let before = known.iter().find(|row| row.fact == *fact);
        if before.is_none_or(|row| row.state != *state) {
            turned.push(Turned {
                fact: *fact,
                before: before.map(|row| row.state),
                now: *state,
                evidence: evidence.clone(),
            });
        }
        sqlx::query(
            "insert into platform.domain_facts
               (claim_id, fact, state, since_ms, checked_ms, evidence)
             values ($1, $2, $3, platform.now_ms(), platform.now_ms(), $4)
             on conflict (claim_id, fact) do update set
               since_ms = case when domain_facts.state = excluded.state
                               then domain_facts.since_ms else excluded.since_ms end,
               state = excluded.state, checked_ms = excluded.checked_ms,
               evidence = excluded.evidence",
        )
        .bind(claim)
        .bind(fact.as_str())
        .bind(state.as_str())
        .bind(evidence)
        .execute(&mut *conn)
        .await?;
    }
    Ok(turned)
}

/// Makes the name of a claim serve its workspace, once its record was seen. One workspace at a time gets
/// here, and the name is judged again: what was free when it was claimed may be another's by now.
pub async fn bind(tx: &mut TenantTx, claim: Uuid, quarantine_ms: i64) -> StoreResult<Bound> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(BINDING)
            .execute(&mut *conn)
            .await?;
        let host: Option<String> = sqlx::query_scalar(
            "select host from platform.domain_claims
             where id = $1 and workspace_id = $2 for update",
        )
        .bind(claim)
        .bind(tenant.uuid())
        .fetch_optional(&mut *conn)
        .await?;
        let Some(host) = host else {
            return Ok(Bound::Gone);
        };
        let standing = standing_of(conn, tenant, &host, quarantine_ms).await?;
        if standing != Standing::Free {
            return Ok(Bound::Refused(standing));
        }
        let own: bool =
            sqlx::query_scalar("select exists (select from platform.domains where host = $1)")
                .bind(&host)
                .fetch_one(&mut *conn)
                .await?;
        if !own {
            domains::insert(conn, tenant, &host, false).await?;
        }
        sqlx::query(
            "update platform.domain_claims set missing_ms = null,
                 proven_ms = coalesce(proven_ms, platform.now_ms()) where id = $1",
        )
        .bind(claim)
        .execute(&mut *conn)
        .await?;
        add_event(conn, tenant, &host, "The name serves this workspace now.").await?;
        announce(conn, tenant).await?;
        Ok(Bound::Done)
    })
    .await
}

/// Stops the name of a claim from serving; the claim stays, and can be proven again.
pub async fn unbind(tx: &mut TenantTx, claim: Uuid, why: &str) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let host: Option<String> = sqlx::query_scalar(
            "update platform.domain_claims set proven_ms = null, missing_ms = null
             where id = $1 and workspace_id = $2 returning host",
        )
        .bind(claim)
        .bind(tenant.uuid())
        .fetch_optional(&mut *conn)
        .await?;
        let Some(host) = host else { return Ok(()) };
        domains::delete(conn, tenant, &host).await?;
        add_event(conn, tenant, &host, why).await?;
        announce(conn, tenant).await
    })
    .await
}

/// Notes that a reminder was given: the `number`th. `false`: it had been.
pub async fn remind(tx: &mut TenantTx, claim: Uuid, number: i32) -> StoreResult<bool> {
    tx.on_platform(async |conn| {
        let done = sqlx::query(
            "update platform.domain_claims set reminders = $2 where id = $1 and reminders < $2",
        )
        .bind(claim)
        .bind(number)
        .execute(conn)
        .await?;
        Ok(done.rows_affected() > 0)
    })
    .await
}

/// Removes a claim and what it made serve. `false`: the workspace has neither.
pub async fn remove(tx: &mut TenantTx, host: &str) -> StoreResult<bool> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let claim =
            sqlx::query("delete from platform.domain_claims where workspace_id = $1 and host = $2")
                .bind(tenant.uuid())
                .bind(host)
                .execute(&mut *conn)
                .await?;
        let served = domains::delete(conn, tenant, host).await?;
        announce(conn, tenant).await?;
        Ok(served || claim.rows_affected() > 0)
    })
    .await
}

/// Whether other hosts of the workspace send readers on to the primary one.
pub async fn set_redirect(tx: &mut TenantTx, on: bool) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        sqlx::query("update platform.workspaces set redirect_hosts = $2 where id = $1")
            .bind(tenant.uuid())
            .bind(on)
            .execute(&mut *conn)
            .await?;
        announce(conn, tenant).await
    })
    .await
}
