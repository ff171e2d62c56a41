//! The Converse dialect from outside: streams cut anywhere.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "bedrock/encoder.rs"]
mod encoder;
#[path = "bedrock/streams.rs"]
mod streams;
