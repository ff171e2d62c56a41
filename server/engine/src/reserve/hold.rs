//! The guard: money held for one turn.
//!
//! Owns the way in (hold), the way through (settle) and the way out (drop). Whatever happens to a
//! turn, cancellation and panic included, what it did not spend is given back, in every scope.

use crate::admission::Admission;
use crate::fault::Fault;
use crate::limits::{Reached, What};
use crate::reserve::meters::{HoldError, Meters, Purse};
use crate::reserve::month::Month;
use contract::{LimitScope, NanoUsd, TenantId};
use std::sync::Arc;

/// Money held for one turn. Dropping it gives the rest back.
#[derive(Debug)]
pub(crate) struct Reservation {
    meters: Arc<Meters>,
    tenant: TenantId,
    month: Month,
    purses: Vec<Purse>,
    held: NanoUsd,
}

/// Why money is not held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The cap of this scope is used up.
    OverBudget(LimitScope),
    /// Nobody can say what may be spent.
    Unknown,
}

/// Holds `amount` for an admitted turn, in all scopes of its asker or in none.
pub(crate) async fn reserve(
    meters: &Arc<Meters>,
    admission: &Admission,
    amount: NanoUsd,
) -> Result<Reservation, Refused> {
    let (tenant, purses) = (admission.tenant(), admission.purses().to_vec());
    let month = meters
        .hold_or_draw(tenant, Month::now(), &purses, amount)
        .await
        .map_err(Refused::from)?;
    Ok(Reservation {
        meters: Arc::clone(meters),
        tenant,
        month,
        purses,
        held: amount,
    })
}

impl Reservation {
    /// Raises what is held to `amount`, before another attempt of the same turn.
    pub(crate) async fn cover(&mut self, amount: NanoUsd) -> Result<(), Refused> {
        let missing = amount - self.held;
        if missing <= NanoUsd::ZERO {
            return Ok(());
        }
        let month = self.hold(missing).await?;
        if month == self.month {
            self.held += missing;
            return Ok(());
        }
        // Midnight passed: what was held before went with the old month, so hold it anew.
        self.month = month;
        self.held = missing;
        let rest = amount - missing;
        let month = self.hold(rest).await?;
        if month == self.month {
            self.held += rest;
        }
        Ok(())
    }

    async fn hold(&self, amount: NanoUsd) -> Result<Month, Refused> {
        let holding = self
            .meters
            .hold_or_draw(self.tenant, self.month, &self.purses, amount);
        holding.await.map_err(Refused::from)
    }

    /// Books what an attempt cost; the rest stays held for the next one.
    pub(crate) fn settle(&mut self, cost: NanoUsd) {
        let released = cost.min(self.held);
        self.meters
            .book(self.tenant, self.month, &self.purses, released, cost);
        self.held = self.held - released;
    }

    /// What is held at this moment.
    pub(crate) const fn held(&self) -> NanoUsd {
        self.held
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let (held, none) = (self.held, NanoUsd::ZERO);
        self.meters
            .book(self.tenant, self.month, &self.purses, held, none);
    }
}

impl From<HoldError> for Refused {
    fn from(error: HoldError) -> Self {
        match error {
            HoldError::OverBudget(scope) => Self::OverBudget(scope),
            HoldError::NotSeeded => {
                tracing::error!("a budget applies but the meter was never seeded from the ledger");
                Self::Unknown
            }
            HoldError::Short | HoldError::TreasuryDown => {
                tracing::error!("a budget applies and nobody could say what is left of it");
                Self::Unknown
            }
        }
    }
}

impl Refused {
    /// The class the turn fails with.
    pub(crate) const fn fault(self) -> Fault {
        match self {
            Self::OverBudget(_) => Fault::OverBudget,
            Self::Unknown => Fault::LedgerDown,
        }
    }

    /// The limit that was met.
    pub(crate) const fn limit(self) -> Option<Reached> {
        match self {
            Self::OverBudget(scope) => Some(Reached {
                scope,
                model: None,
                what: What::Spend,
                retry_in: None,
            }),
            Self::Unknown => None,
        }
    }
}

#[cfg(test)]
#[path = "hold_tests.rs"]
mod tests;
