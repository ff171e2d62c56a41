//! Money held before it is spent.
//!
//! Owns the budgets in memory, per workspace, team, member, virtual key and month, the slices of them
//! that this process may spend by itself, and the guard that holds a reservation. Refuses to spend
//! what it does not hold, and refuses under a budget it has not been told the state of.

mod account;
mod draw;
mod estimate;
mod hold;
mod meters;
mod month;
mod treasury;

pub(crate) use estimate::{estimate_cost, estimate_tokens};
pub(crate) use hold::{Refused, Reservation, reserve};
pub use meters::Meters;
pub use month::Month;
pub use treasury::{Given, Slice, SliceAsk, Treasury, TreasuryDown};
