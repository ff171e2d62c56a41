//! Codes that carry somebody from the platform host into one workspace: once, within a minute. Only
//! hashes are kept. Whether guests may come at all stands in the workspace's row.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use crate::platform::changes::announce;
use crate::platform::staff_log::{self, Deed};
use crate::tenant::millis;
use contract::{StaffId, TenantId};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use std::time::Duration;

/// A code to be made.
#[derive(Clone)]
pub struct NewGuestCode {
    /// Hash of the code.
    pub code_hash: [u8; 32],
    /// Where it leads.
    pub tenant: TenantId,
    /// Whom it carries.
    pub staff: StaffId,
    /// On whose behalf; empty: the operator.
    pub house: String,
    /// Why.
    pub reason: String,
    /// How long it is good.
    pub lifetime: Duration,
}

/// A code that is still good, with its person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestCode {
    /// Whom it carries.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// Their sign-in address.
    pub email: String,
    /// On whose behalf; empty: the operator.
    pub house: String,
    /// Why.
    pub reason: String,
}

fn read(row: &PgRow) -> StoreResult<GuestCode> {
    Ok(GuestCode {
        staff: row.id("staff_id")?,
        name: row.get_as("name")?,
        email: row.get_as("email")?,
        house: row.get_as("house")?,
        reason: row.get_as("reason")?,
    })
}

impl Store {
    /// Makes a code, in the transaction that records it. `false`: the workspace lets nobody come, or
    /// is about to be gone.
    pub async fn make_guest_code(&self, new: &NewGuestCode, deed: &Deed) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let done = sqlx::query(
            "insert into platform.guest_codes
               (code_hash, workspace_id, staff_id, house, reason, expires_ms)
             select $1, w.id, $3, $4, $5, platform.now_ms() + $6 from platform.workspaces w
             where w.id = $2 and w.guests_allowed and w.state <> 'deleting'",
        )
        .bind(new.code_hash.as_slice())
        .bind(new.tenant.uuid())
        .bind(new.staff.uuid())
        .bind(&new.house)
        .bind(&new.reason)
        .bind(millis(new.lifetime))
        .execute(tx.conn()?)
        .await?;
        let made = done.rows_affected() > 0;
        if made {
            staff_log::append(tx.conn()?, deed).await?;
        }
        tx.commit().await?;
        Ok(made)
    }
}

impl Store {
    /// Workspaces where the time of everybody who came in is over, and nobody has said so yet.
    pub async fn with_guests(&self) -> StoreResult<Vec<TenantId>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select id from platform.workspaces
             where guest_until_ms <= platform.now_ms() and state <> 'deleting' limit 1000",
        )
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, |row| row.id("id"))
    }
}

/// The code with this hash, if it leads here and is still good. `take`: it is used up.
pub async fn find(
    tx: &mut TenantTx,
    code_hash: &[u8; 32],
    take: bool,
) -> StoreResult<Option<GuestCode>> {
    let tenant = tx.tenant();
    let hash = *code_hash;
    tx.on_platform(async |conn| look_up(conn, tenant, &hash, take).await)
        .await
}

async fn look_up(
    conn: &mut PgConnection,
    tenant: TenantId,
    code_hash: &[u8; 32],
    take: bool,
) -> StoreResult<Option<GuestCode>> {
    let question = if take {
        "delete from platform.guest_codes c using platform.staff s, platform.workspaces w
         where c.code_hash = $1 and c.workspace_id = $2 and c.expires_ms > platform.now_ms()
           and s.id = c.staff_id and w.id = c.workspace_id and w.guests_allowed
         returning c.staff_id, s.name, s.email, c.house, c.reason"
    } else {
        "select c.staff_id, s.name, s.email, c.house, c.reason
         from platform.guest_codes c join platform.staff s on s.id = c.staff_id
         join platform.workspaces w on w.id = c.workspace_id
         where c.code_hash = $1 and c.workspace_id = $2 and c.expires_ms > platform.now_ms()
           and w.guests_allowed"
    };
    let row = sqlx::query(question)
        .bind(code_hash.as_slice())
        .bind(tenant.uuid())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Whether somebody may still be a guest here: what allowed it can be taken back while they are.
pub async fn may_stay(tx: &mut TenantTx, staff: StaffId) -> StoreResult<bool> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let found = sqlx::query_scalar(
            "select exists (
               select from platform.staff_grants g join platform.workspaces w on w.id = $1
               where g.staff_id = $2 and g.may_open and w.guests_allowed
                 and (g.agency_id is null
                      or g.agency_id = w.agency_id
                         and (g.only_workspaces is null or w.id = any(g.only_workspaces))))",
        )
        .bind(tenant.uuid())
        .bind(staff.uuid())
        .fetch_one(conn)
        .await?;
        Ok(found)
    })
    .await
}

/// Notes that somebody may be there until a moment, so that nobody has to look into every workspace.
pub async fn expect_until(tx: &mut TenantTx, until_ms: i64) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        sqlx::query(
            "update platform.workspaces
             set guest_until_ms = greatest(guest_until_ms, $2) where id = $1",
        )
        .bind(tenant.uuid())
        .bind(until_ms)
        .execute(conn)
        .await?;
        Ok(())
    })
    .await
}

/// Nobody is expected any more, once the time of the last one is over.
pub async fn expect_nobody(tx: &mut TenantTx) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        sqlx::query(
            "update platform.workspaces set guest_until_ms = null
             where id = $1 and guest_until_ms <= platform.now_ms()",
        )
        .bind(tenant.uuid())
        .execute(conn)
        .await?;
        Ok(())
    })
    .await
}

/// Lets guests come, or not, in the transaction that records it.
pub async fn allow(tx: &mut TenantTx, allowed: bool) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        sqlx::query("update platform.workspaces set guests_allowed = $2 where id = $1")
            .bind(tenant.uuid())
            .bind(allowed)
            .execute(&mut *conn)
            .await?;
        announce(conn, tenant).await
    })
    .await
}
