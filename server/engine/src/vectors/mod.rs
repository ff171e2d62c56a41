//! Texts as vectors: the way of a turn, with one answer that comes whole.
//!
//! Owns the rule that vectors of two models never mix. The model of the route's first target, as an
//! administrator wrote it, is the only one that is asked, whatever the strategy and whatever cools; the
//! other targets take over only where their model has the same name. Which names are the same model is the
//! administrator's word: nobody can see it from outside. [`embed`] goes from target to target,
//! [`ask_target`] makes one attempt, [`fetch`] its calls: a provider that takes few texts at once is called
//! several times, and the ledger has one row for all of them. Refuses the demo model, which makes none.

mod ask_target;
mod embed;
mod fetch;
mod told;

pub(crate) use embed::{Work, embed, embed_held};
pub use told::{Embedded, NotEmbedded};
