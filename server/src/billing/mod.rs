//! The engine's ledger, on top of the store.
//!
//! Owns the translation between the engine's words and the rows of the ledger. Refuses content:
//! ids, names and numbers only.

mod durable_ledger;

pub use durable_ledger::DurableLedger;
