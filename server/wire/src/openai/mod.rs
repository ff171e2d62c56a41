//! The `OpenAI` chat-completions dialect, as `OpenAI` itself and its many compatible peers speak it.
//!
//! Owns the request body, the stream and whole-body answers, and the error bodies. Refuses to
//! trust a peer's types: everything a peer sends is read leniently and within limits.

mod chunk;
mod counts;
pub(crate) mod door;
pub(crate) mod embeddings;
mod peer;
mod refusal;
mod request;
mod stream;
mod whole;

pub use peer::{Peer, path};
pub(crate) use refusal::read_error_value;
pub use refusal::read_refusal;
pub use request::encode_request;
pub use stream::ChatStream;
pub use whole::read_whole;
