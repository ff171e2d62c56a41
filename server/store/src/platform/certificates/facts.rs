//! What is known of a host's certificate, for pages and for the command line.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use sqlx::postgres::PgRow;

/// Whose doing it was that a host got no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleClass {
    /// The domain's CAA records allow other authorities only.
    Caa,
    /// Its records could not be looked up.
    Dns,
    /// The authority could not reach the host.
    Unreachable,
    /// The authority reached something that is not us.
    WrongAnswer,
    /// A limit of the authority.
    Limit,
    /// The authority refused the name.
    Refused,
    /// The authority did not answer.
    Silent,
    /// Something here.
    Internal,
}

impl TroubleClass {
    const ALL: [Self; 8] = [
        Self::Caa,
        Self::Dns,
        Self::Unreachable,
        Self::WrongAnswer,
        Self::Limit,
        Self::Refused,
        Self::Silent,
        Self::Internal,
    ];

    /// As it is stored and printed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caa => "caa",
            Self::Dns => "dns",
            Self::Unreachable => "unreachable",
            Self::WrongAnswer => "wrong-answer",
            Self::Limit => "limit",
            Self::Refused => "refused",
            Self::Silent => "silent",
            Self::Internal => "internal",
        }
    }

    fn parse(text: &str) -> StoreResult<Self> {
        Self::ALL
            .into_iter()
            .find(|class| class.as_str() == text)
            .ok_or_else(|| StoreError::Inconsistent(format!("trouble {text:?}")))
    }
}

/// Where a host's certificate stands. Words are ours, whole sentences, and name no address of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateState {
    /// Nobody has been asked for one: TLS does not end in this program, or the host is new.
    None,
    /// It is its turn soon, or a limit has to pass; then it says so.
    Waiting {
        /// Why, where there is a reason.
        why: Option<String>,
    },
    /// A process is getting one.
    Ordering,
    /// There is one.
    Issued {
        /// The end of its time.
        until_ms: i64,
    },
    /// The last attempt failed, and there is none.
    Failed {
        /// Whose doing it was.
        class: TroubleClass,
        /// What happened.
        words: String,
    },
    /// The domain's CAA records do not allow the authority.
    RefusedByCaa {
        /// Which records.
        words: String,
    },
    /// Nothing could be found out, which is not a no.
    CouldNotCheck {
        /// What did not answer.
        words: String,
    },
}

/// What is known of a host's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFact {
    /// Where it stands.
    pub state: CertificateState,
    /// What went wrong last, also where an older certificate still serves.
    pub trouble: Option<(TroubleClass, String)>,
    /// When that was.
    pub failed_ms: Option<i64>,
    /// When somebody looks at it next; `None` where nobody will.
    pub next_ms: Option<i64>,
    /// The last time a handshake for this host succeeded here: it serves.
    pub served_ms: Option<i64>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// When it will be renewed.
    pub renew_ms: Option<i64>,
}

impl CertificateFact {
    /// What is known where there is no row.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            state: CertificateState::None,
            trouble: None,
            failed_ms: None,
            next_ms: None,
            served_ms: None,
            issuer: None,
            renew_ms: None,
        }
    }
}

/// A host with what is known of its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRow {
    /// The host.
    pub host: String,
    /// What is known.
    pub fact: CertificateFact,
    /// Attempts in a row that failed.
    pub failures: i32,
}

macro_rules! select_facts {
    ($rest:literal) => {
        concat!(
            "select c.host, c.issuer, c.not_after_ms, c.renew_ms, c.due_ms, c.waits_for, c.failures,
                    c.error_class, c.error_words, c.failed_ms, c.served_ms,
                    c.claimed_until_ms > platform.now_ms() as claimed,
                    coalesce(c.not_after_ms > platform.now_ms(), false) as valid,
                    c.renew_ms <= platform.now_ms() as renewing
             from platform.certificates c ",
            $rest
        )
    };
}

fn read(row: &PgRow) -> StoreResult<CertificateRow> {
    let class: Option<&str> = row.get_as("error_class")?;
    let words: Option<String> = row.get_as("error_words")?;
    let trouble = match (class, words) {
        (Some(class), Some(words)) => Some((TroubleClass::parse(class)?, words)),
        _ => None,
    };
    let until: Option<i64> = row.get_as("not_after_ms")?;
    let valid: bool = row.get_as("valid")?;
    let state = match (until.filter(|_| valid), &trouble) {
        (Some(until_ms), _) => CertificateState::Issued { until_ms },
        (None, _) if row.get_as("claimed")? => CertificateState::Ordering,
        (None, Some((class, words))) => failed(*class, words),
        (None, None) => CertificateState::Waiting {
            why: row.get_as("waits_for")?,
        },
    };
    Ok(CertificateRow {
        host: row.get_as("host")?,
        fact: CertificateFact {
            state,
            trouble,
            failed_ms: row.get_as("failed_ms")?,
            next_ms: Some(row.get_as("due_ms")?),
            served_ms: row.get_as("served_ms")?,
            issuer: row.get_as("issuer")?,
            renew_ms: row.get_as("renew_ms")?,
        },
        failures: row.get_as("failures")?,
    })
}

fn failed(class: TroubleClass, words: &str) -> CertificateState {
    let words = words.to_owned();
    match class {
        TroubleClass::Caa => CertificateState::RefusedByCaa { words },
        TroubleClass::Dns | TroubleClass::Silent => CertificateState::CouldNotCheck { words },
        TroubleClass::Limit => CertificateState::Waiting { why: Some(words) },
        class => CertificateState::Failed { class, words },
    }
}

impl Store {
    /// What is known of a host's certificate.
    pub async fn certificate_fact(&self, host: &str) -> StoreResult<CertificateFact> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(select_facts!("where c.host = $1"))
            .bind(host)
            .fetch_optional(tx.conn()?)
            .await?;
        tx.commit().await?;
        row.as_ref()
            .map_or(Ok(CertificateFact::none()), |row| Ok(read(row)?.fact))
    }

    /// Every host with its certificate, by name.
    pub async fn certificates(&self) -> StoreResult<Vec<CertificateRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(select_facts!("order by c.host"))
            .fetch_all(tx.conn()?)
            .await?;
        tx.commit().await?;
        read_all(&rows, read)
    }
}

/// What is known of the certificates of the workspace's own hosts. A host that is not listed has none.
pub async fn of_workspace(tx: &mut TenantTx) -> StoreResult<Vec<CertificateRow>> {
    let tenant = tx.tenant().uuid();
    tx.on_platform(async |conn| {
        let rows = sqlx::query(select_facts!(
            "join platform.domains d on d.host = c.host where d.workspace_id = $1 order by c.host"
        ))
        .bind(tenant)
        .fetch_all(conn)
        .await?;
        read_all(&rows, read)
    })
    .await
}
