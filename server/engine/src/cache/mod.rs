//! The same question, answered before or being answered at this moment, word for word.
//!
//! Owns the storage key, of which the workspace and the key that pays are parts; answers kept in
//! memory, bounded in bytes per workspace and in all; the door to a store that several processes
//! share; flights, in which identical questions wait for one answer; and what all of it saved.
//! [`find()`] is the one way in, [`Answers::keep`] the one way an answer gets in.
//!
//! Refuses incomplete answers, answers older than the workspace's last purge, and guesses at
//! similarity.

mod answers;
mod counts;
mod find;
mod flight;
mod kept;
mod key;
mod policy;
mod shelves;
mod store;

pub use counts::CacheCount;
pub use kept::KeptAnswer;
pub use key::CacheKey;
pub use policy::{CachePolicy, CacheUse, Purged, Sharing, Vectors};
pub use store::AnswerStore;

pub(crate) use answers::Answers;
pub(crate) use counts::Counts;
pub(crate) use find::{Found, Hit, find};
pub(crate) use flight::{Fell, Flights, Follower, Landed, Lead, Tee, View};
pub(crate) use key::{Asked, effective_max_output};
