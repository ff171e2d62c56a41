//! Provider dialects as pure functions: a typed request becomes bytes, bytes become typed events.
//!
//! Owns the framing of event streams, the `OpenAI` chat-completions dialect, the conventions by
//! which providers count tokens, and the classification of their refusals. Refuses everything
//! that touches the world: no sockets, no clock, no runtime. It builds for `wasm32` too.

pub mod event;
pub mod fault;
pub mod key_check;
pub mod openai;
pub mod retry_after;
pub mod sse;
pub mod usage;

pub use event::{FinishReason, WireError, WireEvent};
pub use fault::{ProviderFault, Refused};
pub use retry_after::RetryAfter;
pub use usage::Usage;
