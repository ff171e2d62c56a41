//! The Converse dialect of AWS Bedrock.
//!
//! Owns the request body and where it goes, the binary framing of streamed answers, whole answers,
//! and the errors of both. Refuses a stream whose checksums are wrong: after one bad frame nobody
//! can tell where the next begins. Signing is the caller's, who has the key and the clock.

mod answer;
mod effort;
pub(crate) mod embeddings;
mod frames;
mod lines;
mod model;
mod refusal;
mod request;
mod stream;
mod tools;
mod whole;

use crate::segment::segment;
pub use refusal::read_refusal;
pub use request::encode_request;
pub use stream::ConverseStream;
pub use whole::read_whole;

/// Where a streamed chat with `model`, an id or an ARN, is asked for.
#[must_use]
pub fn path(model: &str) -> String {
    format!("model/{}/converse-stream", segment(model))
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_model_is_one_segment_whatever_it_is_called() {
        let table = [
            (
                "anthropic.claude-opus-4-6-v1",
                "anthropic.claude-opus-4-6-v1",
            ),
            ("amazon.nova-pro-v1:0", "amazon.nova-pro-v1%3A0"),
            (
                "arn:aws:bedrock:eu-west-1:12:inference-profile/eu.x~y_z",
                "arn%3Aaws%3Abedrock%3Aeu-west-1%3A12%3Ainference-profile%2Feu.x~y_z",
            ),
            ("../%ü", "..%2F%25%C3%BC"),
        ];
        for (model, segment) in table {
            assert_eq!(path(model), format!("model/{segment}/converse-stream"));
        }
    }
}
