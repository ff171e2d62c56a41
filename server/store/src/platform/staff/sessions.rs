//! Signed-in browsers on the platform host. Only the hash of a session's token is stored.

use super::grants::grants_of;
use crate::columns::Columns;
use crate::connections::store::Store;
use crate::error::StoreResult;
use crate::platform::staff_log::{self, Deed};
use crate::tenant::millis;
use contract::{Staff, StaffId, StaffSessionId};
use std::time::Duration;

/// The last use is noted at most this often, so that reading pages does not write.
const TOUCH_EVERY_MS: i64 = 30_000;

/// A session to be begun.
#[derive(Clone)]
pub struct NewStaffSession {
    /// Made by the caller.
    pub id: StaffSessionId,
    /// Hash of the token in the cookie.
    pub token_hash: [u8; 32],
    /// Who signed in.
    pub staff: StaffId,
    /// The browser's own description.
    pub user_agent: String,
    /// How long it is good, however much it is used.
    pub lifetime: Duration,
}

/// A live session with its person.
pub type StaffSession = Staff;

impl Store {
    /// Begins a session, in the transaction that records it.
    pub async fn begin_staff_session(
        &self,
        session: &NewStaffSession,
        deed: &Deed,
    ) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "insert into platform.staff_sessions (id, token_hash, staff_id, user_agent, expires_ms)
             values ($1, $2, $3, $4, platform.now_ms() + $5)",
        )
        .bind(session.id.uuid())
        .bind(session.token_hash.as_slice())
        .bind(session.staff.uuid())
        .bind(&session.user_agent)
        .bind(millis(session.lifetime))
        .execute(tx.conn()?)
        .await?;
        staff_log::append(tx.conn()?, deed).await?;
        tx.commit().await
    }

    /// The person of a live session; one that was not used for `idle` is over.
    pub async fn staff_of_session(
        &self,
        token_hash: &[u8; 32],
        idle: Duration,
    ) -> StoreResult<Option<StaffSession>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "select n.id as session_id, n.seen_ms < platform.now_ms() - $3 as stale,
                    s.id, s.name, s.email
             from platform.staff_sessions n join platform.staff s on s.id = n.staff_id
             where n.token_hash = $1 and n.expires_ms > platform.now_ms()
               and n.seen_ms > platform.now_ms() - $2",
        )
        .bind(token_hash.as_slice())
        .bind(millis(idle))
        .bind(TOUCH_EVERY_MS)
        .fetch_optional(tx.conn()?)
        .await?;
        let Some(row) = row else {
            tx.commit().await?;
            return Ok(None);
        };
        let (id, session): (StaffId, StaffSessionId) = (row.id("id")?, row.id("session_id")?);
        if row.get_as("stale")? {
            sqlx::query(
                "update platform.staff_sessions set seen_ms = platform.now_ms() where id = $1",
            )
            .bind(session.uuid())
            .execute(tx.conn()?)
            .await?;
        }
        let grants = grants_of(tx.conn()?, id).await?;
        tx.commit().await?;
        let (name, email) = (row.get_as("name")?, row.get_as("email")?);
        Ok(Some(Staff::new(id, session, name, email, grants)))
    }

    /// Ends a session. Ending one that is over does no harm.
    pub async fn end_staff_session(&self, id: StaffSessionId) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query("delete from platform.staff_sessions where id = $1")
            .bind(id.uuid())
            .execute(tx.conn()?)
            .await?;
        tx.commit().await
    }

    /// Forgets what is over: sessions, links, codes, and tries of long ago.
    pub async fn remove_expired_staff(&self, idle: Duration) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        for statement in [
            "delete from platform.staff_sessions
             where expires_ms <= platform.now_ms() or seen_ms < platform.now_ms() - $1",
            "delete from platform.staff_throttle where last_ms < platform.now_ms() - $1",
            "delete from platform.staff_invitations
             where expires_ms <= platform.now_ms() and $1 > 0::bigint",
            "delete from platform.guest_codes
             where expires_ms <= platform.now_ms() and $1 > 0::bigint",
        ] {
            sqlx::query(statement)
                .bind(millis(idle))
                .execute(tx.conn()?)
                .await?;
        }
        tx.commit().await
    }
}
