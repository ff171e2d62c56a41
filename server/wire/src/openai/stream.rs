//! A streamed answer: bytes in, events and exactly one terminal state out.
//!
//! Owns the state machine `open -> finished -> done | failed`. A stream that ends while still open
//! was cut; one that ends after a finish reason is complete even where the terminator is missing.

use crate::decode::{Decode, EVENT_LIMIT, Progress};
use crate::event::{WireError, WireEvent};
use crate::fault::{ProviderFault, Refused};
use crate::openai::chunk::{CallDelta, Choice, Chunk, finish_reason};
use crate::openai::refusal::read_error_value;
use crate::sse::{Decoder, SseEvent};

/// Decodes one streamed answer.
#[derive(Debug)]
pub struct ChatStream {
    decoder: Decoder,
    state: Progress,
    events: u64,
    skipped: u64,
    /// Calls begun so far.
    calls: u32,
}

impl Default for ChatStream {
    fn default() -> Self {
        Self {
            decoder: Decoder::new(EVENT_LIMIT),
            state: Progress::Open,
            events: 0,
            skipped: 0,
            calls: 0,
        }
    }
}

impl Decode for ChatStream {
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

impl ChatStream {
    fn read(&mut self, event: &SseEvent, out: &mut Vec<WireEvent>) {
        if self.state.is_over() {
            return;
        }
        self.events += 1;
        let data = event.data.trim();
        if data == "[DONE]" {
            // A terminator without a finish reason is the provider's word that it is done.
            self.state = Progress::Done;
            return;
        }
        match serde_json::from_str::<Chunk>(data) {
            Ok(chunk) => self.read_chunk(chunk, event.kind == "error", out),
            Err(_) if event.kind == "error" => {
                self.fail(WireError::Refused(Refused::new(ProviderFault::Down)), out);
            }
            Err(_) => self.skipped += 1,
        }
    }

    fn read_chunk(&mut self, chunk: Chunk, is_error: bool, out: &mut Vec<WireEvent>) {
        let usage = chunk.usage();
        if let Some(error) = &chunk.error {
            let refused = read_error_value(error, None);
            self.fail(WireError::Refused(refused), out);
            return;
        }
        if is_error {
            self.fail(WireError::Refused(Refused::new(ProviderFault::Down)), out);
            return;
        }
        let choices = chunk.choices.unwrap_or_default();
        for choice in choices
            .into_iter()
            .filter(|choice| choice.index.unwrap_or(0) == 0)
        {
            self.read_choice(choice, out);
        }
        if let Some(usage) = usage
            && !self.state.is_over()
        {
            out.push(WireEvent::Usage(usage));
        }
    }

    fn read_choice(&mut self, mut choice: Choice, out: &mut Vec<WireEvent>) {
        if let Some(error) = &choice.error {
            let refused = read_error_value(error, None);
            self.fail(WireError::Refused(refused), out);
            return;
        }
        let likelihoods = choice.likelihoods();
        let mut delta = choice.delta.or(choice.message).unwrap_or_default();
        let words = delta.words();
        if let Some(thought) = delta.reasoning()
            && !thought.is_empty()
        {
            out.push(WireEvent::Reasoning(thought.to_owned()));
        }
        let seals = delta.seals();
        out.extend(seals.map(|(seal, redacted)| WireEvent::ReasoningSeal { seal, redacted }));
        let refusal = delta.refusal.map(|text| (text, false));
        for (text, thought) in words.into_iter().chain(refusal) {
            if !text.is_empty() {
                out.push(if thought {
                    WireEvent::Reasoning(text)
                } else {
                    WireEvent::Text(text)
                });
            }
        }
        out.extend(likelihoods);
        for call in delta.tool_calls.into_iter().flatten() {
            self.read_call(call, out);
        }
        let word = choice.finish_reason.unwrap_or_default();
        if word == "error" {
            self.fail(WireError::Refused(Refused::new(ProviderFault::Down)), out);
        } else if let Some(reason) = finish_reason(&word)
            && self.state == Progress::Open
        {
            self.state = Progress::Finished;
            out.push(WireEvent::Finish(reason));
        }
    }

    /// The first piece of a call names it; peers that number nothing send each call whole.
    fn read_call(&mut self, call: CallDelta, out: &mut Vec<WireEvent>) {
        let seal = call.seal();
        let function = call.function.unwrap_or_default();
        let name = function.name.filter(|name| !name.is_empty());
        let index = call
            .index
            .unwrap_or_else(|| self.calls.saturating_sub(u32::from(name.is_none())));
        if let Some(name) = name
            && index >= self.calls
        {
            self.calls = index.saturating_add(1);
            let id = call.id.filter(|id| !id.is_empty());
            out.push(WireEvent::ToolCall {
                index,
                id: id.unwrap_or_else(|| format!("call_{index}")),
                name,
                seal,
            });
        }
        let json = function.arguments.unwrap_or_default();
        if !json.is_empty() && index < self.calls {
            out.push(WireEvent::ToolArguments { index, json });
        }
    }

    fn fail(&mut self, error: WireError, out: &mut Vec<WireEvent>) {
        self.state = Progress::Failed;
        out.push(WireEvent::Error(error));
    }
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
