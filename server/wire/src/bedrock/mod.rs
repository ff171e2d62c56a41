//! The Converse dialect of AWS Bedrock.
//!
//! Owns the binary framing of streamed answers, whole answers,
//! and the errors of both. Refuses a stream whose checksums are wrong: after one bad frame nobody
//! can tell where the next begins. Signing is the caller's, who has the key and the clock.

mod answer;
mod frames;
mod refusal;
mod stream;
mod whole;

pub use refusal::read_refusal;
pub use stream::ConverseStream;
pub use whole::read_whole;
