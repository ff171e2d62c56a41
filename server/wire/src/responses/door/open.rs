//! The items of a response as they grow.
//!
//! Owns the order of an item's events and the numbers of all events. One item is open at a time; it
//! is closed by the next one.

use super::shape;
use crate::chat::{Reasoning, ToolCall};
use crate::door::{Head, NO_ARGUMENTS};
use crate::sse::write_event;
use serde_json::{Value, json};

/// The item that is open.
#[derive(Debug)]
enum Open {
    Nothing,
    /// Its words, and how likely their tokens were.
    Message(String, Vec<Value>),
    Reasoning(Reasoning),
    Call(u32, ToolCall),
}

/// Items so far.
#[derive(Debug)]
pub(super) struct Items {
    pub(super) head: Head,
    number: u64,
    open: Open,
    /// Items that are closed.
    pub(super) output: Vec<Value>,
}

impl Items {
    pub(super) const fn new(head: Head) -> Self {
        Self {
            head,
            number: 0,
            open: Open::Nothing,
            output: Vec::new(),
        }
    }

    pub(super) fn send(&mut self, kind: &str, mut data: Value, out: &mut Vec<u8>) {
        data["type"] = kind.into();
        data["sequence_number"] = self.number.into();
        self.number += 1;
        write_event(Some(kind), &data, out);
    }

    /// The open item's id, by its kind.
    fn id(&self, kind: &str) -> String {
        shape::item_id(kind, &self.head, self.output.len())
    }

    /// An event about a part of the open item.
    fn about(&mut self, kind: &str, id: &str, mut data: Value, out: &mut Vec<u8>) {
        data["item_id"] = id.into();
        data["output_index"] = self.output.len().into();
        self.send(kind, data, out);
    }

    fn begin_item(&mut self, item: &Value, open: Open, out: &mut Vec<u8>) {
        self.open = open;
        let data = json!({"output_index": self.output.len(), "item": item});
        self.send("response.output_item.added", data, out);
    }

    fn end_item(&mut self, item: Value, out: &mut Vec<u8>) {
        let data = json!({"output_index": self.output.len(), "item": item});
        self.send("response.output_item.done", data, out);
        self.output.push(item);
    }

    pub(super) fn say(&mut self, text: &str, out: &mut Vec<u8>) {
        if !matches!(self.open, Open::Message(..)) {
            self.close(out);
            let id = self.id("msg");
            let item = shape::message(&id, "in_progress", None);
            self.begin_item(&item, Open::Message(String::new(), Vec::new()), out);
            let part = json!({"content_index": 0, "part": shape::output_text("", &[])});
            self.about("response.content_part.added", &id, part, out);
        }
        if let Open::Message(said, _) = &mut self.open {
            said.push_str(text);
        }
        self.words(text, &[], out);
    }

    fn words(&mut self, text: &str, likelihoods: &[Value], out: &mut Vec<u8>) {
        let id = self.id("msg");
        let delta = json!({"content_index": 0, "delta": text, "logprobs": likelihoods});
        self.about("response.output_text.delta", &id, delta, out);
    }

    /// How likely the tokens of the words so far were; of no words they mean nothing.
    pub(super) fn weigh(&mut self, tokens: &[Value], out: &mut Vec<u8>) {
        if let Open::Message(_, likelihoods) = &mut self.open {
            likelihoods.extend_from_slice(tokens);
            self.words("", tokens, out);
        }
    }

    pub(super) fn think(&mut self, text: &str, out: &mut Vec<u8>) {
        self.open_reasoning(out);
        let id = self.id("rs");
        let Open::Reasoning(reasoning) = &mut self.open else {
            return;
        };
        let first = reasoning.text.is_empty();
        reasoning.text.push_str(text);
        if first {
            let part = json!({"summary_index": 0, "part": summary("")});
            self.about("response.reasoning_summary_part.added", &id, part, out);
        }
        let delta = json!({"summary_index": 0, "delta": text});
        self.about("response.reasoning_summary_text.delta", &id, delta, out);
    }

