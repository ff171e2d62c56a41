//! Workspaces as the platform host lists them: searched by name, a page at a time; and what is kept
//! about one there. Nothing here looks inside a workspace.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use crate::platform::changes::announce;
use crate::platform::staff_log::{self, Deed};
use contract::staff::{ClientNote, ClientState, Suspension};
use contract::{AgencyId, NanoUsd, TenantId};
use sqlx::postgres::PgRow;
use uuid::Uuid;

macro_rules! select_clients {
    ($rest:literal) => {
        concat!(
            "select w.id, w.slug, w.name, w.state, w.agency_id, a.name as agency, w.budget_nano,
                    w.tenant_version, w.migration_error is not null as trouble, w.created_ms,
                    w.suspended_ms, w.suspended_by, w.suspended_reason, w.guests_allowed,
                    p.host, count(*) over () as found
             from platform.workspaces w
             left join platform.agencies a on a.id = w.agency_id
             left join platform.domains p on p.workspace_id = w.id and p.is_primary ",
            $rest
        )
    };
}

/// Which workspaces.
#[derive(Clone, Debug, Default)]
pub struct WantedClients<'a> {
    /// Of this agency; `None`: of all, and of none.
    pub agency: Option<AgencyId>,
    /// These only.
    pub only: Option<&'a [TenantId]>,
    /// Part of a name, a short name or a host; empty: all.
    pub text: &'a str,
    /// Rows before the page.
    pub skip: i64,
    /// Rows of the page.
    pub take: i64,
}

/// A workspace in a list.
#[derive(Clone, Debug)]
pub struct ClientRecord {
    /// The workspace.
    pub id: TenantId,
    /// Short name in addresses.
    pub slug: String,
    /// The client's name.
    pub name: String,
    /// Whether it may be used.
    pub state: ClientState,
    /// Who sells it.
    pub agency: Option<AgencyId>,
    /// By name.
    pub agency_name: Option<String>,
    /// Limit per calendar month.
    pub budget: Option<NanoUsd>,
    /// Version of its schema.
    pub version: i32,
    /// Its schema could not be migrated.
    pub trouble: bool,
    /// When it was made.
    pub created_ms: i64,
    /// Host that links are written with.
    pub host: Option<String>,
    /// Why it is closed.
    pub suspension: Option<Suspension>,
    /// Staff may open it as an administrator.
    pub guests_allowed: bool,
}

fn read(row: &PgRow) -> StoreResult<ClientRecord> {
    let state: &str = row.get_as("state")?;
    let state = match state {
        "active" => ClientState::Active,
        "suspended" => ClientState::Suspended,
        "deleting" => ClientState::Deleting,
        other => {
            let words = format!("workspace state {other:?}");
            return Err(StoreError::Inconsistent(words));
        }
    };
    let since: Option<i64> = row.get_as("suspended_ms")?;
    let by: Option<String> = row.get_as("suspended_by")?;
    let reason: Option<String> = row.get_as("suspended_reason")?;
    Ok(ClientRecord {
        id: row.id("id")?,
        slug: row.get_as("slug")?,
        name: row.get_as("name")?,
        state,
        agency: row.id_opt("agency_id")?,
        agency_name: row.get_as("agency")?,
        budget: row.nano_opt("budget_nano")?,
        version: row.get_as("tenant_version")?,
        trouble: row.get_as("trouble")?,
        created_ms: row.get_as("created_ms")?,
        host: row.get_as("host")?,
        suspension: since.map(|since_ms| Suspension {
            reason: reason.unwrap_or_default(),
            by: by.unwrap_or_default(),
            since_ms,
        }),
        guests_allowed: row.get_as("guests_allowed")?,
    })
}

