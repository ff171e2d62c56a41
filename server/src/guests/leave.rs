//! The end of a stay: by the guest, by an owner who lets nobody come any more, or because its time is
//! over. Recorded each time, in the transaction that ends it.

use super::{Guests, record};
use crate::fault;
use contract::{AppError, AppResult, Caller, ErrorCode, GuestId};
use store::platform::guest_codes;
use store::{Store, StoreError, TenantTx};

impl Guests {
    /// The guest leaves.
    pub async fn leave(&self, caller: &Caller) -> AppResult<()> {
        let id = GuestId::from_uuid(caller.session().uuid());
        let left = async {
            let mut tx = self.store.tenant(caller).await?;
            if let Some(row) = store::guests::end(&mut tx, id).await? {
                record(&mut tx, &row, "guest.left", "by themselves").await?;
            }
            tx.commit().await
        };
        left.await
            .map_err(|error| fault::internal("ending a guest's stay", error))
    }

    /// Lets guests come from now on, or not; those who are there have to go at once. For owners.
    pub async fn allow(&self, caller: &Caller, allowed: bool) -> AppResult<()> {
        require_host(caller)?;
        let done = async {
            let mut tx = self.store.tenant(caller).await?;
            guest_codes::allow(&mut tx, allowed).await?;
            let action = if allowed {
                "guests.allowed"
            } else {
                "guests.forbidden"
            };
            let who = (Some(caller.member()), caller.name());
            store::audit::append(&mut tx, who, action, "").await?;
            if !allowed {
                close(&mut tx, true, "an owner lets nobody come any more").await?;
            }
            tx.commit().await
        };
        done.await
            .map_err(|error| fault::internal("changing whether guests may come", error))
    }

    /// An owner has read that guests were there.
    pub async fn note(&self, caller: &Caller) -> AppResult<()> {
        require_host(caller)?;
        let done = async {
            let mut tx = self.store.tenant(caller).await?;
            store::guests::note_all(&mut tx).await?;
            tx.commit().await
        };
        done.await
            .map_err(|error| fault::internal("noting what an owner has read", error))
    }
}

/// Closes the stays of a workspace whose time is over.
///
/// # Errors
/// When storage fails; the next round finds them again.
pub async fn close_expired(store: &Store, tenant: contract::TenantId) -> Result<(), StoreError> {
    let mut tx = store.enter(tenant).await?;
    close(&mut tx, false, "their time was over").await?;
    guest_codes::expect_nobody(&mut tx).await?;
    tx.commit().await
}

async fn close(tx: &mut TenantTx, all: bool, how: &str) -> Result<(), StoreError> {
    for row in store::guests::close(tx, all).await? {
        record(tx, &row, "guest.left", how).await?;
    }
    Ok(())
}

/// Refuses everybody who may not say whether guests come.
pub(super) fn require_host(caller: &Caller) -> AppResult<()> {
    if caller.role().may_receive_guests() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Whether people of the agency may come in is for owners of the workspace.",
    ))
}
