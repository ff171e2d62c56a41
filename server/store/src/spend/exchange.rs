//! A process tells what it holds and gets what it lacks.

use super::count::count;
use super::set_aside::set_aside;
use super::{Account, AccountKey, hold, set_spent};
use crate::columns::Columns;
use crate::connections::platform_tx::PlatformTx;
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use contract::{LimitScope, NanoUsd, TenantId};
use uuid::Uuid;

/// Nothing is refused on the word of a count that is older, in milliseconds.
const COUNT_GOOD_FOR: i64 = 2_000;

/// What a process holds of one scope, and what it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceState {
    /// The scope.
    pub scope: LimitScope,
    /// Its cap; `None`: nothing is lacking.
    pub cap: Option<NanoUsd>,
    /// What it holds from now on; `None`: nothing.
    pub holds: Option<NanoUsd>,
    /// Spent of it.
    pub spent: NanoUsd,
    /// Promised to turns that run.
    pub reserved: NanoUsd,
    /// What it lacks.
    pub needs: NanoUsd,
    /// It is handed back whole.
    pub ends: bool,
}

/// What a process holds of one scope from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceGrant {
    /// The scope.
    pub scope: LimitScope,
    /// The whole slice.
    pub granted: NanoUsd,
    /// It is new: what the process had spent before is counted in `spent_elsewhere`.
    pub fresh: bool,
    /// Spent before, and set aside for others.
    pub elsewhere: NanoUsd,
    /// Spent before, and by others as far as they told.
    pub spent_elsewhere: NanoUsd,
}

/// Who asks, and the how manieth time.
#[derive(Clone, Copy)]
struct Holder {
    node: Uuid,
    exchange: i64,
}

/// A slice as stored.
#[derive(Clone, Copy, Default)]
struct Stored {
    base: NanoUsd,
    granted: NanoUsd,
}

/// All slices of others together.
#[derive(Clone, Copy)]
struct Others {
    set_aside: NanoUsd,
    spent: NanoUsd,
}

impl Store {
    /// Takes note of what `node` holds and sets aside what it lacks, in every scope at one moment.
    /// `exchange` counts up with every call of the process; what arrives late is refused.
    /// [`StoreError::GivenUp`]: the process is not registered as living.
    pub async fn exchange_slices(
        &self,
        node: Uuid,
        exchange: i64,
        tenant: TenantId,
        month_ms: i64,
        states: &[SliceState],
    ) -> StoreResult<Vec<SliceGrant>> {
        let mut tx = self.platform().await?;
        let lives: bool = sqlx::query_scalar(
            "select exists (select from platform.nodes where id = $1 and lost_ms is null)",
        )
        .bind(node)
        .fetch_one(tx.conn()?)
        .await?;
        if !lives {
            tx.commit().await?;
            return Err(StoreError::GivenUp);
        }
        // Everybody holds accounts in the same order.
        let mut states = states.to_vec();
        states.sort_by_key(|state| state.scope);
        let holder = Holder { node, exchange };
        let mut grants = Vec::with_capacity(states.len());
        for state in &states {
            let key = AccountKey {
                tenant,
                scope: state.scope,
                month_ms,
            };
            grants.push(self.exchange_one(&mut tx, key, holder, state).await?);
        }
        tx.commit().await?;
        Ok(grants)
    }

    async fn exchange_one(
        &self,
        tx: &mut PlatformTx,
        key: AccountKey,
        holder: Holder,
        state: &SliceState,
    ) -> StoreResult<SliceGrant> {
        let mut account = hold(tx, key).await?;
        let (stored, others) = read(tx, key, holder.node).await?;
        let fresh = stored.is_none();
        let mut slice = stored.unwrap_or_default();
        if fresh || account.counted.is_none() {
            let counted = count(self, tx, key, Some(holder.node)).await?;
            account = counted_now(tx, key, counted.without_slice).await?;
            slice.base = if fresh { counted.own } else { slice.base };
        }
        slice.granted = match state.holds {
            Some(holds) if !fresh => holds.max(state.spent + state.reserved),
            _ => state.reserved,
        };
        if state.ends {
            let mine = if fresh {
                slice.base
            } else {
                slice.base + state.spent
            };
            return end(tx, key, holder, state.scope, account.spent + mine, others).await;
        }
        let free = |account: Account| {
            let committed = account.spent + others.set_aside + slice.base + slice.granted;
            state.cap.map_or(NanoUsd::ZERO, |cap| cap - committed)
        };
        let old = account.counted.is_none_or(|age| age > COUNT_GOOD_FOR);
        if state.needs > NanoUsd::ZERO && free(account) < state.needs && old {
            let counted = count(self, tx, key, Some(holder.node)).await?;
            account = counted_now(tx, key, counted.without_slice).await?;
        }
        slice.granted += set_aside(free(account), state.needs);
        let spent = if fresh { NanoUsd::ZERO } else { state.spent };
        write(tx, key, holder, slice, spent).await?;
        Ok(SliceGrant {
            scope: state.scope,
            granted: slice.granted,
            fresh,
            elsewhere: account.spent + others.set_aside + slice.base,
            spent_elsewhere: account.spent + others.spent + slice.base,
        })
    }
}

