//! The engine's ledger and treasury, on top of the store.
//!
//! Owns the translation between the engine's words and the rows of the ledger. Refuses content:
//! ids, names and numbers only.

mod durable_ledger;
mod seed_meter;
mod treasury;

pub use durable_ledger::DurableLedger;
pub use seed_meter::seed_meter;
pub use treasury::StoredTreasury;
