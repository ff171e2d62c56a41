//! Which target answers, and which one is better left alone for a while.
//!
//! Owns the filters, the order of targets, the circuits that cool after faults, how long a target is
//! waited for, and how often one may be tried again. Refuses to blame a key or a target for what the request itself did.

mod breaker;
mod load;
mod needs;
mod order;
mod patience;
mod pause;
mod retry_budget;

pub(crate) use breaker::{Breakers, CircuitIds, Cooling, Permit};
pub(crate) use load::{InFlight, Loads};
pub use needs::{Needs, Unfit};
pub(crate) use order::{Candidate, order};
pub(crate) use patience::patience;
pub(crate) use pause::pause;
pub(crate) use retry_budget::RetryBudget;
