//! The same question in other words.
//!
//! Owns finding an answer that was given to a question that only reads differently, and knowing how
//! often that went wrong: [`Embedder`] (texts to vectors), `Place` (who may share an answer with whom),
//! [`Index`] (the nearest of many vectors), `Shelves` (what is kept, for how long, within which bounds),
//! [`guard`] (what vectors do not tell apart), [`Evidence`] (from which likeness on answers may be
//! shared) and `Similar`, which puts them together. Refuses long conversations, and refuses to serve
//! anything while the share of wrong answers cannot be shown to stay under the bound that an
//! administrator set. Off unless a route asks for it.

pub mod guard;

mod bound;
mod embedder;
mod evidence;
mod index;
mod learned;
mod lessons;
mod place;
mod shelf;
mod similar;
mod sketch;

pub use bound::{CONFIDENCE, upper_bound};
pub use embedder::{EmbedError, Embedder};
pub use evidence::{Evidence, START};
pub use index::Index;
pub use lessons::{Change, Lessons, LessonsLost};
pub(crate) use place::{Place, is_short, place};
pub use shelf::ShelfLimits;
pub use similar::SimilarCounts;
pub(crate) use similar::{Question, Similar};