async fn counted_now(tx: &mut PlatformTx, key: AccountKey, spent: NanoUsd) -> StoreResult<Account> {
    set_spent(tx, key, spent, true).await?;
    Ok(Account {
        spent,
        counted: Some(0),
    })
}

async fn read(
    tx: &mut PlatformTx,
    key: AccountKey,
    node: Uuid,
) -> StoreResult<(Option<Stored>, Others)> {
    let rows = sqlx::query(
        "select node_id = $5 as own, base_nano, granted_nano, spent_nano from platform.spend_slices
         where workspace_id = $1 and scope = $2 and scope_id = $3 and month_ms = $4",
    )
    .bind(key.tenant.uuid())
    .bind(key.scope.kind())
    .bind(key.scope_id())
    .bind(key.month_ms)
    .bind(node)
    .fetch_all(tx.conn()?)
    .await?;
    let mut own = None;
    let mut others = Others {
        set_aside: NanoUsd::ZERO,
        spent: NanoUsd::ZERO,
    };
    for row in &rows {
        let (base, granted) = (row.nano("base_nano")?, row.nano("granted_nano")?);
        if row.get_as("own")? {
            own = Some(Stored { base, granted });
        } else {
            others.set_aside += base + granted;
            others.spent += base + row.nano("spent_nano")?;
        }
    }
    Ok((own, others))
}

async fn write(
    tx: &mut PlatformTx,
    key: AccountKey,
    holder: Holder,
    slice: Stored,
    spent: NanoUsd,
) -> StoreResult<()> {
    let done = sqlx::query(
        "insert into platform.spend_slices
           (workspace_id, scope, scope_id, month_ms, node_id, base_nano, granted_nano, spent_nano,
            exchange)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (workspace_id, scope, scope_id, month_ms, node_id) do update set
           granted_nano = excluded.granted_nano, spent_nano = excluded.spent_nano,
           exchange = excluded.exchange
         where spend_slices.exchange < excluded.exchange",
    )
    .bind(key.tenant.uuid())
    .bind(key.scope.kind())
    .bind(key.scope_id())
    .bind(key.month_ms)
    .bind(holder.node)
    .bind(slice.base.get())
    .bind(slice.granted.get())
    .bind(spent.get())
    .bind(holder.exchange)
    .execute(tx.conn()?)
    .await?;
    late_unless(done.rows_affected() > 0)
}

/// Hands the slice back: what was spent of it is the account's from now on.
async fn end(
    tx: &mut PlatformTx,
    key: AccountKey,
    holder: Holder,
    scope: LimitScope,
    spent: NanoUsd,
    others: Others,
) -> StoreResult<SliceGrant> {
    let late: bool = sqlx::query_scalar(
        "with gone as (
           delete from platform.spend_slices
           where workspace_id = $1 and scope = $2 and scope_id = $3 and month_ms = $4
             and node_id = $5 and exchange < $6 returning 1)
         select not exists (select from gone) and exists (select from platform.spend_slices
           where workspace_id = $1 and scope = $2 and scope_id = $3 and month_ms = $4
             and node_id = $5)",
    )
    .bind(key.tenant.uuid())
    .bind(key.scope.kind())
    .bind(key.scope_id())
    .bind(key.month_ms)
    .bind(holder.node)
    .bind(holder.exchange)
    .fetch_one(tx.conn()?)
    .await?;
    late_unless(!late)?;
    set_spent(tx, key, spent, false).await?;
    Ok(SliceGrant {
        scope,
        granted: NanoUsd::ZERO,
        fresh: false,
        elsewhere: spent + others.set_aside,
        spent_elsewhere: spent + others.spent,
    })
}

fn late_unless(in_time: bool) -> StoreResult<()> {
    if in_time {
        Ok(())
    } else {
        Err(StoreError::Inconsistent(
            "an exchange of slices arrived after a later one".to_owned(),
        ))
    }
}