impl Store {
    /// One page of these workspaces, by name, and how many there are in all.
    pub async fn clients(
        &self,
        wanted: &WantedClients<'_>,
    ) -> StoreResult<(Vec<ClientRecord>, u64)> {
        let only = wanted.only;
        let only: Option<Vec<Uuid>> =
            only.map(|ids| ids.iter().copied().map(TenantId::uuid).collect());
        let mut tx = self.platform().await?;
        let rows = sqlx::query(select_clients!(
            "where ($1::uuid is null or w.agency_id = $1)
               and ($2::uuid[] is null or w.id = any($2))
               and ($3 = '' or strpos(lower(w.name), lower($3)) > 0
                    or strpos(w.slug, lower($3)) > 0
                    or exists (select from platform.domains d
                               where d.workspace_id = w.id and strpos(d.host, lower($3)) > 0))
             order by lower(w.name), w.id offset $4 limit $5"
        ))
        .bind(wanted.agency.map(AgencyId::uuid))
        .bind(only)
        .bind(wanted.text)
        .bind(wanted.skip)
        .bind(wanted.take)
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        let found: i64 = rows.first().map_or(Ok(0), |row| row.get_as("found"))?;
        Ok((read_all(&rows, read)?, found.unsigned_abs()))
    }

    /// One workspace.
    pub async fn client(&self, id: TenantId) -> StoreResult<Option<ClientRecord>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(select_clients!("where w.id = $1"))
            .bind(id.uuid())
            .fetch_optional(tx.conn()?)
            .await?;
        tx.commit().await?;
        row.as_ref().map(read).transpose()
    }

    /// How many workspaces each agency has.
    pub async fn clients_by_agency(&self) -> StoreResult<Vec<(AgencyId, u64)>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select agency_id, count(*) as clients from platform.workspaces
             where agency_id is not null group by agency_id",
        )
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, |row| {
            let clients: i64 = row.get_as("clients")?;
            Ok((row.id("agency_id")?, clients.unsigned_abs()))
        })
    }

    /// Writes something down about a client, in the transaction that records that it was.
    pub async fn add_client_note(
        &self,
        tenant: TenantId,
        (by, text): (&str, &str),
        deed: &Deed,
    ) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "insert into platform.client_notes (id, workspace_id, written_by, body)
             values ($1, $2, $3, $4)",
        )
        .bind(Uuid::now_v7())
        .bind(tenant.uuid())
        .bind(by)
        .bind(text)
        .execute(tx.conn()?)
        .await?;
        staff_log::append(tx.conn()?, deed).await?;
        tx.commit().await
    }

    /// What was written down, newest first, at most twenty.
    pub async fn client_notes(&self, tenant: TenantId) -> StoreResult<Vec<ClientNote>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select written_by, body, created_ms from platform.client_notes
             where workspace_id = $1 order by created_ms desc, id desc limit 20",
        )
        .bind(tenant.uuid())
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, |row| {
            Ok(ClientNote {
                by: row.get_as("written_by")?,
                at_ms: row.get_as("created_ms")?,
                text: row.get_as("body")?,
            })
        })
    }
}

/// Closes the workspace for now, in the transaction that records it. `false`: it is not open.
pub async fn suspend(tx: &mut TenantTx, by: &str, reason: &str) -> StoreResult<bool> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let done = sqlx::query(
            "update platform.workspaces
             set state = 'suspended', suspended_ms = platform.now_ms(), suspended_by = $2,
                 suspended_reason = $3
             where id = $1 and state = 'active'",
        )
        .bind(tenant.uuid())
        .bind(by)
        .bind(reason)
        .execute(&mut *conn)
        .await?;
        announce(conn, tenant).await?;
        Ok(done.rows_affected() > 0)
    })
    .await
}

/// Opens it again, in the transaction that records it. `false`: it is not closed for now.
pub async fn resume(tx: &mut TenantTx) -> StoreResult<bool> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let done = sqlx::query(
            "update platform.workspaces
             set state = 'active', suspended_ms = null, suspended_by = null, suspended_reason = null
             where id = $1 and state = 'suspended'",
        )
        .bind(tenant.uuid())
        .execute(&mut *conn)
        .await?;
        announce(conn, tenant).await?;
        Ok(done.rows_affected() > 0)
    })
    .await
}
