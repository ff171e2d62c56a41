//! One answer, put together from a provider's events.
//!
//! Owns what is known of an answer while it arrives, and how it ended. Refuses answers beyond the
//! size limit.

mod answer;

pub(crate) use answer::Answer;
