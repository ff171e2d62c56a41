//! The Converse dialect from outside: requests as committed bodies, streams cut anywhere.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "bedrock/encoder.rs"]
mod encoder;
#[path = "bedrock/requests.rs"]
mod requests;
#[path = "bedrock/streams.rs"]
mod streams;
