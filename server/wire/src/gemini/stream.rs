//! A streamed answer: bytes in, events and exactly one terminal state out.
//!
//! Owns the state machine `open -> finished -> done | failed`. The dialect has no terminator: a
//! finish reason followed by the end of the connection is the end of the answer, and the end of the
//! connection alone is a cut.

use super::chunk::{Call, Candidate, Chunk, Counts, Piece, finish_reason};
use super::refusal::read_error_value;
use crate::decode::{Decode, EVENT_LIMIT, Progress};
use crate::event::{WireError, WireEvent};
use crate::fault::{ProviderFault, Refused};
use crate::sse::{Decoder, SseEvent};
use serde::Deserialize as _;
use serde_json::Value;

/// Decodes one streamed answer.
#[derive(Debug)]
pub struct ContentStream {
    decoder: Decoder,
    state: Progress,
    events: u64,
    skipped: u64,
    calls: u32,
    counts: Option<Counts>,
}

impl Default for ContentStream {
    fn default() -> Self {
        Self {
            decoder: Decoder::new(EVENT_LIMIT),
            state: Progress::Open,
            events: 0,
            skipped: 0,
            calls: 0,
            counts: None,
        }
    }
}

impl Decode for ContentStream {
    fn feed(&mut self, bytes: &[u8], out: &mut Vec<WireEvent>) {
        if self.state.is_over() {
            return;
        }
        let mut events = Vec::new();
        let fed = self.decoder.feed(bytes, |event| events.push(event));
        for event in events {
            self.read(&event, out);
        }
        if fed.is_err() && !self.state.is_over() {
            self.fail(WireError::TooLarge { limit: EVENT_LIMIT }, out);
        }
    }

    fn finish(&mut self, out: &mut Vec<WireEvent>) {
        if self.state.is_over() {
            return;
        }
        if let Some(event) = self.decoder.finish() {
            self.read(&event, out);
        }
        match self.state {
            Progress::Open => self.fail(WireError::Cut, out),
            Progress::Finished => self.state = Progress::Done,
            Progress::Done | Progress::Failed => {}
        }
    }

    fn state(&self) -> Progress {
        self.state
    }

    fn events(&self) -> u64 {
        self.events
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }
}

impl ContentStream {
    fn read(&mut self, sse: &SseEvent, out: &mut Vec<WireEvent>) {
        if self.state.is_over() {
            return;
        }
        self.events += 1;
        match serde_json::from_str::<Value>(&sse.data).map(first_of) {
            Ok(Value::Object(object)) => match Chunk::deserialize(Value::Object(object)) {
                Ok(chunk) => self.read_chunk(chunk, out),
                Err(_) => self.skipped += 1,
            },
            _ => self.skipped += 1,
        }
    }

    fn read_chunk(&mut self, chunk: Chunk, out: &mut Vec<WireEvent>) {
        if let Some(error) = &chunk.error {
            self.fail(WireError::Refused(read_error_value(error, None)), out);
            return;
        }
        let blocked = chunk.prompt_feedback.and_then(|told| told.block_reason);
        if chunk.candidates.is_empty() && blocked.is_some() {
            let refused = Refused::new(ProviderFault::ContentPolicy);
            self.fail(WireError::Refused(refused), out);
            return;
        }
        let first = chunk
            .candidates
            .into_iter()
            .find(|candidate| candidate.index.unwrap_or(0) == 0);
        let ended = self.state == Progress::Finished;
        if let Some(candidate) = first {
            self.read_candidate(candidate, out);
        }
        // Counts come with every piece and grow; the ones that matter are the last.
        let fresh = chunk
            .usage_metadata
            .filter(|counts| counts.usage().is_some());
        let changed = fresh.is_some() && fresh != self.counts;
        self.counts = fresh.or(self.counts);
        let just_ended = self.state == Progress::Finished && !ended;
        if just_ended || (ended && changed) {
            out.extend(self.counts.and_then(Counts::usage).map(WireEvent::Usage));
        }
    }

