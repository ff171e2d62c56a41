//! Limits on spending that hold over all processes: what was spent, and what is set aside for whom.
//!
//! Owns the accounts (a workspace, or a team, member or virtual key in it, in one month) and the
//! slices of them that processes spend by themselves. Whoever changes an account holds its row, so
//! `spent + all slices` passes a cap only where an answer cost more than was reserved for it.
//! The ledger is the truth: accounts are counted from it when a process first comes, when one has
//! died, and before anybody is told that nothing is left.

mod come_back;
mod count;
mod exchange;
mod set_aside;

pub use exchange::{SliceGrant, SliceState};

use crate::columns::Columns;
use crate::connections::platform_tx::PlatformTx;
use crate::error::StoreResult;
use contract::{LimitScope, NanoUsd, TenantId};
use uuid::Uuid;

/// One scope in one month.
#[derive(Clone, Copy, Debug)]
struct AccountKey {
    tenant: TenantId,
    scope: LimitScope,
    /// First moment of the month.
    month_ms: i64,
}

impl AccountKey {
    /// The stored name of whose it is.
    fn scope_id(self) -> Uuid {
        self.scope.id().unwrap_or_default()
    }
}

/// An account while its row is held.
#[derive(Clone, Copy, Debug)]
struct Account {
    spent: NanoUsd,
    /// Milliseconds since it was last counted from the ledger; `None`: never.
    counted: Option<i64>,
}

/// Opens the account where there is none, and holds its row until the transaction ends.
async fn hold(tx: &mut PlatformTx, key: AccountKey) -> StoreResult<Account> {
    sqlx::query(
        "insert into platform.spend_accounts (workspace_id, scope, scope_id, month_ms)
         values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(key.tenant.uuid())
    .bind(key.scope.kind())
    .bind(key.scope_id())
    .bind(key.month_ms)
    .execute(tx.conn()?)
    .await?;
    let row = sqlx::query(
        "select spent_nano, platform.now_ms() - counted_ms as counted from platform.spend_accounts
         where workspace_id = $1 and scope = $2 and scope_id = $3 and month_ms = $4 for update",
    )
    .bind(key.tenant.uuid())
    .bind(key.scope.kind())
    .bind(key.scope_id())
    .bind(key.month_ms)
    .fetch_one(tx.conn()?)
    .await?;
    Ok(Account {
        spent: row.nano("spent_nano")?,
        counted: row.get_as("counted")?,
    })
}

/// Writes what was spent. `counted`: it was counted from the ledger just now.
async fn set_spent(
    tx: &mut PlatformTx,
    key: AccountKey,
    spent: NanoUsd,
    counted: bool,
) -> StoreResult<()> {
    sqlx::query(
        "update platform.spend_accounts set spent_nano = $5,
           counted_ms = case when $6 then platform.now_ms() else counted_ms end
         where workspace_id = $1 and scope = $2 and scope_id = $3 and month_ms = $4",
    )
    .bind(key.tenant.uuid())
    .bind(key.scope.kind())
    .bind(key.scope_id())
    .bind(key.month_ms)
    .bind(spent.get())
    .bind(counted)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
