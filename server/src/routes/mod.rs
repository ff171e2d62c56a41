//! Routes from model aliases to provider models, as stored and as the engine wants them, and the
//! key that pays for each.
//!
//! A change of provider is a change of one route. An alias points at the provider's own names of
//! models; names that the provider lets move are told ([`moving_name`]), not refused.

mod choose_key;
mod explain;
mod known_models;
mod parse_target;
mod similar;
mod stored;

pub use choose_key::ScopedKeys;
pub use explain::{Judged, Place, explain, in_words};
pub use known_models::{known_facts, moving_name};
pub use parse_target::parse_target;
pub use similar::{engine_sharing, sharing_from};
pub use stored::{StoredModel, StoredTarget, next_position, options_from, targets_from};