    fn read_candidate(&mut self, candidate: Candidate, out: &mut Vec<WireEvent>) {
        for piece in candidate.content.unwrap_or_default().parts {
            self.read_piece(piece, out);
        }
        let word = candidate.finish_reason.unwrap_or_default();
        if let Some(reason) = finish_reason(&word, self.calls > 0)
            && self.state == Progress::Open
        {
            self.state = Progress::Finished;
            out.push(WireEvent::Finish(reason));
        }
    }

    fn read_piece(&mut self, piece: Piece, out: &mut Vec<WireEvent>) {
        if let Some(text) = piece.text.filter(|text| !text.is_empty()) {
            out.push(if piece.thought {
                WireEvent::Reasoning(text)
            } else {
                WireEvent::Text(text)
            });
        }
        let seal = piece.thought_signature.filter(|seal| !seal.is_empty());
        match piece.function_call {
            Some(call) => self.call(call, seal, out),
            None => out.extend(seal.map(|seal| WireEvent::ReasoningSeal {
                seal,
                redacted: false,
            })),
        }
    }

    /// Calls come whole.
    fn call(&mut self, call: Call, seal: Option<String>, out: &mut Vec<WireEvent>) {
        let index = self.calls;
        self.calls += 1;
        let id = call.id.filter(|id| !id.is_empty());
        out.push(WireEvent::ToolCall {
            index,
            id: id.unwrap_or_else(|| format!("call_{index}")),
            name: call.name,
            seal,
        });
        let arguments = call
            .args
            .unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        let json = arguments.to_string();
        out.push(WireEvent::ToolArguments { index, json });
    }

    fn fail(&mut self, error: WireError, out: &mut Vec<WireEvent>) {
        self.state = Progress::Failed;
        out.push(WireEvent::Error(error));
    }
}

/// Some answers are wrapped in a list of one.
fn first_of(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().next().unwrap_or_default(),
        value => value,
    }
}

/// Reads a whole body, one piece or a list of them; the events end in a finish reason or in an
/// error, as a stream's do.
#[must_use]
pub fn read_whole(body: &[u8]) -> Vec<WireEvent> {
    let pieces = match serde_json::from_slice::<Value>(body).unwrap_or_default() {
        Value::Array(pieces) => pieces,
        Value::Null => Vec::new(),
        piece => vec![piece],
    };
    let mut out = Vec::new();
    let mut stream = ContentStream::default();
    for piece in pieces {
        if let Ok(chunk) = Chunk::deserialize(piece)
            && !stream.state.is_over()
        {
            stream.read_chunk(chunk, &mut out);
        }
    }
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
    fn a_whole_answer_reads_like_a_stream_alone_or_in_a_list() {
        let body = r#"{"candidates":[{"content":{"role":"model","parts":[
            {"text":"hm","thought":true},{"text":"Hi"},
            {"functionCall":{"name":"f","args":{"x":1}},"thoughtSignature":"s"}]},
            "finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,
            "cachedContentTokenCount":4,"candidatesTokenCount":3,"thoughtsTokenCount":5,
            "toolUsePromptTokenCount":2}}"#;
        let expected = [
            WireEvent::Reasoning("hm".into()),
            WireEvent::Text("Hi".into()),
            WireEvent::ToolCall {
                index: 0,
                id: "call_0".into(),
                name: "f".into(),
                seal: Some("s".into()),
            },
            WireEvent::ToolArguments {
                index: 0,
                json: r#"{"x":1}"#.into(),
            },
            WireEvent::Finish(FinishReason::ToolCalls),
            WireEvent::Usage(Usage {
                fresh_input: 8,
                cached_input: 4,
                cache_write: 0,
                reasoning: 5,
                output: 3,
            }),
        ];
        assert_eq!(read_whole(body.as_bytes()), expected);
        assert_eq!(read_whole(format!("[{body}]").as_bytes()), expected);
    }

    #[test]
    fn a_blocked_prompt_is_the_policys_word_and_anything_else_is_cut() {
        let body = br#"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{}}"#;
        assert!(matches!(
            read_whole(body).as_slice(),
            [WireEvent::Error(WireError::Refused(refused))]
                if refused.fault == ProviderFault::ContentPolicy
        ));
        for body in [&b"<html></html>"[..], b"", b"[]", b"{}", b"7"] {
            assert_eq!(read_whole(body), [WireEvent::Error(WireError::Cut)]);
        }
    }
}
