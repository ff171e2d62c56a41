//! A streamed answer: bytes in, events and exactly one terminal state out.
//!
//! Owns the state machine `open -> finished -> done | failed`. A stream that ends while still open
//! was cut; one that ends after a finish reason is complete even where the terminator is missing.

use crate::event::{WireError, WireEvent};
use crate::fault::{ProviderFault, Refused};
use crate::openai::chunk::{Choice, Chunk, finish_reason};
use crate::openai::refusal::read_error_value;
use crate::sse::{Decoder, SseEvent};

/// Largest single event, in bytes.
const EVENT_LIMIT: usize = 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Finished,
    Done,
    Failed,
}

/// Decodes one streamed answer.
#[derive(Debug)]
pub struct ChatStream {
    decoder: Decoder,
    state: State,
    events: u64,
    skipped: u64,
    reasoning_bytes: u64,
}

impl Default for ChatStream {
    fn default() -> Self {
        Self {
            decoder: Decoder::new(EVENT_LIMIT),
            state: State::Open,
            events: 0,
            skipped: 0,
            reasoning_bytes: 0,
        }
    }
}

impl ChatStream {
    /// Reads bytes as they come and appends what they mean to `out`.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<WireEvent>) {
        if self.is_over() {
            return;
        }
        let mut events = Vec::new();
        let fed = self.decoder.feed(bytes, |event| events.push(event));
        for event in events {
            self.read(&event, out);
        }
        if fed.is_err() {
            self.fail(WireError::TooLarge { limit: EVENT_LIMIT }, out);
        }
    }

    /// The connection ended, cleanly or not. Appends [`WireError::Cut`] if the answer had not.
    pub fn finish(&mut self, out: &mut Vec<WireEvent>) {
        if self.is_over() {
            return;
        }
        if let Some(event) = self.decoder.finish() {
            self.read(&event, out);
        }
        match self.state {
            State::Open => self.fail(WireError::Cut, out),
            State::Finished => self.state = State::Done,
            State::Done | State::Failed => {}
        }
    }

    /// Nothing more will come: terminator seen, or failed.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Done | State::Failed)
    }

    /// A finish reason was seen; only usage and the terminator may still come.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.state == State::Finished
    }

    /// Data events seen so far. Comments do not count: they prove a connection, not progress.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Events that could not be read and were skipped.
    #[must_use]
    pub const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Bytes of reasoning that came along unseen; for estimates when usage is missing.
    #[must_use]
    pub const fn reasoning_bytes(&self) -> u64 {
        self.reasoning_bytes
    }

    fn read(&mut self, event: &SseEvent, out: &mut Vec<WireEvent>) {
        if self.is_over() {
            return;
        }
        self.events += 1;
        let data = event.data.trim();
        if data == "[DONE]" {
            // A terminator without a finish reason is the provider's word that it is done.
            self.state = State::Done;
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
            && !self.is_over()
        {
            out.push(WireEvent::Usage(usage));
        }
    }

    fn read_choice(&mut self, choice: Choice, out: &mut Vec<WireEvent>) {
        let delta = choice.delta.or(choice.message).unwrap_or_default();
        self.reasoning_bytes = self.reasoning_bytes.saturating_add(delta.reasoning_bytes());
        for text in [delta.content, delta.refusal].into_iter().flatten() {
            if !text.is_empty() {
                out.push(WireEvent::Text(text));
            }
        }
        let word = choice.finish_reason.unwrap_or_default();
        if word == "error" {
            self.fail(WireError::Refused(Refused::new(ProviderFault::Down)), out);
        } else if let Some(reason) = finish_reason(&word)
            && self.state == State::Open
        {
            self.state = State::Finished;
            out.push(WireEvent::Finish(reason));
        }
    }

    fn fail(&mut self, error: WireError, out: &mut Vec<WireEvent>) {
        self.state = State::Failed;
        out.push(WireEvent::Error(error));
    }
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
