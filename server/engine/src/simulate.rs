//! A door for simulations: the real order of targets over made-up traffic, without any call.
//!
//! Only with the feature `simulate`; nothing of the product uses it.

use crate::admission::Admission;
use crate::plan::{CircuitIds, InFlight, Loads, Needs, order};
use std::sync::Arc;

/// The figures of one imaginary process.
#[derive(Debug, Default)]
pub struct Planner {
    loads: Arc<Loads>,
}

/// An imaginary answer; dropping it ends it.
#[derive(Debug)]
pub struct Answering(#[expect(dead_code, reason = "held until it is dropped")] InFlight);

impl Planner {
    /// Which target of the route would be asked first for a prompt of `input` tokens, counted from 0;
    /// `None`: none fits.
    #[must_use]
    pub fn choose(&self, admission: &Admission, input: u64) -> Option<usize> {
        let needs = Needs {
            input,
            ..Needs::default()
        };
        let order = order(admission, &self.loads, &needs).ok()?;
        let first = order.first()?.target();
        let targets = &admission.route().targets;
        targets
            .iter()
            .position(|target| std::ptr::eq(target, first))
    }

    /// An answer of that target begins.
    #[must_use]
    pub fn begin(&self, admission: &Admission, target: usize) -> Option<Answering> {
        let target = admission.route().targets.get(target)?;
        let ids = CircuitIds::of(admission.tenant(), target);
        Some(Answering(self.loads.begin(ids)))
    }
}
