//! A streamed answer: frames in, events and exactly one terminal state out.
//!
//! Owns the state machine `open -> finished -> done | failed`. `messageStop` finishes; `metadata`
//! is the last event and ends; a connection that ends in between is complete without counts.

use crate::bedrock::answer::{
    BlockDelta, BlockStart, Delta, Metadata, ReasoningDelta, Stop, ToolUse, stop_reason, usage,
};
use crate::bedrock::frames::{Broken, Decoder, Frame};
use crate::bedrock::refusal::{read_error, read_exception};
use crate::decode::{Decode, EVENT_LIMIT, Progress};
use crate::event::{WireError, WireEvent};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Decodes one streamed answer.
#[derive(Debug)]
pub struct ConverseStream {
    decoder: Decoder,
    state: Progress,
    events: u64,
    skipped: u64,
    /// Calls begun so far.
    calls: u32,
    /// The call behind each open block; the provider counts blocks, and texts among them.
    blocks: BTreeMap<u64, u32>,
}

impl Default for ConverseStream {
    fn default() -> Self {
        Self {
            decoder: Decoder::new(EVENT_LIMIT),
            state: Progress::Open,
            events: 0,
            skipped: 0,
            calls: 0,
            blocks: BTreeMap::new(),
        }
    }
}

impl Decode for ConverseStream {
    fn feed(&mut self, bytes: &[u8], out: &mut Vec<WireEvent>) {
        if self.state.is_over() {
            return;
        }
        let mut frames = Vec::new();
        let fed = self.decoder.feed(bytes, |frame| frames.push(frame));
        for frame in &frames {
            self.read(frame, out);
        }
        if let Err(broken) = fed
            && !self.state.is_over()
        {
            let error = match broken {
                Broken::Damaged => WireError::Cut,
                Broken::Oversized => WireError::TooLarge { limit: EVENT_LIMIT },
            };
            self.fail(error, out);
        }
    }

    fn finish(&mut self, out: &mut Vec<WireEvent>) {
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

impl ConverseStream {
    fn read(&mut self, frame: &Frame, out: &mut Vec<WireEvent>) {
        if self.state.is_over() {
            return;
        }
        self.events += 1;
        match frame.header(":message-type") {
            "event" => self.read_event(frame, out),
            "exception" => {
                let refused = read_exception(frame.header(":exception-type"), frame.payload());
                self.fail(WireError::Refused(refused), out);
            }
            "error" => {
                let code = frame.header(":error-code");
                let refused = read_error(code, frame.header(":error-message"), None);
                self.fail(WireError::Refused(refused), out);
            }
            _ => self.skipped += 1,
        }
    }

    fn read_event(&mut self, frame: &Frame, out: &mut Vec<WireEvent>) {
        match frame.header(":event-type") {
            "contentBlockStart" => {
                let start: Option<BlockStart> = self.parse(frame);
                self.start_block(start, out);
            }
            "contentBlockDelta" => {
                let delta: Option<BlockDelta> = self.parse(frame);
                if let Some(block) = delta
                    && let Some(delta) = block.delta
                {
                    self.read_delta(block.content_block_index, delta, out);
                }
            }
            "contentBlockStop" => {
                let stop: Option<BlockStart> = self.parse(frame);
                if let Some(stop) = stop {
                    self.blocks.remove(&stop.content_block_index);
                }
            }
            "messageStop" => {
                let stop: Option<Stop> = self.parse(frame);
                self.stop(stop, out);
            }
            "metadata" => {
                let metadata: Option<Metadata> = self.parse(frame);
                let counts = metadata.and_then(|metadata| usage(metadata.usage.as_ref()));
                out.extend(counts.map(WireEvent::Usage));
                if self.state == Progress::Finished {
                    self.state = Progress::Done;
                }
            }
            // `messageStart` says nothing that is not known; others may be added at any time.
            _ => {}
        }
    }

    fn parse<T: DeserializeOwned>(&mut self, frame: &Frame) -> Option<T> {
        let parsed = serde_json::from_slice(frame.payload()).ok();
        self.skipped += u64::from(parsed.is_none());
        parsed
    }

    fn start_block(&mut self, block: Option<BlockStart>, out: &mut Vec<WireEvent>) {
        let Some(block) = block else { return };
        let Some(call) = block.start.and_then(|start| start.tool_use) else {
            return;
        };
        if call.is_providers_own() {
            return;
        }
        match begin_call(call, self.calls) {
            Some(event) => {
                out.push(event);
                self.blocks.insert(block.content_block_index, self.calls);
                self.calls = self.calls.saturating_add(1);
            }
            None => self.skipped += 1,
        }
    }

    fn read_delta(&mut self, block: u64, delta: Delta, out: &mut Vec<WireEvent>) {
        if let Some(reasoning) = delta.reasoning_content {
            read_reasoning(reasoning, out);
        }
        out.extend(filled(delta.text).map(WireEvent::Text));
        let json = filled(delta.tool_use.and_then(|piece| piece.input));
        // A block that is not in the list is a tool which the provider runs itself.
        if let Some((json, &index)) = json.zip(self.blocks.get(&block)) {
            out.push(WireEvent::ToolArguments { index, json });
        }
    }

    fn stop(&mut self, stop: Option<Stop>, out: &mut Vec<WireEvent>) {
        let Some(stop) = stop else { return };
        if self.state != Progress::Open {
            return;
        }
        match stop_reason(&stop.stop_reason.unwrap_or_default()) {
            Ok(reason) => {
                self.state = Progress::Finished;
                out.push(WireEvent::Finish(reason));
            }
            Err(refused) => self.fail(WireError::Refused(refused), out),
        }
    }

    fn fail(&mut self, error: WireError, out: &mut Vec<WireEvent>) {
        self.state = Progress::Failed;
        out.push(WireEvent::Error(error));
    }
}

/// The event that begins call number `index`; a call of no tool is none.
pub(super) fn begin_call(call: ToolUse, index: u32) -> Option<WireEvent> {
    let name = filled(call.name)?;
    let id = filled(call.id).unwrap_or_else(|| format!("call_{index}"));
    Some(WireEvent::ToolCall {
        index,
        id,
        name,
        seal: None,
    })
}

/// What a piece of reasoning means, streamed or whole.
pub(super) fn read_reasoning(reasoning: ReasoningDelta, out: &mut Vec<WireEvent>) {
    out.extend(filled(reasoning.text).map(WireEvent::Reasoning));
    let seals = [
        (reasoning.signature, false),
        (reasoning.redacted_content, true),
    ];
    for (seal, redacted) in seals {
        if let Some(seal) = filled(seal) {
            out.push(WireEvent::ReasoningSeal { seal, redacted });
        }
    }
}

/// A text that says something.
pub(super) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
