//! The order of targets for one turn.

use crate::admission::{Admission, Strategy, Target};
use crate::plan::breaker::CircuitIds;

/// One target, ready to be tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    target: &'a Target,
    circuits: CircuitIds,
}

impl<'a> Candidate<'a> {
    /// The target.
    pub(crate) const fn target(&self) -> &'a Target {
        self.target
    }

    /// The circuits it runs through.
    pub(crate) const fn circuits(&self) -> CircuitIds {
        self.circuits
    }
}

/// The targets in the order in which they are tried. Never empty for an admitted turn.
pub(crate) fn order(admission: &Admission) -> Vec<Candidate<'_>> {
    let tenant = admission.tenant();
    match admission.route().strategy {
        Strategy::Priority => admission
            .route()
            .targets
            .iter()
            .map(|target| Candidate {
                target,
                circuits: CircuitIds::of(tenant, target),
            })
            .collect(),
    }
}
