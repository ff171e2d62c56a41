//! A streamed answer: bytes in, events and exactly one terminal state out.
//!
//! Owns the state machine `open -> finished -> done | failed`. A stream that ends before its stop
//! reason was cut; one that ends after it is complete even where `message_stop` is missing.

use super::events::{Block, Counts, Delta, Event, Whole, finish_reason};
use super::refusal::read_error_value;
use crate::decode::{Decode, EVENT_LIMIT, Progress};
use crate::event::{WireError, WireEvent};
use crate::fault::{ProviderFault, Refused};
use crate::sse::{Decoder, SseEvent};
use std::collections::BTreeMap;

/// Decodes one streamed answer.
#[derive(Debug)]
pub struct MessageStream {
    decoder: Decoder,
    state: Progress,
    events: u64,
    skipped: u64,
    counts: Counts,
    /// Proof of the thinking block that is open.
    signature: String,
    /// Calls begun so far, and the block that each is in.
    calls: u32,
    call_blocks: BTreeMap<u64, u32>,
}

impl Default for MessageStream {
    fn default() -> Self {
        Self {
            decoder: Decoder::new(EVENT_LIMIT),
            state: Progress::Open,
            events: 0,
            skipped: 0,
            counts: Counts::default(),
            signature: String::new(),
            calls: 0,
            call_blocks: BTreeMap::new(),
        }
    }
}

impl Decode for MessageStream {
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

impl MessageStream {
    fn read(&mut self, sse: &SseEvent, out: &mut Vec<WireEvent>) {
        if self.state.is_over() {
            return;
        }
        match serde_json::from_str::<Event>(&sse.data) {
            Ok(event) => self.read_event(event, out),
            Err(_) if sse.kind == "error" => {
                self.fail(WireError::Refused(Refused::new(ProviderFault::Down)), out);
            }
            Err(_) => {
                self.events += 1;
                self.skipped += 1;
            }
        }
    }

    fn read_event(&mut self, event: Event, out: &mut Vec<WireEvent>) {
        if event.kind == "ping" {
            return;
        }
        self.events += 1;
        let counts = event.usage;
        match event.kind.as_str() {
            "message_start" => {
                let counts = event.message.and_then(|message| message.usage);
                self.counts = counts.unwrap_or_default();
            }
            "content_block_start" => {
                self.begin(event.content_block.unwrap_or_default(), event.index, out);
            }
            "content_block_delta" => {
                self.more(event.delta.unwrap_or_default(), event.index, out);
            }
            "content_block_stop" => self.seal(out),
            "message_delta" => {
                let reason = event.delta.and_then(|delta| delta.stop_reason);
                self.end(reason.as_deref(), counts, out);
            }
            "message_stop" => self.state = Progress::Done,
            "error" => {
                let error = event.error.unwrap_or_default();
                self.fail(WireError::Refused(read_error_value(&error, None)), out);
            }
            // Kinds may be added; what they say is not for us.
            _ => {}
        }
    }

    fn begin(&mut self, block: Block, index: Option<u64>, out: &mut Vec<WireEvent>) {
        match block.kind.as_str() {
            "text" => say(block.text, WireEvent::Text, out),
            "thinking" => {
                say(block.thinking, WireEvent::Reasoning, out);
                self.signature = block.signature;
            }
            "redacted_thinking" => out.push(WireEvent::ReasoningSeal {
                seal: block.data,
                redacted: true,
            }),
            "tool_use" => {
                let call = self.calls;
                self.calls += 1;
                self.call_blocks.extend(index.map(|index| (index, call)));
                let id = Some(block.id).filter(|id| !id.is_empty());
                out.push(WireEvent::ToolCall {
                    index: call,
                    id: id.unwrap_or_else(|| format!("call_{call}")),
                    name: block.name,
                    seal: None,
                });
                // Whole answers bring the input at once; streams begin with an empty one.
                let input = block.input.filter(|input| {
                    let empty = input.as_object().is_none_or(serde_json::Map::is_empty);
                    !empty
                });
                if let Some(input) = input {
                    let json = input.to_string();
                    out.push(WireEvent::ToolArguments { index: call, json });
                }
            }
            _ => {}
        }
    }

    fn more(&mut self, delta: Delta, index: Option<u64>, out: &mut Vec<WireEvent>) {
        match delta.kind.as_str() {
            "text_delta" => say(delta.text, WireEvent::Text, out),
            "thinking_delta" => say(delta.thinking, WireEvent::Reasoning, out),
            "signature_delta" => self.signature.push_str(&delta.signature),
            "input_json_delta" => {
                let call = index.and_then(|index| self.call_blocks.get(&index));
                if let Some(&index) = call {
                    let arguments = |json| WireEvent::ToolArguments { index, json };
                    say(delta.partial_json, arguments, out);
                }
            }
            _ => {}
        }
    }

    fn seal(&mut self, out: &mut Vec<WireEvent>) {
        let seal = std::mem::take(&mut self.signature);
        if !seal.is_empty() {
            out.push(WireEvent::ReasoningSeal {
                seal,
                redacted: false,
            });
        }
    }

    fn end(&mut self, reason: Option<&str>, counts: Option<Counts>, out: &mut Vec<WireEvent>) {
        if let Some(reason) = reason.filter(|reason| !reason.is_empty())
            && self.state == Progress::Open
        {
            self.state = Progress::Finished;
            out.push(WireEvent::Finish(finish_reason(reason)));
        }
        if let Some(counts) = counts {
            self.counts = counts.over(self.counts);
            out.extend(self.counts.usage().map(WireEvent::Usage));
        }
    }

    fn fail(&mut self, error: WireError, out: &mut Vec<WireEvent>) {
        self.state = Progress::Failed;
        out.push(WireEvent::Error(error));
    }
}

/// Pieces are never empty.
fn say(piece: String, event: impl FnOnce(String) -> WireEvent, out: &mut Vec<WireEvent>) {
    if !piece.is_empty() {
        out.push(event(piece));
    }
}

/// Reads a whole body; the events end in a finish reason or in an error, as a stream's do.
#[must_use]
pub fn read_whole(body: &[u8]) -> Vec<WireEvent> {
    let mut out = Vec::new();
    let mut stream = MessageStream::default();
    let event = serde_json::from_slice::<Event>(body).ok();
    if let Some(error) = event.and_then(|event| event.error) {
        stream.fail(WireError::Refused(read_error_value(&error, None)), &mut out);
        return out;
    }
    let whole = serde_json::from_slice::<Whole>(body).unwrap_or_default();
    if whole.stop_reason.is_none() {
        stream.fail(WireError::Cut, &mut out);
        return out;
    }
    for block in whole.content {
        stream.begin(block, None, &mut out);
        stream.seal(&mut out);
    }
    stream.end(whole.stop_reason.as_deref(), whole.usage, &mut out);
    debug_assert!(
        out.iter()
            .any(|event| matches!(event, WireEvent::Finish(_)))
    );
    out
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
