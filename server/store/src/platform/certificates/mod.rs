//! Certificates of hosts: what is served, what is known of each, and who works on which.
//!
//! Refuses keys in the clear: chain and private key come sealed and leave sealed. Which hosts there are is
//! read from `platform.domains` and the platform's own name; nothing else gets a row, so nothing else gets
//! a certificate.

mod accounts;
mod challenges;
mod due;
mod facts;
mod orders;

pub use accounts::AccountRow;
pub use challenges::{ChallengeKind, ChallengeRow};
pub use due::{DueRow, Failure, IssuedRow, RenewalRow};
pub use facts::{CertificateFact, CertificateRow, CertificateState, TroubleClass, of_workspace};
pub use orders::{
    ACCOUNT_ORDERS, ACCOUNT_WINDOW_MS, DOMAIN_ORDERS, HOST_FAILURES, HOST_WINDOW_MS, NewOrderRow,
    OrderEnd, SAME_ORDERS, Taken, WEEK_MS,
};

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::platform::changes::announce;
use contract::TenantId;
use sqlx::PgConnection;
use uuid::Uuid;

/// Stands for the installation itself where a workspace is named: the platform's own host has none.
#[must_use]
pub const fn nobody() -> TenantId {
    TenantId::from_uuid(Uuid::nil())
}

/// A host that requests are answered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostRow {
    /// Whose it is.
    pub tenant: TenantId,
    /// Browsers are told to come back over TLS alone.
    pub hsts: bool,
}

/// A certificate as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedCertificate {
    /// The host.
    pub host: String,
    /// Whose host it is; [`nobody`] for the platform's own.
    pub tenant: TenantId,
    /// Chain and private key.
    pub sealed: Vec<u8>,
    /// The end of its time.
    pub not_after_ms: i64,
}

impl Store {
    /// Makes a row for every host that is to have a certificate, and drops those of hosts that are bound
    /// no more. `own` is the platform's own host, where it is to have one. Returns how many are new.
    ///
    /// Names that no public authority certifies have none: those without a dot, and `*.localhost`.
    pub async fn list_hosts_to_certify(&self, own: Option<&str>) -> StoreResult<u64> {
        let mut tx = self.platform().await?;
        let added = sqlx::query(
            "insert into platform.certificates (host)
             select host from (
                 select d.host from platform.domains d
                 join platform.workspaces w on w.id = d.workspace_id
                 where w.state in ('active', 'suspended')
                 union select $1::text where $1::text is not null) as wanted
             where host like '%.%' and host not like '%.localhost'
               and not exists (select from platform.certificates c where c.host = wanted.host)
             on conflict do nothing",
        )
        .bind(own)
        .execute(tx.conn()?)
        .await?;
        sqlx::query(
            "delete from platform.certificates c
             where c.host is distinct from $1 and not exists (
                 select from platform.domains d
                 join platform.workspaces w on w.id = d.workspace_id
                 where d.host = c.host and w.state in ('active', 'suspended'))",
        )
        .bind(own)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await?;
        Ok(added.rows_affected())
    }

    /// Whose host this is. `None`: nobody's, or its workspace is about to be gone.
    pub async fn host_row(&self, host: &str) -> StoreResult<Option<HostRow>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "select d.workspace_id, d.hsts from platform.domains d
             join platform.workspaces w on w.id = d.workspace_id
             where d.host = $1 and w.state in ('active', 'suspended')",
        )
        .bind(host)
        .fetch_optional(tx.conn()?)
        .await?;
        tx.commit().await?;
        row.map(|row| {
            Ok(HostRow {
                tenant: row.id("workspace_id")?,
                hsts: row.get_as("hsts")?,
            })
        })
        .transpose()
    }

    /// The certificate of a host, in its time. Whether the host is still somebody's is asked apart.
    pub async fn sealed_certificate(&self, host: &str) -> StoreResult<Option<SealedCertificate>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "select c.host, d.workspace_id, c.sealed, c.not_after_ms from platform.certificates c
             left join platform.domains d on d.host = c.host
             where c.host = $1 and c.sealed is not null and c.not_after_ms > platform.now_ms()",
        )
        .bind(host)
        .fetch_optional(tx.conn()?)
        .await?;
        tx.commit().await?;
        row.as_ref().map(read).transpose()
    }

    /// Every certificate, for sealing them anew; a hundred at a time, the host after which to go on.
    pub async fn sealed_certificates_after(
        &self,
        host: &str,
    ) -> StoreResult<Vec<SealedCertificate>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select c.host, d.workspace_id, c.sealed, c.not_after_ms from platform.certificates c
             left join platform.domains d on d.host = c.host
             where c.host > $1 and c.sealed is not null order by c.host limit 100",
        )
        .bind(host)
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, read)
    }

    /// Puts `anew` in the place of `was`. `false`: somebody wrote there meanwhile.
    pub async fn replace_sealed_certificate(
        &self,
        host: &str,
        was: &[u8],
        anew: &[u8],
    ) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let done = sqlx::query(
            "update platform.certificates set sealed = $3 where host = $1 and sealed = $2",
        )
        .bind(host)
        .bind(was)
        .bind(anew)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes when handshakes for hosts last succeeded on this process.
    pub async fn note_served(&self, served: &[(String, i64)]) -> StoreResult<()> {
        let hosts: Vec<&str> = served.iter().map(|(host, _)| host.as_str()).collect();
        let times: Vec<i64> = served.iter().map(|(_, at)| *at).collect();
        let mut tx = self.platform().await?;
        sqlx::query(
            "update platform.certificates c
             set served_ms = greatest(coalesce(c.served_ms, 0), served.at_ms)
             from unnest($1::text[], $2::bigint[]) as served (host, at_ms)
             where c.host = served.host",
        )
        .bind(hosts)
        .bind(times)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }
}

/// Chooses whether browsers are told to come back to a host of the workspace over TLS alone, in the
/// transaction that records it. `false`: the workspace has no such host.
pub async fn set_hsts(tx: &mut TenantTx, host: &str, hsts: bool) -> StoreResult<bool> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let done = sqlx::query(
            "update platform.domains set hsts = $3 where host = $1 and workspace_id = $2",
        )
        .bind(host)
        .bind(tenant.uuid())
        .bind(hsts)
        .execute(&mut *conn)
        .await?;
        announce(conn, tenant).await?;
        Ok(done.rows_affected() > 0)
    })
    .await
}

fn read(row: &sqlx::postgres::PgRow) -> StoreResult<SealedCertificate> {
    Ok(SealedCertificate {
        host: row.get_as("host")?,
        tenant: row.id_opt("workspace_id")?.unwrap_or(nobody()),
        sealed: row.get_as("sealed")?,
        not_after_ms: row.get_as("not_after_ms")?,
    })
}

/// Tells every process that something of this host changed, when the transaction commits.
async fn announce_host(conn: &mut PgConnection, host: &str) -> StoreResult<()> {
    let tenant: Option<Uuid> =
        sqlx::query_scalar("select workspace_id from platform.domains where host = $1")
            .bind(host)
            .fetch_optional(&mut *conn)
            .await?;
    announce(conn, tenant.map_or(nobody(), TenantId::from_uuid)).await
}
