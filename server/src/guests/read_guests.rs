//! The pages' view of guests: the [`GuestsPort`].

use super::leave::require_host;
use super::{Guests, known_as};
use crate::fault;
use async_trait::async_trait;
use contract::ports::GuestsPort;
use contract::staff::{GuestOffer, GuestsView, StayView};
use contract::{AppError, AppResult, Caller, TenantId};
use std::time::{SystemTime, UNIX_EPOCH};
use store::StoreError;
use store::guests::GuestRow;

/// Stays that a page shows.
const MOST: i64 = 20;

#[async_trait]
impl GuestsPort for Guests {
    async fn offer(&self, tenant: TenantId, code: &str) -> AppResult<GuestOffer> {
        self.read_offer(tenant, code).await
    }

    async fn guests(&self, caller: &Caller) -> AppResult<GuestsView> {
        require_host(caller)?;
        let read = async {
            let Some(row) = self.store.workspace(caller.tenant()).await? else {
                return Ok(None);
            };
            let mut tx = self.store.tenant(caller).await?;
            let stays = store::guests::list(&mut tx, MOST).await?;
            tx.commit().await?;
            let now = now_ms();
            Ok::<_, StoreError>(Some(GuestsView {
                allowed: row.guests_allowed,
                stays: stays.into_iter().map(|row| view(row, now)).collect(),
            }))
        };
        read.await
            .map_err(|error| fault::internal("reading guests", error))?
            .ok_or_else(AppError::not_found)
    }
}

/// A stay as owners read it, seen from `now`.
pub(crate) fn view(row: GuestRow, now: i64) -> StayView {
    StayView {
        id: row.id,
        name: known_as(&row.name, &row.house),
        house: row.house,
        reason: row.reason,
        begun_ms: row.begun_ms,
        until_ms: row.ended_ms.unwrap_or(row.expires_ms),
        lasts: row.ended_ms.is_none() && row.expires_ms > now,
    }
}

pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
