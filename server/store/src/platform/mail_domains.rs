//! Domains of e-mail addresses that a workspace says are its own. One that is not proven decides nothing,
//! and a domain is proven by one workspace of the installation at a time.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::TenantId;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// Held by whoever proves one: one at a time, so that a domain and one below it are not proven by two at
/// once ("mails" in ASCII).
const PROVING: i64 = 0x006d_6169_6c73;

/// A domain that a workspace says is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailDomainRow {
    /// The claim.
    pub id: Uuid,
    /// Who claims.
    pub tenant: TenantId,
    /// Lower case, in the letters of DNS.
    pub domain: String,
    /// What its owner publishes.
    pub token: String,
    /// Who began, by name.
    pub begun_by: String,
    /// When.
    pub begun_ms: i64,
    /// Since when it is proven.
    pub proven_ms: Option<i64>,
    /// When it was looked at last.
    pub checked_ms: Option<i64>,
    /// What was found then.
    pub found: String,
    /// Since when the record of a proven one is missing.
    pub missing_ms: Option<i64>,
}

/// What became of a claim whose record was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proven {
    /// It decides from now on.
    Done,
    /// It, one above it or one below it is another workspace's, or was a short time ago.
    Elsewhere,
    /// There is no such claim any more.
    Gone,
}

macro_rules! select_mail_domains {
    ($rest:literal) => {
        concat!(
            "select id, workspace_id, domain, token, begun_by, begun_ms, proven_ms, checked_ms, found,
                    missing_ms from platform.mail_domains ",
            $rest
        )
    };
}

fn read(row: &PgRow) -> StoreResult<MailDomainRow> {
    Ok(MailDomainRow {
        id: row.get_as("id")?,
        tenant: row.id("workspace_id")?,
        domain: row.get_as("domain")?,
        token: row.get_as("token")?,
        begun_by: row.get_as("begun_by")?,
        begun_ms: row.get_as("begun_ms")?,
        proven_ms: row.get_as("proven_ms")?,
        checked_ms: row.get_as("checked_ms")?,
        found: row.get_as("found")?,
        missing_ms: row.get_as("missing_ms")?,
    })
}

/// The workspace's domains, by name.
pub async fn list(tx: &mut TenantTx) -> StoreResult<Vec<MailDomainRow>> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let select = select_mail_domains!("where workspace_id = $1 order by domain");
        let rows = sqlx::query(select).bind(tenant).fetch_all(conn).await?;
        read_all(&rows, read)
    })
    .await
}

/// Whether the workspace has proven this very domain. One above it does not count: whoever has
/// `client.com` need not have every name below it.
pub async fn is_proven(tx: &mut TenantTx, domain: &str) -> StoreResult<bool> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let found = sqlx::query_scalar(
            "select exists (select from platform.mail_domains
                            where workspace_id = $1 and domain = $2 and proven_ms is not null)",
        )
        .bind(tenant)
        .bind(domain)
        .fetch_one(conn)
        .await?;
        Ok(found)
    })
    .await
}

/// Begins a claim. [`crate::StoreError::Taken`]: the workspace has one.
pub async fn begin(
    tx: &mut TenantTx,
    id: Uuid,
    (domain, token): (&str, &str),
    begun_by: &str,
) -> StoreResult<()> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        sqlx::query(
            "insert into platform.mail_domains (id, workspace_id, domain, token, begun_by)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(tenant)
        .bind(domain)
        .bind(token)
        .bind(begun_by)
        .execute(conn)
        .await?;
        Ok(())
    })
    .await
}

/// Takes the turn for a look that somebody asked for. `None`: there is no such claim, or somebody asked
/// within the last `gap_ms`.
pub async fn take_turn(
    tx: &mut TenantTx,
    domain: &str,
    gap_ms: i64,
) -> StoreResult<Option<MailDomainRow>> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let row = sqlx::query(
            "update platform.mail_domains set asked_ms = platform.now_ms()
             where workspace_id = $1 and domain = $2
               and (asked_ms is null or asked_ms <= platform.now_ms() - $3)
             returning id, workspace_id, domain, token, begun_by, begun_ms, proven_ms, checked_ms,
                       found, missing_ms",
        )
        .bind(tenant)
        .bind(domain)
        .bind(gap_ms)
        .fetch_optional(conn)
        .await?;
        row.as_ref().map(read).transpose()
    })
    .await
}

