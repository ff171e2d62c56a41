//! Getting slices from the treasury and handing them back.
//!
//! Owns the exchange: what is told is fixed under the meters' lock before anybody is asked, so that
//! what is handed back can no longer be spent here. One exchange per workspace at a time.

use crate::reserve::account::Account;
use crate::reserve::meters::{HoldError, Meters, Purse, hold_in};
use crate::reserve::month::Month;
use crate::reserve::treasury::{Slice, SliceAsk, Treasury, TreasuryDown};
use contract::{LimitScope, NanoUsd, TenantId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::MutexGuard;
use tokio::time::{Instant, sleep, timeout};

/// Longest wait for the treasury.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);
/// How often others are waited for that were asked to hand back what they do not need.
const CALLS: u32 = 4;
/// How long the first time; each further time that much longer.
const CALL_WAIT: Duration = Duration::from_millis(50);
/// A slice that no turn has touched for this long is handed back whole.
const IDLE: Duration = Duration::from_mins(1);
/// What is told about other processes is good for this long.
const FRESH: Duration = Duration::from_secs(15);

impl Meters {
    /// Holds `amount` in every purse or in none; asks the treasury where a slice does not suffice.
    pub(crate) async fn hold_or_draw(
        &self,
        tenant: TenantId,
        month: Month,
        purses: &[Purse],
        amount: NanoUsd,
    ) -> Result<Month, HoldError> {
        let Some(treasury) = &self.treasury else {
            return self.hold(tenant, month, purses, amount);
        };
        let held = self.hold(tenant, month, purses, amount);
        if held != Err(HoldError::Short) {
            return held;
        }
        for call in 0..=CALLS {
            let line = self.line(tenant).await;
            let drawn = self.draw(treasury, tenant, month, purses, amount).await;
            drop(line);
            match drawn {
                Ok(month) => return Ok(month),
                Err(NotDrawn::Again) => {}
                Err(NotDrawn::Down) => return Err(HoldError::TreasuryDown),
                Err(NotDrawn::Over { scope, spare }) if !spare || call == CALLS => {
                    return Err(HoldError::OverBudget(scope));
                }
                Err(NotDrawn::Over { .. }) => {
                    treasury.call_in(tenant).await;
                    sleep(CALL_WAIT * (call + 1)).await;
                }
            }
        }
        Err(HoldError::TreasuryDown)
    }

    /// Hands back what no turn needs: of one workspace everything that is not spent or promised, as
    /// others asked for; of all of them only what has been idle for a while.
    pub async fn hand_back(&self, only: Option<TenantId>) {
        let idle = |account: &Account| account.touched.elapsed() >= IDLE;
        for (tenant, month) in self.holders(|of, account| match only {
            Some(tenant) => of == tenant,
            None => idle(account),
        }) {
            let why = if only.is_some() {
                Why::Asked
            } else {
                Why::Idle
            };
            self.hand_back_of(tenant, month, why).await;
        }
    }

    /// Hands back everything, once no turn runs any more and everything is in the ledger.
    pub async fn close(&self) {
        for (tenant, month) in self.holders(|_, _| true) {
            self.hand_back_of(tenant, month, Why::Closing).await;
        }
    }

    /// Asks how much the others have spent by now, where that was last told a while ago.
    pub async fn refresh(&self, tenant: TenantId, scopes: &[LimitScope]) {
        let Some(treasury) = &self.treasury else {
            return;
        };
        let stale = |account: &Account| account.told_at.is_some_and(|at| at.elapsed() >= FRESH);
        let any = scopes.iter().any(|scope| {
            let accounts = self.lock();
            let account = accounts.get(&(tenant, *scope));
            account.is_some_and(|account| account.slice.is_some() && stale(account))
        });
        if any {
            let _line = self.line(tenant).await;
            let month = Month::now();
            let asks = asks_of(&self.lock(), tenant, month, |scope, account| {
                scopes.contains(&scope).then(|| ask(scope, account))
            });
            // What is shown stays as old as it is; the log says why.
            let _ = self.exchange(treasury, tenant, month, asks).await;
        }
    }

    async fn hand_back_of(&self, tenant: TenantId, month: Month, why: Why) {
        let Some(treasury) = &self.treasury else {
            return;
        };
        let _line = self.line(tenant).await;
        let mut asks = Vec::new();
        for ((of, scope), account) in self.lock().iter_mut() {
            let leave = why == Why::Idle && account.touched.elapsed() < IDLE;
            if *of != tenant || account.month != month || account.slice.is_none() || leave {
                continue;
            }
            // From here on nobody can promise it any more.
            account.slice = Some(account.used());
            asks.push(SliceAsk {
                ends: why != Why::Asked && account.reserved == NanoUsd::ZERO,
                ..ask(*scope, account)
            });
        }
        // What could not be told is told with the next exchange.
        let _ = self.exchange(treasury, tenant, month, asks).await;
    }

    /// Workspaces with slices, and the month these are of.
    fn holders(&self, of: impl Fn(TenantId, &Account) -> bool) -> BTreeMap<TenantId, Month> {
        let accounts = self.lock();
        let holding = accounts
            .iter()
            .filter(|((tenant, _), account)| account.slice.is_some() && of(*tenant, account));
        holding
            .map(|((tenant, _), account)| (*tenant, account.month))
            .collect()
    }

    async fn line(&self, tenant: TenantId) -> MutexGuard<'_, ()> {
        let (_, low) = tenant.uuid().as_u64_pair();
        let place = usize::try_from(low % self.lines.len() as u64).unwrap_or_default();
        self.lines[place].lock().await
    }

    async fn draw(
        &self,
        treasury: &Arc<dyn Treasury>,
        tenant: TenantId,
        month: Month,
        purses: &[Purse],
        amount: NanoUsd,
    ) -> Result<Month, NotDrawn> {
        let (month, asks) = {
            let mut accounts = self.lock();
            // Whoever stood in the line before may have drawn enough for this turn too.
            let held = hold_in(&mut accounts, tenant, month, purses, amount, self.means());
            match held {
                Ok(month) => return Ok(month),
                Err(_) => wanted(&accounts, tenant, month, purses, amount),
            }
        };
        let held_before: Vec<LimitScope> = asks
            .iter()
            .filter(|ask| ask.holds.is_some())
            .map(|ask| ask.scope)
            .collect();
        let slices = self.exchange(treasury, tenant, month, asks).await;
        let slices = slices.map_err(|TreasuryDown| NotDrawn::Down)?;
        let mut accounts = self.lock();
        match hold_in(&mut accounts, tenant, month, purses, amount, self.means()) {
            Ok(month) => Ok(month),
            // The others had given this process up, or may have. Now it holds anew, and can say what
            // it lacks.
            Err(_)
                if slices
                    .iter()
                    .any(|it| it.fresh && held_before.contains(&it.scope)) =>
            {
                Err(NotDrawn::Again)
            }
            Err(_) if self.treasury.as_ref().is_some_and(|it| it.life().is_none()) => {
                Err(NotDrawn::Down)
            }
            Err(_) => Err(over(&accounts, tenant, purses, amount, &slices)),
        }
    }

    async fn exchange(
        &self,
        treasury: &Arc<dyn Treasury>,
        tenant: TenantId,
        month: Month,
        asks: Vec<SliceAsk>,
    ) -> Result<Vec<Slice>, TreasuryDown> {
        if asks.is_empty() {
            return Ok(Vec::new());
        }
        let exchanging = treasury.exchange(tenant, month, asks.clone());
        let given = timeout(ANSWER_WITHIN, exchanging)
            .await
            .map_err(|_| TreasuryDown)??;
        let mut accounts = self.lock();
        for slice in &given.slices {
            let asked = asks.iter().find(|ask| ask.scope == slice.scope);
            let account = accounts.get_mut(&(tenant, slice.scope));
            if let (Some(ask), Some(account)) = (asked, account)
                && account.month == month
            {
                apply(account, ask, slice);
                account.life = Some(given.life);
            }
        }
        // A team or member without a slice need not be remembered.
        accounts.retain(|(of, scope), account| {
            let idle = account.slice.is_none() && account.reserved == NanoUsd::ZERO;
            *of != tenant || *scope == LimitScope::Workspace || !idle || !ended(&asks, *scope)
        });
        Ok(given.slices)
    }
}