    fn open_reasoning(&mut self, out: &mut Vec<u8>) {
        if !matches!(self.open, Open::Reasoning(_)) {
            self.close(out);
            let item = shape::reasoning(&self.id("rs"), &Reasoning::default());
            self.begin_item(&item, Open::Reasoning(Reasoning::default()), out);
        }
    }

    /// A proof closes the reasoning it is of.
    pub(super) fn seal(&mut self, seal: &str, redacted: bool, out: &mut Vec<u8>) {
        if redacted {
            self.close(out);
        }
        self.open_reasoning(out);
        if let Open::Reasoning(reasoning) = &mut self.open {
            reasoning.seal = Some(seal.to_owned());
            reasoning.redacted = redacted;
        }
        self.close(out);
    }

    pub(super) fn call(&mut self, index: u32, call: ToolCall, out: &mut Vec<u8>) {
        self.close(out);
        let item = shape::call(&self.id("fc"), "in_progress", &call);
        self.begin_item(&item, Open::Call(index, call), out);
    }

    /// `false`: the call is not the one that is open, and an item that is closed cannot grow. No
    /// provider goes back to an earlier call.
    pub(super) fn arguments(&mut self, index: u32, json: &str, out: &mut Vec<u8>) -> bool {
        let id = self.id("fc");
        match &mut self.open {
            Open::Call(open, call) if *open == index => call.arguments.push_str(json),
            _ => return false,
        }
        let delta = json!({"delta": json});
        self.about("response.function_call_arguments.delta", &id, delta, out);
        true
    }

    pub(super) fn close(&mut self, out: &mut Vec<u8>) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Message(text, tokens) => {
                let id = self.id("msg");
                let done = json!({"content_index": 0, "text": text, "logprobs": tokens});
                self.about("response.output_text.done", &id, done, out);
                let words = shape::output_text(&text, &tokens);
                let part = json!({"content_index": 0, "part": words});
                self.about("response.content_part.done", &id, part, out);
                let item = shape::message(&id, "completed", Some(words));
                self.end_item(item, out);
            }
            Open::Reasoning(reasoning) => {
                let id = self.id("rs");
                if !reasoning.text.is_empty() {
                    let done = json!({"summary_index": 0, "text": reasoning.text});
                    self.about("response.reasoning_summary_text.done", &id, done, out);
                    let part = json!({"summary_index": 0, "part": summary(&reasoning.text)});
                    self.about("response.reasoning_summary_part.done", &id, part, out);
                }
                self.end_item(shape::reasoning(&id, &reasoning), out);
            }
            Open::Call(_, mut call) => {
                let id = self.id("fc");
                if call.arguments.is_empty() {
                    NO_ARGUMENTS.clone_into(&mut call.arguments);
                    let delta = json!({"delta": NO_ARGUMENTS});
                    self.about("response.function_call_arguments.delta", &id, delta, out);
                }
                let done = json!({"name": call.name, "arguments": call.arguments});
                self.about("response.function_call_arguments.done", &id, done, out);
                self.end_item(shape::call(&id, "completed", &call), out);
            }
        }
    }

    /// The open item as far as it came.
    pub(super) fn broken_item(&mut self) -> Option<Value> {
        let status = "incomplete";
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => None,
            Open::Message(text, tokens) => {
                let words = shape::output_text(&text, &tokens);
                Some(shape::message(&self.id("msg"), status, Some(words)))
            }
            Open::Reasoning(reasoning) => Some(shape::reasoning(&self.id("rs"), &reasoning)),
            Open::Call(_, call) => Some(shape::call(&self.id("fc"), status, &call)),
        }
    }
}

fn summary(text: &str) -> Value {
    json!({"type": "summary_text", "text": text})
}
