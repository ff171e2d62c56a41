//! The same question, answered before, word for word.
//!
//! Owns the storage key, of which the workspace is a part, and a store bounded in bytes and time.
//! Refuses incomplete answers, and refuses to guess at similarity.

mod answers;
mod key;

pub(crate) use answers::{Answers, CachedAnswer};
pub(crate) use key::{CacheKey, cache_key};
