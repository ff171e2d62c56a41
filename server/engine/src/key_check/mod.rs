//! The live check of a provider key, in named steps.
//!
//! Owns the requests, their limits and what they add up to. Goes out through the same guarded way
//! as answers do: every address is judged, nothing is redirected, and the key is sent to the
//! address it is bound to and nowhere else. Refuses to repeat a word of what a provider wrote.

mod probe;
mod steps;

pub use wire::key_check::base_url;

use crate::egress::Egress;
use contract::Price;
use contract::keys::{CheckEvent, CheckReport, KeyPlace, KeyProvider};
use probe::Probe;
use secrecy::SecretString;
use std::time::Duration;
use steps::Steps;
use tokio::time::timeout;

/// The longest a whole check takes.
const IN_ALL: Duration = Duration::from_secs(45);

/// What is to be checked.
pub struct KeyCheck {
    /// Whose key it is.
    pub provider: KeyProvider,
    /// The key.
    pub secret: SecretString,
    /// The address it is bound to, as [`base_url`] gave it.
    pub base_url: String,
    /// What else the provider needs.
    pub place: KeyPlace,
    /// Whether to ask for an answer of one token, which costs a little.
    pub answer: bool,
}

/// Checks a key; every step is told as it begins and ends, the report is returned and not told.
/// `price`: what a model is known to cost.
pub async fn check(
    egress: &Egress,
    check: &KeyCheck,
    price: impl Fn(&str) -> Option<Price> + Send + Sync,
    mut tell: impl FnMut(CheckEvent) + Send,
) -> CheckReport {
    let mut steps = Steps::new(check, &mut tell);
    let probe = Probe::new(egress, check);
    if timeout(IN_ALL, steps.run(&probe, &price)).await.is_err() {
        steps.give_up();
    }
    steps.report()
}
