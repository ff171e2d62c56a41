//! The ledger: one row per upstream call, what it used and what it cost.
//!
//! An *intent* is durable before the first word of an answer is released; a *settlement* follows.
//! Both are written to the installation's inbox by [`write::LedgerWriter`] (one insert for many
//! turns), and moved from there into the workspaces' own ledgers by [`crate::Store::drain_ledger`].
//! Every step can be repeated and arrive in any order: there is one row per attempt, always.
//!
//! Refuses content: ids, names and numbers only.

pub mod drain;
pub mod events;
pub mod prompt_cache;
pub mod rows;
pub mod write;

pub use events::{Intent, LedgerState, Settlement, Tokens};
