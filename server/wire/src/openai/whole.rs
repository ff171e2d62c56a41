//! A whole answer in one JSON body, from peers that ignore `stream`.
//!
//! Owns the translation into the same events a stream gives, so that nobody downstream can tell.

use crate::decode::Decode as _;
use crate::event::WireEvent;
use crate::openai::ChatStream;

/// Reads a whole body; the events end in a finish reason or in an error, as a stream's do.
#[must_use]
pub fn read_whole(body: &[u8]) -> Vec<WireEvent> {
    let mut out = Vec::new();
    let mut stream = ChatStream::default();
    let text = String::from_utf8_lossy(body);
    // JSON has no meaning in its line breaks, so the body fits the one data line of one event.
    let line = text.replace(['\r', '\n'], " ");
    let line = line.trim();
    // A list of one error is an error; see the refusal reader.
    let line = line
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(line);
    stream.feed(b"data: ", &mut out);
    stream.feed(line.as_bytes(), &mut out);
    stream.feed(b"\n\n", &mut out);
    stream.finish(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::read_whole;
    use crate::event::{FinishReason, WireError, WireEvent};
    use crate::fault::ProviderFault;
    use crate::usage::Usage;

    #[test]
    fn a_whole_answer_reads_like_a_stream() {
        let body = br#"{"id":"x","object":"chat.completion","choices":[{"index":0,
            "message":{"role":"assistant","content":"Hi\nthere"},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6}}"#;
        assert_eq!(
            read_whole(body),
            [
                WireEvent::Text("Hi\nthere".into()),
                WireEvent::Finish(FinishReason::Stop),
                WireEvent::Usage(Usage {
                    fresh_input: 4,
                    output: 2,
                    ..Usage::default()
                }),
            ]
        );
    }

    #[test]
    fn an_error_in_a_success_is_an_error_and_anything_else_is_cut() {
        let events = read_whole(br#"[{"error":{"code":"insufficient_quota"}}]"#);
        assert!(matches!(
            events.as_slice(),
            [WireEvent::Error(WireError::Refused(refused))]
                if refused.fault == ProviderFault::NoCredit
        ));
        assert_eq!(
            read_whole(b"<html></html>"),
            [WireEvent::Error(WireError::Cut)]
        );
        assert_eq!(read_whole(b""), [WireEvent::Error(WireError::Cut)]);
    }
}
