//! What somebody may do: as the operator, or for an agency.

use super::NewStaff;
use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::platform::staff_log::{self, Deed};
use contract::staff::{Grant, StaffView};
use contract::{AgencyId, StaffId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

impl Store {
    /// What somebody may do, the operator's grant first.
    pub async fn grants_of_staff(&self, staff: StaffId) -> StoreResult<Vec<Grant>> {
        let mut tx = self.platform().await?;
        let grants = grants_of(tx.conn()?, staff).await?;
        tx.commit().await?;
        Ok(grants)
    }

    /// Everybody with a grant, with the agency it is for; `None`: the operator's.
    pub async fn staff_with_grants(&self) -> StoreResult<Vec<(Option<AgencyId>, StaffView)>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select g.agency_id, s.name, s.email, g.owner, g.may_open,
                    cardinality(g.only_workspaces)::bigint as only,
                    s.password_hash is not null as accepted
             from platform.staff_grants g join platform.staff s on s.id = g.staff_id
             order by g.owner desc, s.email limit 2000",
        )
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, |row| {
            let only: Option<i64> = row.get_as("only")?;
            let view = StaffView {
                name: row.get_as("name")?,
                email: row.get_as("email")?,
                owner: row.get_as("owner")?,
                may_open: row.get_as("may_open")?,
                only: only.map(i64::unsigned_abs),
                accepted: row.get_as("accepted")?,
            };
            Ok((row.id_opt("agency_id")?, view))
        })
    }

    /// Takes from somebody what an agency granted, in the transaction that records it. A link that waits
    /// goes with their last grant, and so does every session. `false`: they had no such grant.
    pub async fn remove_grant(
        &self,
        email: &str,
        agency: AgencyId,
        deed: &Deed,
    ) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let staff: Option<Uuid> = sqlx::query_scalar(
            "delete from platform.staff_grants g using platform.staff s
             where s.id = g.staff_id and s.email = lower($1) and g.agency_id = $2
             returning g.staff_id",
        )
        .bind(email)
        .bind(agency.uuid())
        .fetch_optional(tx.conn()?)
        .await?;
        let Some(staff) = staff else {
            tx.commit().await?;
            return Ok(false);
        };
        for statement in [
            "delete from platform.staff_sessions n where staff_id = $1
               and not exists (select from platform.staff_grants g where g.staff_id = n.staff_id)",
            "delete from platform.staff_invitations i where staff_id = $1
               and not exists (select from platform.staff_grants g where g.staff_id = i.staff_id)",
            "delete from platform.guest_codes where staff_id = $1",
        ] {
            sqlx::query(statement)
                .bind(staff)
                .execute(tx.conn()?)
                .await?;
        }
        staff_log::append(tx.conn()?, deed).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// What somebody may do, the operator's grant first.
pub(super) async fn grants_of(conn: &mut PgConnection, staff: StaffId) -> StoreResult<Vec<Grant>> {
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

/// Whether others granted them something.
pub(super) async fn granted_elsewhere(
    conn: &mut PgConnection,
    staff: StaffId,
    new: &NewStaff,
) -> StoreResult<bool> {
    let found = sqlx::query_scalar(
        "select exists (select from platform.staff_grants
                        where staff_id = $1 and agency_id is distinct from $2)",
    )
    .bind(staff.uuid())
    .bind(new.grant.agency.as_ref().map(|(id, _)| id.uuid()))
    .fetch_one(conn)
    .await?;
    Ok(found)
}

/// Grants something, in place of what the same agency granted before.
pub(super) async fn put_grant(
    conn: &mut PgConnection,
    staff: StaffId,
    grant: &Grant,
) -> StoreResult<()> {
    let only = grant.only.as_ref();
    let only: Option<Vec<Uuid>> = only.map(|ids| ids.iter().copied().map(TenantId::uuid).collect());
    sqlx::query(
        "insert into platform.staff_grants (staff_id, agency_id, owner, only_workspaces, may_open)
         values ($1, $2, $3, $4, $5)
         on conflict (staff_id, coalesce(agency_id, '00000000-0000-0000-0000-000000000000'))
         do update set owner = excluded.owner, only_workspaces = excluded.only_workspaces,
                       may_open = excluded.may_open",
    )
    .bind(staff.uuid())
    .bind(grant.agency.as_ref().map(|(id, _)| id.uuid()))
    .bind(grant.owner)
    .bind(only)
    .bind(grant.may_open)
    .execute(conn)
    .await?;
    Ok(())
}
