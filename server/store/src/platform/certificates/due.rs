//! Whose turn it is, and what came of it. A host is worked on by one process at a time: whoever claims it
//! has it until the claim is over, so that what a dead process left is taken up by another.

use super::announce_host;
use super::challenges::ChallengeKind;
use super::facts::TroubleClass;
use crate::columns::Columns;
use crate::connections::store::Store;
use crate::error::StoreResult;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// A claim is over after this time, in milliseconds: longer than an order may take.
const CLAIM_MS: i64 = 5 * 60 * 1_000;

/// A host whose turn it is.
#[derive(Clone, PartialEq, Eq)]
pub struct DueRow {
    /// The host.
    pub host: String,
    /// It has a certificate whose time is not over.
    pub valid: bool,
    /// What the authority calls that certificate.
    pub ari_id: Option<String>,
    /// The beginning and the end of its time.
    pub time_ms: Option<(i64, i64)>,
    /// When it is to be renewed.
    pub renew_ms: Option<i64>,
    /// The window that the authority suggested.
    pub window_ms: Option<(i64, i64)>,
    /// How the authority was convinced the last time.
    pub method: Option<ChallengeKind>,
    /// Attempts in a row that failed.
    pub failures: i32,
    /// The database's clock.
    pub now_ms: i64,
}

/// A certificate that was just issued.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedRow {
    /// Chain and private key.
    pub sealed: Vec<u8>,
    /// Who issued it.
    pub issuer: String,
    /// What the authority calls it.
    pub ari_id: Option<String>,
    /// The beginning and the end of its time.
    pub time_ms: (i64, i64),
    /// When it is to be renewed, where the authority says nothing.
    pub renew_ms: i64,
    /// How the authority was convinced.
    pub method: ChallengeKind,
}

/// When a certificate is to be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenewalRow {
    /// The window that the authority suggests; `None`: it said nothing.
    pub window_ms: Option<(i64, i64)>,
    /// The chosen moment.
    pub renew_ms: i64,
    /// When the authority is asked again, or the moment has come.
    pub due_ms: i64,
}

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whose doing it was.
    pub class: TroubleClass,
    /// What happened, in words for people.
    pub words: String,
    /// When the next attempt is made.
    pub due_ms: i64,
}

impl Store {
    /// Takes the host that has been due for longest. `None`: nobody is due.
    pub async fn claim_due_host(&self, node: Uuid) -> StoreResult<Option<DueRow>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "update platform.certificates
             set claimed_by = $1, claimed_until_ms = platform.now_ms() + $2
             where host = (select host from platform.certificates
                           where due_ms <= platform.now_ms()
                             and claimed_until_ms <= platform.now_ms()
                           order by due_ms limit 1 for update skip locked)
             returning host, coalesce(not_after_ms > platform.now_ms(), false) as valid, ari_id,
                       not_before_ms, not_after_ms, renew_ms, window_from_ms, window_until_ms,
                       method, failures, platform.now_ms() as now_ms",
        )
        .bind(node)
        .bind(CLAIM_MS)
        .fetch_optional(tx.conn()?)
        .await?;
        tx.commit().await?;
        row.as_ref().map(read).transpose()
    }

    /// Stores a certificate and ends the claim; every process is told. `false`: the claim was over.
    pub async fn keep_certificate(
        &self,
        host: &str,
        node: Uuid,
        issued: &IssuedRow,
    ) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let done = sqlx::query(
            "update platform.certificates
             set sealed = $3, issuer = $4, ari_id = $5, not_before_ms = $6, not_after_ms = $7,
                 renew_ms = $8, method = $9, due_ms = least($8, platform.now_ms() + 60000), failures = 0,
                 window_from_ms = null, window_until_ms = null, window_checked_ms = null,
                 waits_for = null, error_class = null, error_words = null, failed_ms = null,
                 claimed_until_ms = 0
             where host = $1 and claimed_by = $2",
        )
        .bind(host)
        .bind(node)
        .bind(&issued.sealed)
        .bind(&issued.issuer)
        .bind(&issued.ari_id)
        .bind(issued.time_ms.0)
        .bind(issued.time_ms.1)
        .bind(issued.renew_ms)
        .bind(issued.method.as_str())
        .execute(tx.conn()?)
        .await?;
        announce_host(tx.conn()?, host).await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes when a certificate is to be renewed, and ends the claim.
    pub async fn plan_renewal(
        &self,
        host: &str,
        node: Uuid,
        renewal: &RenewalRow,
    ) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "update platform.certificates
             set window_from_ms = $3, window_until_ms = $4, window_checked_ms = platform.now_ms(),
                 renew_ms = $5, due_ms = $6, claimed_until_ms = 0
             where host = $1 and claimed_by = $2",
        )
        .bind(host)
        .bind(node)
        .bind(renewal.window_ms.map(|window| window.0))
        .bind(renewal.window_ms.map(|window| window.1))
        .bind(renewal.renew_ms)
        .bind(renewal.due_ms)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }

    /// Puts a host off without an attempt, and says why; ends the claim.
    pub async fn put_host_off(
        &self,
        host: &str,
        node: Uuid,
        why: &str,
        due_ms: i64,
    ) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "update platform.certificates
             set waits_for = $3, due_ms = $4, claimed_until_ms = 0
             where host = $1 and claimed_by = $2",
        )
        .bind(host)
        .bind(node)
        .bind(why)
        .bind(due_ms)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }

    /// Notes an attempt that failed, and ends the claim.
    pub async fn note_failed(&self, host: &str, node: Uuid, failure: &Failure) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "update platform.certificates
             set failures = failures + 1, error_class = $3, error_words = $4,
                 failed_ms = platform.now_ms(), due_ms = $5, waits_for = null, claimed_until_ms = 0
             where host = $1 and claimed_by = $2",
        )
        .bind(host)
        .bind(node)
        .bind(failure.class.as_str())
        .bind(&failure.words)
        .bind(failure.due_ms)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }

    /// Gives a claim back untouched: this process stops.
    pub async fn release_host(&self, host: &str, node: Uuid) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "update platform.certificates set claimed_until_ms = 0
             where host = $1 and claimed_by = $2",
        )
        .bind(host)
        .bind(node)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }

    /// Makes it a host's turn now, for a new certificate. `false`: no such host.
    pub async fn renew_now(&self, host: &str) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let done = sqlx::query(
            "update platform.certificates
             set due_ms = platform.now_ms(), renew_ms = platform.now_ms(), waits_for = null
             where host = $1",
        )
        .bind(host)
        .execute(tx.conn()?)
        .await?;
        announce_host(tx.conn()?, host).await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

fn read(row: &PgRow) -> StoreResult<DueRow> {
    let pair = |from: &str, until: &str| -> StoreResult<Option<(i64, i64)>> {
        let from: Option<i64> = row.get_as(from)?;
        Ok(from.zip(row.get_as(until)?))
    };
    Ok(DueRow {
        host: row.get_as("host")?,
        valid: row.get_as("valid")?,
        ari_id: row.get_as("ari_id")?,
        time_ms: pair("not_before_ms", "not_after_ms")?,
        renew_ms: row.get_as("renew_ms")?,
        window_ms: pair("window_from_ms", "window_until_ms")?,
        method: row
            .get_as::<Option<&str>>("method")?
            .and_then(ChallengeKind::parse),
        failures: row.get_as("failures")?,
        now_ms: row.get_as("now_ms")?,
    })
}
