//! Answers that are given again: what a workspace wants of the cache, the store that processes share,
//! and what all of it saved.
//!
//! Owns purging and the counts that admins see. The cache itself is the engine's; nothing here decides
//! what is the same question.

mod policy;

pub use policy::policy_of;
