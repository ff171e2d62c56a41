//! The Converse dialect of AWS Bedrock.
//!
//! Owns the request body and where it goes, the binary framing of streamed answers, whole answers,
//! and the errors of both. Refuses a stream whose checksums are wrong: after one bad frame nobody
//! can tell where the next begins. Signing is the caller's, who has the key and the clock.

mod answer;
mod effort;
mod frames;
mod lines;
mod model;
mod refusal;
mod request;
mod stream;
mod tools;
mod whole;

pub use refusal::read_refusal;
pub use request::encode_request;
pub use stream::ConverseStream;
pub use whole::read_whole;

/// Where a streamed chat with `model`, an id or an ARN, is asked for.
#[must_use]
pub fn path(model: &str) -> String {
    format!("model/{}/converse-stream", segment(model))
}

/// One segment of a path. ARNs hold `:` and `/`, and a signature is made over the bytes that are
/// sent, so everything that could be written in two ways is written in one.
fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend([byte >> 4, byte & 15].map(hex));
        }
    }
    out
}

const fn hex(digit: u8) -> char {
    (match digit {
        0..=9 => b'0' + digit,
        _ => b'A' - 10 + digit,
    }) as char
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
