//! Texts as vectors, in one vocabulary for every dialect.
//!
//! Owns what is asked and answered, and the choice of the dialect. Each dialect's own shapes are in
//! its folder. Refuses an answer that is not exactly one vector for each text, all of one length: a
//! vector that is put to the wrong text is worse than none.

mod ask;
mod choose;
mod vectors;

pub use ask::{EmbedRequest, Input, Purpose};
pub use choose::EmbedDialect;
pub use vectors::Embeddings;

pub(crate) use vectors::{read_base64, write_base64};