/// Why slices are handed back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    Asked,
    Idle,
    Closing,
}

enum NotDrawn {
    Down,
    Again,
    /// `spare`: other processes hold something that they may not need.
    Over {
        scope: LimitScope,
        spare: bool,
    },
}

fn ended(asks: &[SliceAsk], scope: LimitScope) -> bool {
    asks.iter().any(|ask| ask.scope == scope && ask.ends)
}

fn ask(scope: LimitScope, account: &Account) -> SliceAsk {
    SliceAsk {
        scope,
        cap: None,
        holds: account.slice,
        spent: account.spent,
        reserved: account.reserved,
        needs: NanoUsd::ZERO,
        ends: false,
    }
}

fn asks_of(
    accounts: &HashMap<(TenantId, LimitScope), Account>,
    tenant: TenantId,
    month: Month,
    pick: impl Fn(LimitScope, &Account) -> Option<SliceAsk>,
) -> Vec<SliceAsk> {
    let own = accounts.iter().filter(|((of, _), account)| {
        *of == tenant && account.month == month && account.slice.is_some()
    });
    own.filter_map(|((_, scope), account)| pick(*scope, account))
        .collect()
}

/// What to ask for: every purse with a cap, those that are short first of all.
fn wanted(
    accounts: &HashMap<(TenantId, LimitScope), Account>,
    tenant: TenantId,
    month: Month,
    purses: &[Purse],
    amount: NanoUsd,
) -> (Month, Vec<SliceAsk>) {
    let account_of = |scope| accounts.get(&(tenant, scope)).copied();
    let months = purses
        .iter()
        .filter_map(|(scope, _)| Some(account_of(*scope)?.month));
    let month = months.max().map_or(month, |latest| latest.max(month));
    let asks = purses.iter().filter_map(|(scope, cap)| {
        let cap = (*cap)?;
        let mut account = account_of(*scope).unwrap_or_else(|| Account::new(month));
        account.roll(month);
        Some(SliceAsk {
            cap: Some(cap),
            needs: account.lacks(amount),
            ..ask(*scope, &account)
        })
    });
    (month, asks.collect())
}

