//! Accounts, grants and the links with which somebody chooses their password.

use super::grants::{granted_elsewhere, put_grant};
use crate::columns::Columns;
use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::platform::staff_log::{self, Deed};
use crate::tenant::millis;
use contract::StaffId;
use contract::staff::Grant;
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// Somebody who is to be staff.
#[derive(Clone)]
pub struct NewStaff {
    /// Made by the caller; the one that is there keeps its own.
    pub id: StaffId,
    /// In lower case.
    pub email: String,
    /// What they may do.
    pub grant: Grant,
    /// Hash of the token in their link, and how long it is good.
    pub token_hash: [u8; 32],
    /// How long the link is good.
    pub lifetime: Duration,
    /// Who invites, by name.
    pub invited_by: String,
    /// The link may also carry what others granted to somebody who has not accepted yet.
    pub may_replace: bool,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// The link is good.
    ByLink,
    /// They have a password already: the grant is enough.
    HasPassword,
    /// Somebody else's invitation waits for them. A link for both would hand whoever makes it what the
    /// other one grants, so nothing was done.
    Waiting,
}

/// An account.
#[derive(Clone)]
pub struct StaffRow {
    /// The person.
    pub id: StaffId,
    /// Sign-in address.
    pub email: String,
    /// Display name.
    pub name: String,
    /// `None`: nobody can sign in with it yet.
    pub password_hash: Option<String>,
}

/// What a link offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferRow {
    /// For whom.
    pub email: String,
    /// Who invited.
    pub invited_by: String,
}

impl Store {
    /// Grants something to somebody, making the account where there is none, and a link where it has
    /// no password. A link that was made before for the same person is good no longer.
    pub async fn invite_staff(&self, new: &NewStaff, deed: &Deed) -> StoreResult<Invited> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "insert into platform.staff as s (id, email) values ($1, lower($2))
             on conflict (email) do update set name = s.name
             returning id, password_hash is not null as has_password",
        )
        .bind(new.id.uuid())
        .bind(&new.email)
        .fetch_one(tx.conn()?)
        .await?;
        let id: StaffId = row.id("id")?;
        let has_password: bool = row.get_as("has_password")?;
        if !has_password && !new.may_replace && granted_elsewhere(tx.conn()?, id, new).await? {
            return Ok(Invited::Waiting);
        }
        put_grant(tx.conn()?, id, &new.grant).await?;
        let outcome = if has_password {
            Invited::HasPassword
        } else {
            put_link(tx.conn()?, id, new).await?;
            Invited::ByLink
        };
        staff_log::append(tx.conn()?, deed).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    /// Makes an account that can sign in at once, or gives one that is there another password.
    pub async fn set_staff(
        &self,
        new: &NewStaff,
        (name, password_hash): (&str, &str),
        deed: &Deed,
    ) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "insert into platform.staff (id, email, name, password_hash) values ($1, lower($2), $3, $4)
             on conflict (email) do update
               set name = excluded.name, password_hash = excluded.password_hash
             returning id",
        )
        .bind(new.id.uuid())
        .bind(&new.email)
        .bind(name)
        .bind(password_hash)
        .fetch_one(tx.conn()?)
        .await?;
        let id: StaffId = row.id("id")?;
        put_grant(tx.conn()?, id, &new.grant).await?;
        forget_links_and_sessions(tx.conn()?, id).await?;
        staff_log::append(tx.conn()?, deed).await?;
        tx.commit().await
    }

    /// The account with this address: one question, whether there is one or not.
    pub async fn staff_by_email(&self, email: &str) -> StoreResult<Option<StaffRow>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "select id, email, name, password_hash from platform.staff where email = lower($1)",
        )
        .bind(email)
        .fetch_optional(tx.conn()?)
        .await?;
        tx.commit().await?;
        row.map(|row| {
            Ok(StaffRow {
                id: row.id("id")?,
                email: row.get_as("email")?,
                name: row.get_as("name")?,
                password_hash: row.get_as("password_hash")?,
            })
        })
        .transpose()
    }

    /// What a link offers, if it is still good.
    pub async fn staff_offer(&self, token_hash: &[u8; 32]) -> StoreResult<Option<OfferRow>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "select s.email, i.invited_by
             from platform.staff_invitations i join platform.staff s on s.id = i.staff_id
             where i.token_hash = $1 and i.expires_ms > platform.now_ms()",
        )
        .bind(token_hash.as_slice())
        .fetch_optional(tx.conn()?)
        .await?;
        tx.commit().await?;
        row.map(|row| {
            Ok(OfferRow {
                email: row.get_as("email")?,
                invited_by: row.get_as("invited_by")?,
            })
        })
        .transpose()
    }

    /// Uses a link up: name and password of its person. `None`: it is not good any more.
    pub async fn accept_staff_offer(
        &self,
        token_hash: &[u8; 32],
        (name, password_hash): (&str, &str),
    ) -> StoreResult<Option<StaffId>> {
        let mut tx = self.platform().await?;
        let id: Option<Uuid> = sqlx::query_scalar(
            "delete from platform.staff_invitations
             where token_hash = $1 and expires_ms > platform.now_ms() returning staff_id",
        )
        .bind(token_hash.as_slice())
        .fetch_optional(tx.conn()?)
        .await?;
        let Some(id) = id.map(StaffId::from_uuid) else {
            tx.commit().await?;
            return Ok(None);
        };
        sqlx::query("update platform.staff set name = $2, password_hash = $3 where id = $1")
            .bind(id.uuid())
            .bind(name)
            .bind(password_hash)
            .execute(tx.conn()?)
            .await?;
        let deed = Deed::new(Some(id), name, "staff.accepted", name);
        staff_log::append(tx.conn()?, &deed).await?;
        tx.commit().await?;
        Ok(Some(id))
    }
}

async fn put_link(conn: &mut PgConnection, staff: StaffId, new: &NewStaff) -> StoreResult<()> {
    sqlx::query("delete from platform.staff_invitations where staff_id = $1")
        .bind(staff.uuid())
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "insert into platform.staff_invitations (token_hash, staff_id, invited_by, expires_ms)
         values ($1, $2, $3, platform.now_ms() + $4)",
    )
    .bind(new.token_hash.as_slice())
    .bind(staff.uuid())
    .bind(&new.invited_by)
    .bind(millis(new.lifetime))
    .execute(conn)
    .await?;
    Ok(())
}

/// A password that was set anew leaves nothing that was begun with the old one.
async fn forget_links_and_sessions(conn: &mut PgConnection, staff: StaffId) -> StoreResult<()> {
    for statement in [
        "delete from platform.staff_invitations where staff_id = $1",
        "delete from platform.staff_sessions where staff_id = $1",
    ] {
        sqlx::query(statement)
            .bind(staff.uuid())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
