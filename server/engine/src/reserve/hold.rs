//! The guard: money held for one turn.
//!
//! Owns the way in (hold), the way through (settle) and the way out (drop). Whatever happens to a
//! turn, cancellation and panic included, what it did not spend is given back.

use crate::admission::Admission;
use crate::fault::Fault;
use crate::reserve::meters::{HoldError, Meters};
use crate::reserve::month::Month;
use contract::{NanoUsd, TenantId};
use std::sync::Arc;

/// Money held for one turn. Dropping it gives the rest back.
#[derive(Debug)]
pub(crate) struct Reservation {
    meters: Arc<Meters>,
    tenant: TenantId,
    month: Month,
    cap: Option<NanoUsd>,
    held: NanoUsd,
}

/// Holds `amount` for an admitted turn.
pub(crate) fn reserve(
    meters: &Arc<Meters>,
    admission: &Admission,
    amount: NanoUsd,
) -> Result<Reservation, Fault> {
    let (tenant, cap) = (admission.tenant(), admission.budget());
    let month = meters
        .hold(tenant, Month::now(), cap, amount)
        .map_err(refused)?;
    Ok(Reservation {
        meters: Arc::clone(meters),
        tenant,
        month,
        cap,
        held: amount,
    })
}

impl Reservation {
    /// Raises what is held to `amount`, before another attempt of the same turn.
    pub(crate) fn cover(&mut self, amount: NanoUsd) -> Result<(), Fault> {
        let missing = amount - self.held;
        if missing <= NanoUsd::ZERO {
            return Ok(());
        }
        let month = self
            .meters
            .hold(self.tenant, self.month, self.cap, missing)
            .map_err(refused)?;
        if month == self.month {
            self.held += missing;
            return Ok(());
        }
        // Midnight passed: what was held before went with the old month, so hold it anew.
        self.month = month;
        self.held = missing;
        self.cover(amount)
    }

    /// Books what an attempt cost; the rest stays held for the next one.
    pub(crate) fn settle(&mut self, cost: NanoUsd) {
        let released = cost.min(self.held);
        self.meters.book(self.tenant, self.month, released, cost);
        self.held = self.held - released;
    }

    /// What is held at this moment.
    pub(crate) const fn held(&self) -> NanoUsd {
        self.held
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.meters
            .book(self.tenant, self.month, self.held, NanoUsd::ZERO);
    }
}

fn refused(error: HoldError) -> Fault {
    match error {
        HoldError::OverBudget => Fault::OverBudget,
        HoldError::NotSeeded => {
            tracing::error!("a budget applies but the meter was never seeded from the ledger");
            Fault::LedgerDown
        }
    }
}

#[cfg(test)]
#[path = "hold_tests.rs"]
mod tests;
