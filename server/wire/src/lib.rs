//! Provider dialects as pure functions: a typed request becomes bytes, bytes become typed events.
//!
//! Owns one vocabulary for what is asked ([`chat`]) and what is answered ([`event`]), the dialects
//! that providers speak, the framing of their streams, the conventions by which they count tokens,
//! and the classification of their refusals. Refuses everything
//! that touches the world: no sockets, no clock, no runtime. It builds for `wasm32` too.

pub mod anthropic;
pub mod bedrock;
pub mod chat;
mod claude;
pub mod decode;
pub mod dialect;
pub mod door;
pub mod embeddings;
pub mod event;
pub mod fault;
pub mod gemini;
pub mod key_check;
pub mod openai;
pub mod prefill;
pub mod responses;
pub mod retry_after;
mod schema;
mod segment;
pub mod sse;
pub mod usage;

pub use decode::{Decode, Progress};
pub use dialect::Dialect;
pub use event::{FinishReason, WireError, WireEvent};
pub use fault::{ProviderFault, Refused};
pub use prefill::Prefill;
pub use retry_after::RetryAfter;
pub use usage::Usage;
