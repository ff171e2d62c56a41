//! Under which key a workspace is sealed, and its move from one to another. Keys are stored
//! wrapped; what wraps them and who signs them is not known here.

use crate::Sealed;
use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use contract::TenantId;
use sqlx::PgConnection;
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
    const fn as_str(self) -> &'static str {
        match self {
            Self::Spreading => "spreading",
            Self::Moving => "moving",
            Self::Settled => "settled",
        }
    }

    fn parse(text: &str) -> StoreResult<Self> {
        [Self::Spreading, Self::Moving, Self::Settled]
            .into_iter()
            .find(|phase| phase.as_str() == text)
            .ok_or_else(|| StoreError::Inconsistent(format!("sealing phase {text:?}")))
    }
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

    /// Begins a move: to a new key of a service, which may be new too, or to the keyring (`None`).
    /// `false`: another move is under way, nothing was changed.
    pub async fn begin_move(
        &self,
        tenant: TenantId,
        service: Option<&KeyServiceRow>,
        key: Option<&WorkspaceKeyRow>,
    ) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        if let Some(service) = service {
            insert_service(tx.conn()?, service).await?;
        }
        if let Some(key) = key {
            insert_key(tx.conn()?, key).await?;
        }
        let version = key.map(|key| i64::from(key.version));
        let done = sqlx::query(
            "insert into platform.workspace_sealing as s (workspace_id, service_id, version, phase)
             values ($1, $2, $3::integer, 'spreading')
             on conflict (workspace_id) do update
             set from_service_id = s.service_id, from_version = s.version,
                 service_id = excluded.service_id, version = excluded.version,
                 phase = 'spreading', phase_ms = platform.now_ms(), unreadable = 0
             where s.phase = 'settled'",
        )
        .bind(tenant.uuid())
        .bind(key.map(|key| key.service))
        .bind(version)
        .execute(tx.conn()?)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// From spreading to moving, once spreading has lasted `at_least`. `false`: not yet.
    pub async fn start_moving(&self, tenant: TenantId, at_least: Duration) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let done = sqlx::query(
            "update platform.workspace_sealing set phase = 'moving', phase_ms = platform.now_ms()
             where workspace_id = $1 and phase = 'spreading'
               and phase_ms <= platform.now_ms() - $2",
        )
        .bind(tenant.uuid())
        .bind(i64::try_from(at_least.as_millis()).unwrap_or(i64::MAX))
        .execute(tx.conn()?)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends a move: what the workspace came from opens nothing any more and is removed.
    pub async fn settle_move(&self, tenant: TenantId, unreadable: u64) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let done = sqlx::query(
            "update platform.workspace_sealing
             set phase = 'settled', phase_ms = platform.now_ms(), unreadable = $2,
                 from_service_id = null, from_version = null
             where workspace_id = $1 and phase = 'moving'",
        )
        .bind(tenant.uuid())
        .bind(i64::try_from(unreadable).unwrap_or(i64::MAX))
        .execute(tx.conn()?)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        forget_others(tx.conn()?, tenant).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Replaces the wrapped form of a key; the key stays the same.
    pub async fn replace_wrapped(&self, key: &WorkspaceKeyRow) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "update platform.workspace_keys set wrapped = $3, signature = $4
             where service_id = $1 and version = $2",
        )
        .bind(key.service)
        .bind(i64::from(key.version))
        .bind(&key.wrapped)
        .bind(key.signature.as_slice())
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }

    /// Replaces how to get in at a service, and as whom.
    pub async fn replace_access(&self, service: &KeyServiceRow) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "update platform.key_services set sealed_access = $2, signature = $3, settings = $4
             where id = $1",
        )
        .bind(service.id)
        .bind(&service.sealed_access)
        .bind(service.signature.as_slice())
        .bind(&service.settings)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }
}

async fn insert_service(conn: &mut PgConnection, service: &KeyServiceRow) -> StoreResult<()> {
    sqlx::query(
        "insert into platform.key_services
             (id, workspace_id, settings, sealed_access, label, attached_by, signature)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(service.id)
    .bind(service.tenant.uuid())
    .bind(&service.settings)
    .bind(&service.sealed_access)
    .bind(&service.label)
    .bind(&service.attached_by)
    .bind(service.signature.as_slice())
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_key(conn: &mut PgConnection, key: &WorkspaceKeyRow) -> StoreResult<()> {
    sqlx::query(
        "insert into platform.workspace_keys (service_id, version, wrapped, signature)
         values ($1, $2::integer, $3, $4)",
    )
    .bind(key.service)
    .bind(i64::from(key.version))
    .bind(&key.wrapped)
    .bind(key.signature.as_slice())
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes every key and service that the workspace's settled row does not name; back on the
/// keyring, the row itself.
async fn forget_others(conn: &mut PgConnection, tenant: TenantId) -> StoreResult<()> {
    sqlx::query(
        "delete from platform.workspace_keys k using platform.key_services s
         where s.id = k.service_id and s.workspace_id = $1 and not exists (
             select from platform.workspace_sealing w
             where w.workspace_id = $1 and w.service_id = k.service_id and w.version = k.version)",
    )
    .bind(tenant.uuid())
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "delete from platform.workspace_sealing where workspace_id = $1 and service_id is null",
    )
    .bind(tenant.uuid())
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "delete from platform.key_services s where workspace_id = $1 and not exists (
             select from platform.workspace_sealing w where w.service_id = s.id)",
    )
    .bind(tenant.uuid())
    .execute(conn)
    .await?;
    Ok(())
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
