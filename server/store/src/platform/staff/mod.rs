//! People of the platform host: who they are, what they may do, their sessions and invitations.

mod accounts;
mod sessions;
mod throttle;

pub use accounts::{Invited, NewStaff, OfferRow, StaffRow};
pub use sessions::{NewStaffSession, StaffSession};
pub use throttle::Tries;

use crate::columns::{Columns, read_all};
use crate::error::StoreResult;
use contract::staff::Grant;
use contract::{AgencyId, StaffId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

/// What somebody may do, the operator's grant first.
async fn grants_of(conn: &mut PgConnection, staff: StaffId) -> StoreResult<Vec<Grant>> {
    let rows = sqlx::query(
        "select g.agency_id, a.name, g.owner, g.only_workspaces, g.may_open
         from platform.staff_grants g left join platform.agencies a on a.id = g.agency_id
         where g.staff_id = $1 order by a.name nulls first",
    )
    .bind(staff.uuid())
    .fetch_all(conn)
    .await?;
    read_all(&rows, |row| {
        let agency: Option<AgencyId> = row.id_opt("agency_id")?;
        let name: Option<String> = row.get_as("name")?;
        let only: Option<Vec<Uuid>> = row.get_as("only_workspaces")?;
        Ok(Grant {
            agency: agency.map(|id| (id, name.unwrap_or_default())),
            owner: row.get_as("owner")?,
            only: only.map(|ids| ids.into_iter().map(TenantId::from_uuid).collect()),
            may_open: row.get_as("may_open")?,
        })
    })
}