/// The purse that is still short, and whether others could help.
fn over(
    accounts: &HashMap<(TenantId, LimitScope), Account>,
    tenant: TenantId,
    purses: &[Purse],
    amount: NanoUsd,
    slices: &[Slice],
) -> NotDrawn {
    let mut short = purses.iter().filter(|(scope, cap)| {
        let account = accounts.get(&(tenant, *scope));
        cap.is_some_and(|cap| account.is_none_or(|it| it.is_short(cap, amount)))
    });
    let scope = short
        .next()
        .map_or(LimitScope::Workspace, |(scope, _)| *scope);
    // Every purse that is short has to be helped, or none need be.
    let rest = short.map(|(scope, _)| *scope).chain([scope]);
    let spare = rest.into_iter().all(|scope| {
        let slice = slices.iter().find(|slice| slice.scope == scope);
        slice.is_some_and(Slice::others_spare)
    });
    NotDrawn::Over { scope, spare }
}

fn apply(account: &mut Account, ask: &SliceAsk, slice: &Slice) {
    account.told_at = Some(Instant::now());
    account.told = slice.spent_elsewhere;
    account.elsewhere = slice.elsewhere;
    account.seeded = true;
    if ask.ends || slice.fresh {
        // It is counted with the rest by now.
        account.spent = account.spent - ask.spent;
    }
    account.slice = (!ask.ends).then_some(slice.granted);
}

#[cfg(test)]
#[path = "draw_tests.rs"]
mod tests;
