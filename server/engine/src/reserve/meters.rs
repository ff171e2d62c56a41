//! What each workspace, team, member and virtual key has spent this month and has promised to spend.
//!
//! Owns the one lock under which all these numbers change, so that a turn holds in all of its scopes
//! or in none, and `spent + reserved` never passes a cap by a reservation. Refuses a reservation
//! under a cap of which nobody has said what was spent before.

use crate::reserve::account::Account;
use crate::reserve::month::Month;
use crate::reserve::treasury::Treasury;
use contract::{LimitScope, NanoUsd, TenantId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

/// A scope and what it may spend; without a cap it is only counted.
pub(crate) type Purse = (LimitScope, Option<NanoUsd>);

/// Turns of one process ask the treasury one after the other, per workspace.
const LINES: usize = 32;

/// Budgets in memory, for one process. One small record per workspace that asked this month, and per
/// team, member and virtual key that has a cap.
pub struct Meters {
    accounts: Mutex<HashMap<(TenantId, LimitScope), Account>>,
    pub(super) treasury: Option<Arc<dyn Treasury>>,
    pub(super) lines: Vec<tokio::sync::Mutex<()>>,
}

/// What the caps are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// The caps themselves: this process is the only one.
    Caps,
    /// Slices that were given in this life of the process.
    Slices(Option<u64>),
}

/// Why money could not be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HoldError {
    /// The cap of this scope does not cover it.
    OverBudget(LimitScope),
    /// Nobody has said yet what was spent before this process started.
    NotSeeded,
    /// What this process may spend by itself does not cover it; the treasury may give more.
    Short,
    /// The treasury does not answer.
    TreasuryDown,
}

impl Default for Meters {
    fn default() -> Self {
        Self::over(None)
    }
}

impl Meters {
    /// Meters that spend what `treasury` gives them; without one this process is the only one, and
    /// every cap is its own.
    pub(crate) fn over(treasury: Option<Arc<dyn Treasury>>) -> Self {
        Self {
            accounts: Mutex::default(),
            treasury,
            lines: (0..LINES).map(|_| tokio::sync::Mutex::default()).collect(),
        }
    }

    /// Tells what the ledger says was spent in `month` by a workspace. Must happen once per process
    /// before the first turn; never lowers what this process has counted itself.
    pub fn seed(&self, tenant: TenantId, month: Month, spent: NanoUsd) {
        self.seed_scope(tenant, LimitScope::Workspace, month, spent);
    }

    /// The same for one scope of it.
    pub fn seed_scope(&self, tenant: TenantId, scope: LimitScope, month: Month, spent: NanoUsd) {
        let mut accounts = self.lock();
        let account = entry(&mut accounts, tenant, scope, month);
        account.roll(month);
        if account.month == month {
            let more = spent - (account.told + account.spent);
            account.told += more.max(NanoUsd::ZERO);
        }
        account.seeded = true;
    }

    /// Whether [`Meters::seed`] has been called for `tenant` in this process.
    #[must_use]
    pub fn is_seeded(&self, tenant: TenantId) -> bool {
        self.lock()
            .get(&(tenant, LimitScope::Workspace))
            .is_some_and(|account| account.seeded)
    }

    /// Spent by a workspace this month as far as this process knows; `None` where it knows nothing.
    #[must_use]
    pub fn spent(&self, tenant: TenantId) -> Option<NanoUsd> {
        self.spent_by(tenant, LimitScope::Workspace)
    }

    /// The same for one scope of it.
    #[must_use]
    pub fn spent_by(&self, tenant: TenantId, scope: LimitScope) -> Option<NanoUsd> {
        let accounts = self.lock();
        let account = accounts.get(&(tenant, scope))?;
        Some(if account.month < Month::now() {
            NanoUsd::ZERO
        } else {
            account.told + account.spent
        })
    }

    /// Held by turns of a workspace that run at this moment.
    #[must_use]
    pub fn reserved(&self, tenant: TenantId) -> NanoUsd {
        self.reserved_by(tenant, LimitScope::Workspace)
    }

    /// The same for one scope of it.
    #[must_use]
    pub fn reserved_by(&self, tenant: TenantId, scope: LimitScope) -> NanoUsd {
        self.lock()
            .get(&(tenant, scope))
            .map_or(NanoUsd::ZERO, |account| account.reserved)
    }

    /// Forgets a workspace that was deleted. What its last turns still hold stays held until they
    /// have ended, and a budget needs [`Meters::seed`] again.
    pub fn forget(&self, tenant: TenantId) {
        self.lock().retain(|(of, _), account| {
            if *of == tenant {
                account.seeded = false;
                account.slice = None;
            }
            *of != tenant || account.reserved > NanoUsd::ZERO
        });
    }

    /// Holds `amount` in every purse or in none, and says in which month it is held.
    pub(crate) fn hold(
        &self,
        tenant: TenantId,
        month: Month,
        purses: &[Purse],
        amount: NanoUsd,
    ) -> Result<Month, HoldError> {
        hold_in(
            &mut self.lock(),
            tenant,
            month,
            purses,
            amount,
            self.means(),
        )
    }

    pub(super) fn means(&self) -> Means {
        let treasury = self.treasury.as_ref();
        treasury.map_or(Means::Caps, |treasury| Means::Slices(treasury.life()))
    }

    /// Gives back `released` of what was held in `month` and books `spent`.
    pub(crate) fn book(
        &self,
        tenant: TenantId,
        month: Month,
        purses: &[Purse],
        released: NanoUsd,
        spent: NanoUsd,
    ) {
        let mut accounts = self.lock();
        for (scope, _) in purses {
            if let Some(account) = accounts.get_mut(&(tenant, *scope))
                && account.month == month
            {
                account.reserved = (account.reserved - released).max(NanoUsd::ZERO);
                account.spent += spent;
                account.touched = Instant::now();
            }
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<(TenantId, LimitScope), Account>> {
        // A panic while the lock was held cannot leave an account half changed.
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Meters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meters")
            .field("accounts", &self.accounts)
            .finish_non_exhaustive()
    }
}

fn entry(
    accounts: &mut HashMap<(TenantId, LimitScope), Account>,
    tenant: TenantId,
    scope: LimitScope,
    month: Month,
) -> &mut Account {
    accounts
        .entry((tenant, scope))
        .or_insert_with(|| Account::new(month))
}

/// Looks at every purse first, then changes all of them: nothing in between can fail.
pub(super) fn hold_in(
    accounts: &mut HashMap<(TenantId, LimitScope), Account>,
    tenant: TenantId,
    month: Month,
    purses: &[Purse],
    amount: NanoUsd,
    means: Means,
) -> Result<Month, HoldError> {
    let mut latest = month;
    for (scope, _) in purses {
        latest = latest.max(entry(accounts, tenant, *scope, month).month);
    }
    for (scope, cap) in purses {
        let account = entry(accounts, tenant, *scope, latest);
        account.roll(latest);
        let Some(cap) = *cap else { continue };
        if let Means::Slices(life) = means {
            if life.is_none() || account.life != life || account.is_short(cap, amount) {
                return Err(HoldError::Short);
            }
            continue;
        }
        if !account.seeded {
            return Err(HoldError::NotSeeded);
        }
        if account.told + account.used() + amount > cap {
            return Err(HoldError::OverBudget(*scope));
        }
    }
    for (scope, _) in purses {
        let account = entry(accounts, tenant, *scope, latest);
        account.reserved += amount;
        account.touched = Instant::now();
    }
    Ok(latest)
}
