//! The client's credentials at providers, sealed.
//!
//! A key begins as a draft that is being checked and used for nothing, becomes sealed, and keeps
//! its row when it is deleted, because the ledger names it; only its secret goes. The name of a
//! sealed key is unique in its environment.

mod change;
mod health;
mod rows;
mod seal;

pub use change::{Reminders, delete, enable_or_disable, remind, take_back};
pub use health::{KeyUse, any_with, check_soon, due_for_check, record_check, use_since};
pub use rows::{
    KeyState, NewProviderKey, ProviderKeyRow, find_by_name, get, get_draft, insert, list,
    list_drafts,
};
pub use seal::{discard, forget_drafts, forget_previous, rotate, seal};