/// Notes what a look found. `missing`: whether the record is not there; `None`: nobody answered. A proven
/// domain whose record has been missing for `grace_ms` is not proven any more: `true` says that it ended
/// now.
pub async fn record(
    tx: &mut TenantTx,
    id: Uuid,
    found: &str,
    missing: Option<bool>,
    grace_ms: i64,
) -> StoreResult<bool> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        sqlx::query(
            "update platform.mail_domains set checked_ms = platform.now_ms(), found = $3,
                 missing_ms = case when proven_ms is null or $4 is false then null
                                   when $4 then coalesce(missing_ms, platform.now_ms())
                                   else missing_ms end
             where id = $1 and workspace_id = $2",
        )
        .bind(id)
        .bind(tenant)
        .bind(found)
        .bind(missing)
        .execute(&mut *conn)
        .await?;
        let ended = sqlx::query(
            "update platform.mail_domains set proven_ms = null, missing_ms = null
             where id = $1 and workspace_id = $2 and missing_ms <= platform.now_ms() - $3",
        )
        .bind(id)
        .bind(tenant)
        .bind(grace_ms)
        .execute(conn)
        .await?;
        Ok(ended.rows_affected() > 0)
    })
    .await
}

/// Makes a domain decide, once its record was seen. One workspace at a time gets here. A domain that
/// another workspace has, or gave up within `quarantine_ms`, is not to be had; nor is one above or below.
pub async fn prove(tx: &mut TenantTx, id: Uuid, quarantine_ms: i64) -> StoreResult<Proven> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(PROVING)
            .execute(&mut *conn)
            .await?;
        let domain: Option<String> = sqlx::query_scalar(
            "select domain from platform.mail_domains
             where id = $1 and workspace_id = $2 for update",
        )
        .bind(id)
        .bind(tenant)
        .fetch_optional(&mut *conn)
        .await?;
        let Some(domain) = domain else {
            return Ok(Proven::Gone);
        };
        let elsewhere: bool = sqlx::query_scalar(
            "select exists (
               select from platform.mail_domains where workspace_id <> $2 and proven_ms is not null
                 and (domain = $1 or $1 like '%.' || domain or domain like '%.' || $1)
               union all
               select from platform.mail_domain_tombstones where workspace_id <> $2
                 and removed_ms > platform.now_ms() - $3
                 and (domain = $1 or $1 like '%.' || domain or domain like '%.' || $1))",
        )
        .bind(&domain)
        .bind(tenant)
        .bind(quarantine_ms)
        .fetch_one(&mut *conn)
        .await?;
        if elsewhere {
            return Ok(Proven::Elsewhere);
        }
        sqlx::query(
            "update platform.mail_domains set missing_ms = null,
                 proven_ms = coalesce(proven_ms, platform.now_ms()) where id = $1",
        )
        .bind(id)
        .execute(conn)
        .await?;
        Ok(Proven::Done)
    })
    .await
}

/// Removes a domain; a proven one goes into quarantine. `false`: the workspace does not have it.
pub async fn remove(tx: &mut TenantTx, domain: &str) -> StoreResult<bool> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let done = sqlx::query(
            "delete from platform.mail_domains where workspace_id = $1 and domain = $2",
        )
        .bind(tenant)
        .bind(domain)
        .execute(conn)
        .await?;
        Ok(done.rows_affected() > 0)
    })
    .await
}

impl Store {
    /// Proven domains that were not looked at for `every_ms`, longest ago first, `most` at most.
    pub async fn mail_domains_due(
        &self,
        every_ms: i64,
        most: i64,
    ) -> StoreResult<Vec<MailDomainRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(select_mail_domains!(
            "where proven_ms is not null
               and coalesce(checked_ms, 0) <= platform.now_ms() - $1
             order by coalesce(checked_ms, 0) limit $2"
        ))
        .bind(every_ms)
        .bind(most)
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, read)
    }
}
