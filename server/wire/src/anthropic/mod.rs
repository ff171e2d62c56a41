//! Anthropic's messages dialect.
//!
//! Owns the request body with its prompt-cache breakpoints, the stream and whole-body answers, and
//! the error bodies. Refuses to trust a peer's types: everything is read leniently and within
//! limits.

mod content;
pub(crate) mod door;
mod effort;
mod events;
mod refusal;
mod request;
mod stream;

pub use refusal::read_refusal;
pub use request::encode_request;
pub use stream::{MessageStream, read_whole};

/// Where a chat is asked for, below the provider's base address.
pub const PATH: &str = "v1/messages";
