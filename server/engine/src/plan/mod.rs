//! Which target answers, and which one is better left alone for a while.
//!
//! Owns the order of targets and the circuits that cool after faults. Refuses to blame a key or a
//! target for what the request itself did.

mod breaker;
mod order;

pub(crate) use breaker::{Breakers, Cooling};
pub(crate) use order::{Candidate, order};
