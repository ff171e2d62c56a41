//! How fast may be asked, and what may be spent: the limits of a workspace and whom each is for.
//!
//! Owns the [`LimitBook`] (what an administrator set), [`AskerLimits`] (what of it concerns one
//! asker), the decision whether a question comes too fast ([`Limiter`], in memory here) and the
//! guard that gives back what it took. Refuses to know where several processes keep their counts
//! together: they bring a [`Limiter`] of their own. Money is held by [`crate::reserve`].

mod asker;
mod book;
mod bucket;
mod limiter;
mod memory;
mod permit;

pub use asker::{AskerLimits, PaceLimit, SpendCap};
pub use book::LimitBook;
pub use bucket::{LONGEST_DEBT, WINDOW, cost};
pub use limiter::{Limiter, Reached, SLOT_WAIT, Slot, Used, What, Wish};
pub use memory::MemoryLimiter;
pub(crate) use permit::{Permit, take_permit, take_permit_for};
