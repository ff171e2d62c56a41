//! What each workspace has spent this month and has promised to spend.
//!
//! Owns the one lock under which both numbers change, so that `spent + reserved` never passes the
//! cap by a reservation. Refuses a reservation under a cap until it was seeded from the ledger.

use crate::reserve::month::Month;
use contract::{NanoUsd, TenantId};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Budgets in memory, for one process. One small record per workspace that asked this month.
#[derive(Debug, Default)]
pub struct Meters {
    accounts: Mutex<HashMap<TenantId, Account>>,
}

#[derive(Clone, Copy, Debug)]
struct Account {
    month: Month,
    spent: NanoUsd,
    reserved: NanoUsd,
    seeded: bool,
}

/// Why money could not be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HoldError {
    /// The cap does not cover it.
    OverBudget,
    /// Nobody has said yet what was spent before this process started.
    NotSeeded,
}

impl Meters {
    /// Tells what the ledger says was spent in `month`. Must happen once per process before the
    /// first turn under a budget; never lowers what this process has counted itself.
    pub fn seed(&self, tenant: TenantId, month: Month, spent: NanoUsd) {
        let mut accounts = self.lock();
        let account = accounts
            .entry(tenant)
            .or_insert_with(|| Account::new(month));
        account.roll(month);
        if account.month == month {
            account.spent = account.spent.max(spent);
        }
        account.seeded = true;
    }

    /// Whether [`Meters::seed`] has been called for `tenant` in this process.
    #[must_use]
    pub fn is_seeded(&self, tenant: TenantId) -> bool {
        self.lock()
            .get(&tenant)
            .is_some_and(|account| account.seeded)
    }

    /// Spent this month as far as this process knows; `None` where it knows nothing.
    #[must_use]
    pub fn spent(&self, tenant: TenantId) -> Option<NanoUsd> {
        let accounts = self.lock();
        let account = accounts.get(&tenant)?;
        Some(if account.month < Month::now() {
            NanoUsd::ZERO
        } else {
            account.spent
        })
    }

    /// Held by turns that run at this moment.
    #[must_use]
    pub fn reserved(&self, tenant: TenantId) -> NanoUsd {
        self.lock()
            .get(&tenant)
            .map_or(NanoUsd::ZERO, |account| account.reserved)
    }

    /// Forgets a workspace that was deleted. What its last turns still hold stays held until they
    /// have ended, and a budget needs [`Meters::seed`] again.
    pub fn forget(&self, tenant: TenantId) {
        let mut accounts = self.lock();
        match accounts.get_mut(&tenant) {
            Some(account) if account.reserved > NanoUsd::ZERO => account.seeded = false,
            _ => drop(accounts.remove(&tenant)),
        }
    }

    /// Holds `amount` in `month` and says in which month it is held.
    pub(crate) fn hold(
        &self,
        tenant: TenantId,
        month: Month,
        cap: Option<NanoUsd>,
        amount: NanoUsd,
    ) -> Result<Month, HoldError> {
        let mut accounts = self.lock();
        let account = accounts
            .entry(tenant)
            .or_insert_with(|| Account::new(month));
        account.roll(month);
        if let Some(cap) = cap {
            if !account.seeded {
                return Err(HoldError::NotSeeded);
            }
            if account.spent + account.reserved + amount > cap {
                return Err(HoldError::OverBudget);
            }
        }
        account.reserved += amount;
        Ok(account.month)
    }

    /// Gives back `released` of what was held in `month` and books `spent`.
    pub(crate) fn book(&self, tenant: TenantId, month: Month, released: NanoUsd, spent: NanoUsd) {
        if let Some(account) = self.lock().get_mut(&tenant)
            && account.month == month
        {
            account.reserved = (account.reserved - released).max(NanoUsd::ZERO);
            account.spent += spent;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, Account>> {
        // A panic while the lock was held cannot leave an account half changed.
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    const fn new(month: Month) -> Self {
        Self {
            month,
            spent: NanoUsd::ZERO,
            reserved: NanoUsd::ZERO,
            seeded: false,
        }
    }

    /// A new month starts at nothing. A clock that goes back does not bring the old one back.
    fn roll(&mut self, month: Month) {
        if month > self.month {
            *self = Self {
                seeded: self.seeded,
                ..Self::new(month)
            };
        }
    }
}
