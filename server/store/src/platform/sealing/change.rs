//! Moves from one key to another, phase by phase, and what is replaced in place.

use super::{KeyServiceRow, WorkspaceKeyRow};
use crate::connections::store::Store;
use crate::error::StoreResult;
use contract::TenantId;
use sqlx::PgConnection;
use std::time::Duration;

impl Store {
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
