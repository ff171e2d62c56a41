//! The dialects from outside: requests as committed bodies, streams cut anywhere.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bedrock;
mod prefixes;
mod requests;
mod streams;
