//! The ledger's two entries for every attempt: intended, then settled.
//!
//! Owns what the entries say, the bill, and the guard that settles an attempt exactly once
//! whatever happens to it. Refuses to store anything: the [`Ledger`] it is given does.

mod bill;
mod ledger;
mod settle_attempt;

pub(crate) use bill::{Bill, Charge};
pub(crate) use ledger::Sizes;
pub use ledger::{Intent, Ledger, LedgerError, Settlement};
pub(crate) use settle_attempt::{OpenAttempt, Outcome};
