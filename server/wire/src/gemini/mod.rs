//! Google's Gemini dialect, `generateContent`.
//!
//! Owns the request body and address, the stream and whole-body answers, and the error bodies.
//! Refuses to trust a peer's types: everything is read leniently and within limits.

mod chunk;
mod content;
pub(crate) mod door;
pub(crate) mod embeddings;
mod refusal;
mod request;
mod stream;

pub use refusal::read_refusal;
pub use request::{encode_request, path};
pub use stream::{ContentStream, read_whole};
