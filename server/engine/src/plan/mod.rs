//! Which target answers, and which one is better left alone for a while.
//!
//! Owns the order of targets, the circuits that cool after faults, and how often a target may be
//! tried again. Refuses to blame a key or a target for what the request itself did.

mod breaker;
mod load;
mod order;
mod retry_budget;

pub(crate) use breaker::{Breakers, CircuitIds, Cooling};
pub(crate) use load::{InFlight, Loads};
pub(crate) use order::{Candidate, order};
pub(crate) use retry_budget::RetryBudget;
