//! The engine's ledger and keys, on top of store and vault.
//!
//! Owns the translation between the engine's words and the rows of the ledger. Refuses content:
//! ids, names and numbers only.

mod durable_ledger;
mod sealed_keys;

pub use durable_ledger::DurableLedger;
pub use sealed_keys::SealedKeys;
