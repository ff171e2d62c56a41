//! `OpenAI`'s responses dialect.
//!
//! Owns the request body and address, the stream and whole-body answers. Errors are those of chat
//! completions. Refuses to leave anything with the provider: answers are not stored there, so
//! reasoning comes back sealed and goes along with the next request.

pub(crate) mod door;
mod events;
mod input;
mod request;
mod stream;
mod whole;

pub use crate::openai::read_refusal;
pub use request::{encode_request, path};
pub use stream::ResponseStream;
pub use whole::read_whole;
