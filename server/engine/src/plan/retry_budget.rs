//! How often a target is tried again.
//!
//! Owns the rule that tries again stay a small share of a target's traffic, so that a provider in
//! trouble is not buried under them. Trying the next target is no try again and costs nothing here.

use crate::plan::breaker::{CircuitId, CircuitIds};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Every attempt earns this share of a try again.
const EARNED: f64 = 0.1;
/// A target begins with this many, so that quiet ones are not left without any.
const FIRST: f64 = 3.0;
/// No target saves up more.
const MOST: f64 = 10.0;
/// Targets kept before those that lack nothing are swept.
const SWEEP_ABOVE: usize = 10_000;

/// Tries again that each target has left.
#[derive(Debug, Default)]
pub(crate) struct RetryBudget {
    left: Mutex<HashMap<CircuitId, f64>>,
}

impl RetryBudget {
    /// An attempt at the target, whatever becomes of it.
    pub(crate) fn earn(&self, target: CircuitIds) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        // A target that was never tried again has no entry and lacks nothing.
        if let Some(left) = left.get_mut(&target.target()) {
            *left = (*left + EARNED).min(MOST);
        }
    }

    /// Takes one try again. `false`: there is none left.
    pub(crate) fn take(&self, target: CircuitIds) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if left.len() >= SWEEP_ABOVE {
            left.retain(|_, left| *left < FIRST);
        }
        let left = left.entry(target.target()).or_insert(FIRST);
        let has_one = *left >= 1.0;
        if has_one {
            *left -= 1.0;
        }
        has_one
    }
}

#[cfg(test)]
mod tests {
    use super::RetryBudget;
    use crate::admission::Target;
    use crate::plan::breaker::CircuitIds;
    use contract::TenantId;
    use uuid::Uuid;

    #[test]
    fn tries_again_are_a_tenth_of_the_attempts() {
        let ids = |tenant| {
            let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
            CircuitIds::of(tenant, &Target::demo())
        };
        let budget = RetryBudget::default();
        let taken = |count: u32| (0..count).filter(|_| budget.take(ids(1))).count();
        assert_eq!(taken(10), 3, "what a quiet target begins with");
        for _ in 0..40 {
            budget.earn(ids(1));
        }
        assert_eq!(taken(10), 4, "a tenth of forty");
        assert!(budget.take(ids(2)), "another workspace has its own");
        for _ in 0..10_000 {
            budget.earn(ids(1));
        }
        assert_eq!(taken(100), 10, "no more is saved up");
    }
}
