//! Moves from one key to another, phase by phase, and what is replaced in place.

use super::{KeyServiceRow, SealingPhase, SealingState, WorkspaceKeyRow, sealed_under};
use crate::columns::Columns;
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use crate::tenant::audit;
use contract::{MemberId, TenantId};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use std::time::Duration;

/// One step of a move, and the record of it: both are done, or neither.
pub struct SealingStep<'a> {
    /// Who does it: id, where it is a member, and name.
    pub actor: (Option<MemberId>, &'a str),
    /// As the record names it.
    pub action: &'a str,
    /// To what.
    pub object: &'a str,
    /// What the workspace's row says afterwards. Where another hand changed the row meanwhile, the
    /// step is not taken.
    pub becomes: SealingState,
    /// What is signed of it, for the record with this number.
    pub witness: &'a (dyn Fn(i64) -> Value + Sync),
}

impl Store {
    /// Begins a move: to a new key of a service, which may be new too, or to the keyring (`None`).
    /// `false`: another move is under way, nothing was changed.
    pub async fn begin_move(
        &self,
        tenant: TenantId,
        service: Option<&KeyServiceRow>,
        key: Option<&WorkspaceKeyRow>,
        step: &SealingStep<'_>,
    ) -> StoreResult<bool> {
        let mut tx = self.enter(tenant).await?;
        let version = key.map(|key| i64::from(key.version));
        let begun = tx
            .on_platform(async |conn| {
                if let Some(service) = service {
                    insert_service(conn, service).await?;
                }
                if let Some(key) = key {
                    insert_key(conn, key).await?;
                }
                let begin = sqlx::query(
                    "insert into platform.workspace_sealing as s
                       (workspace_id, service_id, version, phase)
                     values ($1, $2, $3::integer, 'spreading')
                     on conflict (workspace_id) do update
                     set from_service_id = s.service_id, from_version = s.version,
                         service_id = excluded.service_id, version = excluded.version,
                         phase = 'spreading', phase_ms = platform.now_ms(), unreadable = 0
                     where s.phase = 'settled'
                     returning service_id, version, from_service_id, from_version, phase",
                )
                .bind(tenant.uuid())
                .bind(key.map(|key| key.service))
                .bind(version);
                Ok(begin.fetch_optional(conn).await?)
            })
            .await?;
        finish(tx, begun.as_ref().map(read_state).transpose()?, step).await
    }

    /// From spreading to moving, once spreading has lasted `at_least`. `false`: not yet.
    pub async fn start_moving(
        &self,
        tenant: TenantId,
        at_least: Duration,
        step: &SealingStep<'_>,
    ) -> StoreResult<bool> {
        let mut tx = self.enter(tenant).await?;
        let moving = tx
            .on_platform(async |conn| {
                let start = sqlx::query(
                    "update platform.workspace_sealing
                     set phase = 'moving', phase_ms = platform.now_ms()
                     where workspace_id = $1 and phase = 'spreading'
                       and phase_ms <= platform.now_ms() - $2
                     returning service_id, version, from_service_id, from_version, phase",
                )
                .bind(tenant.uuid())
                .bind(i64::try_from(at_least.as_millis()).unwrap_or(i64::MAX));
                Ok(start.fetch_optional(conn).await?)
            })
            .await?;
        finish(tx, moving.as_ref().map(read_state).transpose()?, step).await
    }

    /// Ends a move: what the workspace came from opens nothing any more and is removed.
    pub async fn settle_move(
        &self,
        tenant: TenantId,
        unreadable: u64,
        step: &SealingStep<'_>,
    ) -> StoreResult<bool> {
        let mut tx = self.enter(tenant).await?;
        let settled = tx
            .on_platform(async |conn| {
                let settle = sqlx::query(
                    "update platform.workspace_sealing
                     set phase = 'settled', phase_ms = platform.now_ms(), unreadable = $2,
                         from_service_id = null, from_version = null
                     where workspace_id = $1 and phase = 'moving'
                     returning service_id, version, from_service_id, from_version, phase",
                )
                .bind(tenant.uuid())
                .bind(i64::try_from(unreadable).unwrap_or(i64::MAX));
                let row = settle.fetch_optional(&mut *conn).await?;
                if row.is_some() {
                    forget_others(conn, tenant).await?;
                }
                Ok(row)
            })
            .await?;
        finish(tx, settled.as_ref().map(read_state).transpose()?, step).await
    }

    /// Puts the workspace's row back to what `step` says that it was, whatever stands there.
    pub async fn restore_sealing(
        &self,
        tenant: TenantId,
        step: &SealingStep<'_>,
    ) -> StoreResult<bool> {
        let mut tx = self.enter(tenant).await?;
        let state = step.becomes;
        tx.on_platform(async |conn| put_back(conn, tenant, state).await)
            .await?;
        finish(tx, Some(state), step).await
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

/// Records the step, where it was taken. `None`: it was not.
async fn finish(
    mut tx: TenantTx,
    became: Option<SealingState>,
    step: &SealingStep<'_>,
) -> StoreResult<bool> {
    let Some(became) = became else {
        return Ok(false);
    };
    if became != step.becomes {
        return Err(StoreError::Inconsistent(
            "the row of the workspace's sealing was changed by another hand".to_owned(),
        ));
    }
    audit::append_with(&mut tx, step.actor, step.action, step.object, step.witness).await?;
    tx.commit().await?;
    Ok(true)
}

/// What a step left. Settled on the keyring, the row itself is gone.
fn read_state(row: &PgRow) -> StoreResult<SealingState> {
    let state = SealingState {
        under: sealed_under(row, "service_id", "version")?,
        from: sealed_under(row, "from_service_id", "from_version")?,
        phase: Some(SealingPhase::parse(row.get_as("phase")?)?),
    };
    let gone = state.under.is_none() && state.phase == Some(SealingPhase::Settled);
    Ok(if gone { SealingState::KEYRING } else { state })
}

async fn put_back(
    conn: &mut PgConnection,
    tenant: TenantId,
    state: SealingState,
) -> StoreResult<()> {
    sqlx::query("delete from platform.workspace_sealing where workspace_id = $1")
        .bind(tenant.uuid())
        .execute(&mut *conn)
        .await?;
    let Some(phase) = state.phase else {
        return Ok(());
    };
    let (under, from) = (state.under, state.from);
    sqlx::query(
        "insert into platform.workspace_sealing
           (workspace_id, service_id, version, from_service_id, from_version, phase)
         values ($1, $2, $3::integer, $4, $5::integer, $6)",
    )
    .bind(tenant.uuid())
    .bind(under.map(|(id, _)| id))
    .bind(under.map(|(_, version)| i64::from(version)))
    .bind(from.map(|(id, _)| id))
    .bind(from.map(|(_, version)| i64::from(version)))
    .bind(phase.as_str())
    .execute(conn)
    .await?;
    Ok(())
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
