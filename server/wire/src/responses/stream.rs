//! A streamed response: bytes in, events and exactly one terminal state out.
//!
//! Owns the state machine `open -> done | failed`. `response.completed` and `response.incomplete`
//! end the answer and bring its counts, `response.failed` and `error` fail it. There is no other
//! terminator: the end of the connection before one of them is a cut.

use super::events::{Event, Item, Response, Words};
use crate::decode::{Decode, EVENT_LIMIT, Progress};
use crate::event::{WireError, WireEvent};
use crate::fault::{ProviderFault, Refused};
use crate::openai::read_error_value;
use crate::sse::{Decoder, SseEvent};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Largest last event, in bytes: it repeats the whole answer.
const LAST_EVENT_LIMIT: usize = 4 * EVENT_LIMIT;

/// Decodes one streamed response.
#[derive(Debug)]
pub struct ResponseStream {
    decoder: Decoder,
    state: Progress,
    events: u64,
    skipped: u64,
    /// Calls by the item they are, and whether their arguments came.
    calls: BTreeMap<u64, (u32, bool)>,
    begun: u32,
}

impl Default for ResponseStream {
    fn default() -> Self {
        Self {
            decoder: Decoder::new(LAST_EVENT_LIMIT),
            state: Progress::Open,
            events: 0,
            skipped: 0,
            calls: BTreeMap::new(),
            begun: 0,
        }
    }
}

impl Decode for ResponseStream {
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
            let limit = LAST_EVENT_LIMIT;
            self.fail(WireError::TooLarge { limit }, out);
        }
    }

    fn finish(&mut self, out: &mut Vec<WireEvent>) {
        if self.state.is_over() {
            return;
        }
        if let Some(event) = self.decoder.finish() {
            self.read(&event, out);
        }
        if !self.state.is_over() {
            self.fail(WireError::Cut, out);
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

impl ResponseStream {
    fn read(&mut self, sse: &SseEvent, out: &mut Vec<WireEvent>) {
        let data = sse.data.trim();
        // Some peers end with it out of habit; it says nothing here.
        if self.state.is_over() || data == "[DONE]" {
            return;
        }
        self.events += 1;
        match serde_json::from_str::<Event>(data) {
            Ok(event) => self.read_event(event, sse.kind == "error", out),
            Err(_) if sse.kind == "error" => {
                self.fail(WireError::Refused(Refused::new(ProviderFault::Down)), out);
            }
            Err(_) => self.skipped += 1,
        }
    }

    fn read_event(&mut self, mut event: Event, is_error: bool, out: &mut Vec<WireEvent>) {
        let at = event.output_index.unwrap_or(0);
        match event.kind.as_str() {
            _ if is_error || event.kind == "error" || event.error.is_some() => {
                let bare = json!({"code": event.code, "message": event.message});
                let error = event.error.unwrap_or(bare);
                self.fail(WireError::Refused(read_error_value(&error, None)), out);
            }
            "response.output_text.delta" | "response.refusal.delta" => {
                out.extend(event.words().map(|words| WireEvent::Text(words.to_owned())));
                out.extend(event.likelihoods());
            }
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                let words = event.words();
                out.extend(words.map(|words| WireEvent::Reasoning(words.to_owned())));
            }
            "response.reasoning_summary_part.added" if event.summary_index > Some(0) => {
                out.push(WireEvent::Reasoning("\n\n".to_owned()));
            }
            "response.output_item.added" => self.begin(&event.item.unwrap_or_default(), at, out),
            "response.function_call_arguments.delta" => self.more(at, event.words(), out),
            "response.function_call_arguments.done" => {
                self.whole_arguments(at, event.arguments.as_deref(), out);
            }
            "response.output_item.done" => self.end_item(event.item.unwrap_or_default(), at, out),
            "response.completed" | "response.incomplete" => {
                self.end(&event.response.unwrap_or_default(), out);
            }
            "response.failed" | "response.cancelled" => {
                self.failed(event.response.unwrap_or_default(), out);
            }
            // What repeats what came in pieces, and kinds that may be added.
            _ => {}
        }
    }

    fn begin(&mut self, item: &Item, at: u64, out: &mut Vec<WireEvent>) {
        if item.kind != "function_call" || self.calls.contains_key(&at) {
            return;
        }
        let Some(name) = item.name.clone().filter(|name| !name.is_empty()) else {
            return;
        };
        let index = self.begun;
        self.begun = self.begun.saturating_add(1);
        self.calls.insert(at, (index, false));
        let id = item.call_id.clone().filter(|id| !id.is_empty());
        out.push(WireEvent::ToolCall {
            index,
            id: id.unwrap_or_else(|| format!("call_{index}")),
            name,
            seal: None,
        });
        self.more(at, item.arguments.as_deref(), out);
    }

    fn more(&mut self, at: u64, json: Option<&str>, out: &mut Vec<WireEvent>) {
        let json = json.filter(|json| !json.is_empty());
        if let (Some(json), Some((index, came))) = (json, self.calls.get_mut(&at)) {
            *came = true;
            out.push(WireEvent::ToolArguments {
                index: *index,
                json: json.to_owned(),
            });
        }
    }

    /// The whole of what may have come in pieces.
    fn whole_arguments(&mut self, at: u64, json: Option<&str>, out: &mut Vec<WireEvent>) {
        if self.calls.get(&at).is_some_and(|(_, came)| !came) {
            self.more(at, json, out);
        }
    }

    fn end_item(&mut self, item: Item, at: u64, out: &mut Vec<WireEvent>) {
        if item.kind == "function_call" {
            self.begin(&item, at, out);
            self.whole_arguments(at, item.arguments.as_deref(), out);
        }
        out.extend(seal(item));
    }

    /// An item that comes whole.
    pub(super) fn read_item(&mut self, mut item: Item, at: u64, out: &mut Vec<WireEvent>) {
        let (summary, content) = (item.summary.take(), item.content.take());
        let mut words: Vec<String> = Vec::new();
        match item.kind.as_str() {
            "reasoning" => {
                let said = summary.into_iter().chain(content).flatten();
                words.extend(said.filter_map(Words::said));
                if !words.is_empty() {
                    out.push(WireEvent::Reasoning(words.join("\n\n")));
                }
            }
            "message" => {
                let said = content.into_iter().flatten();
                let said = said.filter_map(Words::said);
                out.extend(said.map(WireEvent::Text));
            }
            _ => {}
        }
        self.end_item(item, at, out);
    }

    pub(super) fn end(&mut self, response: &Response, out: &mut Vec<WireEvent>) {
        self.state = Progress::Done;
        out.push(WireEvent::Finish(response.finish(self.begun > 0)));
        out.extend(response.usage().map(WireEvent::Usage));
    }

    pub(super) fn failed(&mut self, response: Response, out: &mut Vec<WireEvent>) {
        let error = response.error.unwrap_or(Value::Null);
        self.fail(WireError::Refused(read_error_value(&error, None)), out);
    }

    pub(super) fn fail(&mut self, error: WireError, out: &mut Vec<WireEvent>) {
        self.state = Progress::Failed;
        out.push(WireEvent::Error(error));
    }
}

fn seal(item: Item) -> Option<WireEvent> {
    let seal = item.encrypted_content.filter(|seal| !seal.is_empty())?;
    (item.kind == "reasoning").then_some(WireEvent::ReasoningSeal {
        seal,
        redacted: false,
    })
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
