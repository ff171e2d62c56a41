//! The order of targets for one turn.
//!
//! Owns the strategies. Refuses to leave out a target that fits: whatever the order, those behind the
//! first are what is fallen back to.

use crate::admission::{Admission, Strategy, Target};
use crate::fault::Fault;
use crate::plan::breaker::CircuitIds;
use crate::plan::load::{Figures, Loads};
use crate::plan::needs::{Needs, Unfit};
use crate::reserve::estimate_cost;
use rand::RngExt as _;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How much fuller than the average a target may get for a conversation's sake. Mirrokni, Thorup
/// and Zadimoghaddam, "Consistent Hashing with Bounded Loads" (2016).
const FULLER: f64 = 1.25;
/// Tokens of an answer, where costs are compared before there is one.
const USUAL_OUTPUT: u32 = 500;

/// One target, ready to be tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    target: &'a Target,
    circuits: CircuitIds,
    figures: Figures,
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

/// The targets that fit, in the order in which they are tried.
///
/// # Errors
/// None fits.
pub(crate) fn order<'a>(
    admission: &'a Admission,
    loads: &Loads,
    needs: &Needs,
) -> Result<Vec<Candidate<'a>>, Fault> {
    let options = &admission.route().options;
    let (mut fit, mut fault) = (Vec::new(), Fault::NoTarget);
    for target in &admission.route().targets {
        match needs.unfit(target, options) {
            None => fit.push(target),
            Some(Unfit::Context(_) | Unfit::ContextUnknown) => fault = Fault::ContextTooLong,
            Some(_) => {}
        }
    }
    if fit.is_empty() {
        return Err(fault);
    }
    Ok(by_strategy(admission, loads, &fit, needs.input))
}

fn by_strategy<'a>(
    admission: &Admission,
    loads: &Loads,
    targets: &[&'a Target],
    input: u64,
) -> Vec<Candidate<'a>> {
    let tenant = admission.tenant();
    let targets = targets.iter().copied();
    let mut order: Vec<Candidate<'a>> = targets
        .map(|target| {
            let circuits = CircuitIds::of(tenant, target);
            Candidate {
                target,
                circuits,
                figures: loads.figures(circuits),
            }
        })
        .collect();
    let affinity = admission.affinity();
    match admission.route().strategy {
        // An order that somebody wrote down is kept to.
        Strategy::Priority => return order,
        Strategy::Weighted => {
            by(&mut order, |it| draw(it, affinity));
            give_way(&mut order);
            return order;
        }
        Strategy::LeastCost => by(&mut order, |it| cost(it, input)),
        Strategy::LowestLatency => by_wait(&mut order),
        Strategy::LeastUsed => by(&mut order, |it| {
            f64::from(it.figures.in_flight) * 1_000.0 + it.figures.used
        }),
    }
    stay_warm(&mut order, affinity);
    order
}

/// The longer the line and the slower its head, the worse.
fn wait(candidate: &Candidate<'_>) -> f64 {
    candidate.figures.first_text_ms * (f64::from(candidate.figures.in_flight) + 1.0)
}

/// The smallest first; equals stay as they were written.
fn by(order: &mut [Candidate<'_>], score: impl Fn(&Candidate<'_>) -> f64) {
    order.sort_by(|one, other| score(one).total_cmp(&score(other)));
}

/// Weighted rendezvous hashing: a conversation meets the same target again, and over all
/// conversations each target gets its share. A weight of zero is for falling back only.
fn draw(candidate: &Candidate<'_>, affinity: Uuid) -> f64 {
    let weight = f64::from(candidate.target.weight);
    if weight <= 0.0 {
        return f64::INFINITY;
    }
    -share(candidate, affinity).ln() / weight
}

/// A number above 0 and at most 1 that depends on conversation and target alone.
#[expect(
    clippy::cast_precision_loss,
    reason = "53 of 64 bits are more than enough to draw by"
)]
fn share(candidate: &Candidate<'_>, affinity: Uuid) -> f64 {
    let mut hash = Sha256::new();
    hash.update(affinity.as_bytes());
    hash.update(candidate.circuits.key_and_model());
    let digest: [u8; 32] = hash.finalize().into();
    let mut eight = [0; 8];
    eight.copy_from_slice(&digest[..8]);
    (u64::from_be_bytes(eight) as f64 + 1.0) / (u64::MAX as f64 + 1.0)
}

/// What an answer would cost; unknown is last.
#[expect(
    clippy::cast_precision_loss,
    reason = "costs of one answer are far below 2^53 nano-USD"
)]
fn cost(candidate: &Candidate<'_>, input: u64) -> f64 {
    let Some(price) = candidate.target.price else {
        return f64::INFINITY;
    };
    estimate_cost(Some(price), input, USUAL_OUTPUT).get() as f64
}

/// The better of two drawn at random goes first, which spreads better than the best of all: nobody
/// runs to the same one at once. The rest follow by their waits.
fn by_wait(order: &mut [Candidate<'_>]) {
    by(order, wait);
    if order.len() > 2 {
        let mut random = rand::rng();
        let one = random.random_range(0..order.len());
        let other = (one + random.random_range(1..order.len())) % order.len();
        order[..=one.min(other)].rotate_right(1);
    }
}

/// Of the keys that open the same model as the first target, the one that this conversation had
/// before goes first: providers keep what was read per key.
fn stay_warm(order: &mut [Candidate<'_>], affinity: Uuid) {
    let Some(first) = order.first().copied() else {
        return;
    };
    let same = |it: &Candidate<'_>| {
        let (one, other) = (it.target, first.target);
        (one.key.provider, &one.key.base_url, &one.model)
            == (other.key.provider, &other.key.base_url, &other.model)
    };
    // Equal targets to the front, keeping their order, then the warm one before the others.
    order.sort_by_key(|it| !same(it));
    let count = order.iter().filter(|it| same(it)).count();
    let equals = &mut order[..count];
    by(equals, |it| -share(it, affinity));
    give_way(equals);
}

/// Whoever has more than its share in flight goes behind those that have not.
fn give_way(equals: &mut [Candidate<'_>]) {
    let total: u32 = equals.iter().map(|it| it.figures.in_flight).sum();
    let Ok(count) = u32::try_from(equals.len()) else {
        return;
    };
    let most = (f64::from(total + 1) * FULLER / f64::from(count.max(1))).ceil();
    equals.sort_by_key(|it| f64::from(it.figures.in_flight) + 1.0 > most);
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
