//! Chat completions as we serve them.
//!
//! Owns the reading of a program's request, the writing of answers and of refusals, and the request
//! that is handed on as it came.

pub(crate) mod document;
mod embeddings;
mod messages;
mod pass;
mod read;
mod stream;
mod tools;
mod trouble;
mod usage;
mod whole;

pub use embeddings::{EmbedAsked, pass_embeddings, read_embeddings, write_embeddings};
pub(crate) use messages::{TEXT_OR_PARTS, address};
pub(crate) use pass::pass;
pub(crate) use read::{effort, read};
pub(crate) use stream::ChunkWriter;
pub(crate) use tools::schema_form;
pub(crate) use trouble::{error, refusal};
pub(crate) use whole::whole;
