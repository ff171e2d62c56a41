//! Under which key a workspace is sealed, and its move from one to another. Keys are stored
//! wrapped; what wraps them and who signs them is not known here.

mod change;

pub use change::SealingStep;

use crate::Sealed;
use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use contract::TenantId;
use sqlx::postgres::PgRow;
use std::time::Duration;
use uuid::Uuid;

/// A client's own key at a key service.
#[derive(Clone)]
pub struct KeyServiceRow {
    /// Names the service in sealed values.
    pub id: Uuid,
    /// The workspace.
    pub tenant: TenantId,
    /// Where the key is; nothing secret.
    pub settings: String,
    /// How to get in, sealed.
    pub sealed_access: Sealed,
    /// For people.
    pub label: String,
    /// Who attached it.
    pub attached_by: String,
    /// When, milliseconds since 1970-01-01 UTC.
    pub attached_ms: i64,
    /// Of all the above but the last two.
    pub signature: [u8; 32],
}

/// A version of the workspace's key, wrapped by the service.
#[derive(Clone)]
pub struct WorkspaceKeyRow {
    /// The service.
    pub service: Uuid,
    /// From 1.
    pub version: u32,
    /// The key, as the service gave it.
    pub wrapped: Vec<u8>,
    /// Of all the above.
    pub signature: [u8; 32],
}

/// A key that seals a workspace; `None` in its place is the keyring.
pub type SealedUnder = Option<(Uuid, u32)>;

/// How far a move from one key to another is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealingPhase {
    /// Every process learns to open with the new key; new secrets are still sealed under the old.
    Spreading,
    /// Everything is sealed anew; the old key still opens.
    Moving,
    /// Only this key opens.
    Settled,
}

impl SealingPhase {
    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spreading => "spreading",
            Self::Moving => "moving",
            Self::Settled => "settled",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> StoreResult<Self> {
        [Self::Spreading, Self::Moving, Self::Settled]
            .into_iter()
            .find(|phase| phase.as_str() == text)
            .ok_or_else(|| StoreError::Inconsistent(format!("sealing phase {text:?}")))
    }
}

/// What a workspace's row says, without services and keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealingState {
    /// The key it is, or will be, sealed under.
    pub under: SealedUnder,
    /// The key it comes from, until it is settled.
    pub from: SealedUnder,
    /// How far the move is; `None`: there is no row.
    pub phase: Option<SealingPhase>,
}

impl SealingState {
    /// Under the keyring, and not on the way anywhere else: no row.
    pub const KEYRING: Self = Self {
        under: None,
        from: None,
        phase: None,
    };
}

/// Where a workspace is, or is going.
#[derive(Clone)]
pub struct SealingRow {
    /// The key it is, or will be, sealed under.
    pub under: SealedUnder,
    /// The key it comes from, until it is settled.
    pub from: SealedUnder,
    /// How far the move is.
    pub phase: SealingPhase,
    /// How long it has been in this phase, by the database's clock.
    pub phase_age: Duration,
    /// Values that no key opened.
    pub unreadable: u64,
    /// The services it names.
    pub services: Vec<KeyServiceRow>,
    /// Their keys.
    pub keys: Vec<WorkspaceKeyRow>,
}

impl SealingRow {
    /// What it says.
    #[must_use]
    pub const fn state(&self) -> SealingState {
        SealingState {
            under: self.under,
            from: self.from,
            phase: Some(self.phase),
        }
    }
}

impl Store {
    /// `None`: sealed under the keyring, and not on the way anywhere else.
    pub async fn sealing(&self, tenant: TenantId) -> StoreResult<Option<SealingRow>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "select service_id, version, from_service_id, from_version, phase, unreadable,
                    platform.now_ms() - phase_ms as age_ms
             from platform.workspace_sealing where workspace_id = $1",
        )
        .bind(tenant.uuid())
        .fetch_optional(tx.conn()?)
        .await?;
        let Some(row) = row else {
            tx.commit().await?;
            return Ok(None);
        };
        let services = sqlx::query(
            "select id, workspace_id, settings, sealed_access, label, attached_by, attached_ms,
                    signature
             from platform.key_services where workspace_id = $1",
        )
        .bind(tenant.uuid())
        .fetch_all(tx.conn()?)
        .await?;
        let keys = sqlx::query(
            "select k.service_id, k.version, k.wrapped, k.signature
             from platform.workspace_keys k join platform.key_services s on s.id = k.service_id
             where s.workspace_id = $1 order by k.service_id, k.version",
        )
        .bind(tenant.uuid())
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        let age: i64 = row.get_as("age_ms")?;
        let unreadable: i64 = row.get_as("unreadable")?;
        Ok(Some(SealingRow {
            under: sealed_under(&row, "service_id", "version")?,
            from: sealed_under(&row, "from_service_id", "from_version")?,
            phase: SealingPhase::parse(row.get_as("phase")?)?,
            phase_age: Duration::from_millis(age.try_into().unwrap_or_default()),
            unreadable: unreadable.try_into().unwrap_or_default(),
            services: read_all(&services, read_service)?,
            keys: read_all(&keys, read_key)?,
        }))
    }

    /// Workspaces on the way from one key to another.
    pub async fn moving_workspaces(&self) -> StoreResult<Vec<TenantId>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select workspace_id from platform.workspace_sealing where phase <> 'settled'",
        )
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, |row| row.id("workspace_id"))
    }
}

fn sealed_under(row: &PgRow, service: &str, version: &str) -> StoreResult<SealedUnder> {
    let service: Option<Uuid> = row.get_as(service)?;
    let version: Option<i32> = row.get_as(version)?;
    service.zip(version).map_or(Ok(None), |(service, version)| {
        Ok(Some((service, version_of(version)?)))
    })
}

fn version_of(version: i32) -> StoreResult<u32> {
    let broken = |_| StoreError::Inconsistent("version of a workspace key".to_owned());
    u32::try_from(version).map_err(broken)
}

fn signature_of(row: &PgRow) -> StoreResult<[u8; 32]> {
    let bytes: Vec<u8> = row.get_as("signature")?;
    let broken = |_| StoreError::Inconsistent("signature of a workspace key".to_owned());
    bytes.try_into().map_err(broken)
}

fn read_service(row: &PgRow) -> StoreResult<KeyServiceRow> {
    Ok(KeyServiceRow {
        id: row.get_as("id")?,
        tenant: row.id("workspace_id")?,
        settings: row.get_as("settings")?,
        sealed_access: row.get_as("sealed_access")?,
        label: row.get_as("label")?,
        attached_by: row.get_as("attached_by")?,
        attached_ms: row.get_as("attached_ms")?,
        signature: signature_of(row)?,
    })
}

fn read_key(row: &PgRow) -> StoreResult<WorkspaceKeyRow> {
    Ok(WorkspaceKeyRow {
        service: row.get_as("service_id")?,
        version: version_of(row.get_as("version")?)?,
        wrapped: row.get_as("wrapped")?,
        signature: signature_of(row)?,
    })
}
