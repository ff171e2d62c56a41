//! Orders, and the limits of the authority that they count against. A place is taken in the same step that
//! counts, one order at a time over all processes, so that no number of them exceeds a limit together.
//!
//! The limits are those of Let's Encrypt (letsencrypt.org/docs/rate-limits, as of August 2026). A renewal
//! in the authority's own window is exempt from all of them.

use crate::connections::store::Store;
use crate::error::StoreResult;
use sqlx::PgConnection;
use uuid::Uuid;

/// Certificates per registered domain in [`WEEK_MS`], whoever orders them.
pub const DOMAIN_ORDERS: i64 = 50;
/// Certificates for exactly the same names in [`WEEK_MS`].
pub const SAME_ORDERS: i64 = 5;
/// Orders of one account in [`ACCOUNT_WINDOW_MS`].
pub const ACCOUNT_ORDERS: i64 = 300;
/// Failed attempts for one name in [`HOST_WINDOW_MS`].
pub const HOST_FAILURES: i64 = 5;
/// Seven days.
pub const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// Three hours.
pub const ACCOUNT_WINDOW_MS: i64 = 3 * 60 * 60 * 1_000;
/// One hour.
pub const HOST_WINDOW_MS: i64 = 60 * 60 * 1_000;
/// Held while a place is counted and taken.
const LOCK: i64 = 0x6c76_6163_6d65;
/// An order that nobody ended for so long does not count as open any more, in milliseconds.
const STALE_MS: i64 = 60 * 60 * 1_000;

/// An order that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrderRow {
    /// Names it here.
    pub id: Uuid,
    /// The authority.
    pub directory: String,
    /// The host.
    pub host: String,
    /// The registered domain of the host, as the public suffix list has it.
    pub registered_domain: String,
    /// A renewal in the authority's own window.
    pub exempt: bool,
    /// Who makes it.
    pub node: Uuid,
}

/// What became of asking for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The order may be made.
    Yes,
    /// It has to wait.
    NotBefore {
        /// From when on there is a place.
        at_ms: i64,
        /// Which limit, in words.
        why: String,
    },
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderEnd {
    /// With a certificate.
    Issued,
    /// The authority did not find the host to be ours.
    Failed,
    /// Before the authority did anything that it counts.
    Dropped,
}

impl Store {
    /// Takes a place for an order, or says from when on there is one. `at_ms` is the clock; `None`: the
    /// database's.
    pub async fn take_order(&self, order: &NewOrderRow, at_ms: Option<i64>) -> StoreResult<Taken> {
        let mut tx = self.platform().await?;
        let conn = tx.conn()?;
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(LOCK)
            .execute(&mut *conn)
            .await?;
        let now: i64 = sqlx::query_scalar("select coalesce($1, platform.now_ms())")
            .bind(at_ms)
            .fetch_one(&mut *conn)
            .await?;
        if !order.exempt
            && let Some(wait) = first_limit(conn, order, now).await?
        {
            return Ok(wait);
        }
        sqlx::query(
            "insert into platform.acme_orders
                 (id, directory, host, registered_domain, exempt, node_id, created_ms)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(order.id)
        .bind(&order.directory)
        .bind(&order.host)
        .bind(&order.registered_domain)
        .bind(order.exempt)
        .bind(order.node)
        .bind(now)
        .execute(&mut *conn)
        .await?;
        tx.commit().await?;
        Ok(Taken::Yes)
    }

    /// Notes how an order ended. `at_ms` as in [`Store::take_order`].
    pub async fn end_order(&self, id: Uuid, end: OrderEnd, at_ms: Option<i64>) -> StoreResult<()> {
        let state = match end {
            OrderEnd::Issued => "issued",
            OrderEnd::Failed => "failed",
            OrderEnd::Dropped => "dropped",
        };
        let mut tx = self.platform().await?;
        sqlx::query(
            "update platform.acme_orders
             set state = $2, ended_ms = coalesce($3, platform.now_ms()) where id = $1",
        )
        .bind(id)
        .bind(state)
        .bind(at_ms)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }

    /// Forgets orders that count against nothing any more.
    pub async fn forget_old_orders(&self) -> StoreResult<u64> {
        let mut tx = self.platform().await?;
        let done = sqlx::query(
            "delete from platform.acme_orders where created_ms < platform.now_ms() - $1",
        )
        .bind(WEEK_MS + STALE_MS)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}

/// The limit that makes an order wait for longest.
async fn first_limit(
    conn: &mut PgConnection,
    order: &NewOrderRow,
    now: i64,
) -> StoreResult<Option<Taken>> {
    // An order that was begun counts as if it ended well, until it ended or was left.
    let counts = [
        (
            "select created_ms from platform.acme_orders
             where registered_domain = $1 and created_ms > $2 and not exempt
               and (state = 'issued' or state = 'open' and created_ms > $3)
             order by created_ms desc offset $4 limit 1",
            order.registered_domain.as_str(),
            WEEK_MS,
            DOMAIN_ORDERS,
            format!(
                "{DOMAIN_ORDERS} certificates were issued for {} within a week, which is as many as the \
                 authority issues",
                order.registered_domain
            ),
        ),
        (
            "select created_ms from platform.acme_orders
             where host = $1 and created_ms > $2 and not exempt
               and (state = 'issued' or state = 'open' and created_ms > $3)
             order by created_ms desc offset $4 limit 1",
            order.host.as_str(),
            WEEK_MS,
            SAME_ORDERS,
            format!(
                "{SAME_ORDERS} certificates were issued for this host within a week, which is as many as \
                 the authority issues"
            ),
        ),
        (
            "select ended_ms from platform.acme_orders
             where host = $1 and ended_ms > $2 and state = 'failed' and $3::bigint is not null
             order by ended_ms desc offset $4 limit 1",
            order.host.as_str(),
            HOST_WINDOW_MS,
            HOST_FAILURES,
            format!("{HOST_FAILURES} attempts for this host failed within an hour"),
        ),
        (
            "select created_ms from platform.acme_orders
             where directory = $1 and created_ms > $2 and not exempt and $3::bigint is not null
             order by created_ms desc offset $4 limit 1",
            order.directory.as_str(),
            ACCOUNT_WINDOW_MS,
            ACCOUNT_ORDERS,
            format!(
                "{ACCOUNT_ORDERS} orders were made within three hours, which is as many as the authority \
                 takes"
            ),
        ),
    ];
    let mut longest: Option<(i64, String)> = None;
    for (select, of, window, limit, why) in counts {
        let oldest: Option<i64> = sqlx::query_scalar(select)
            .bind(of)
            .bind(now - window)
            .bind(now - STALE_MS)
            .bind(limit - 1)
            .fetch_optional(&mut *conn)
            .await?;
        // There is a place once the oldest of the last `limit` orders is out of the window.
        let Some(oldest) = oldest else { continue };
        let free = oldest + window;
        if longest.as_ref().is_none_or(|(until, _)| free > *until) {
            longest = Some((free, why));
        }
    }
    Ok(longest.map(|(at_ms, why)| Taken::NotBefore { at_ms, why }))
}
