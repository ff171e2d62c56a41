//! Money held before it is spent.
//!
//! Owns the budgets in memory, per workspace and month, and the guard that holds a reservation.
//! Refuses to spend what it does not hold, and refuses under a budget it has not been told the
//! state of.

mod estimate;
mod hold;
mod meters;
mod month;

pub(crate) use estimate::{estimate_cost, estimate_tokens};
pub(crate) use hold::{Reservation, reserve};
pub use meters::Meters;
pub use month::Month;
