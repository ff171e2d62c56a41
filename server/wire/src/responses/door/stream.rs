//! An answer as the events of a response.
//!
//! Owns the order: the response begins, items open, grow and close one after another, and the last
//! event repeats the whole of it. Every event is numbered. An error is told twice, as an event and
//! as the response's state, because libraries look at one or the other.

use super::shape;
use crate::chat::{Reasoning, ToolCall};
use crate::door::{Encode, Head, NO_ARGUMENTS, Trouble};
use crate::event::{FinishReason, WireEvent};
use crate::openai::door::error;
use crate::sse::write_event;
use crate::usage::Usage;
use serde_json::{Value, json};

/// The item that is open.
#[derive(Debug)]
enum Open {
    Nothing,
    Message(String),
    Reasoning(Reasoning),
    Call(u32, ToolCall),
}

/// Writes events.
#[derive(Debug)]
pub(crate) struct ResponseWriter {
    head: Head,
    begun: bool,
    failed: bool,
    number: u64,
    open: Open,
    /// Items that are closed.
    output: Vec<Value>,
    called: bool,
    reason: Option<FinishReason>,
    usage: Option<Usage>,
}

impl ResponseWriter {
    pub(crate) const fn new(head: Head) -> Self {
        Self {
            head,
            begun: false,
            failed: false,
            number: 0,
            open: Open::Nothing,
            output: Vec::new(),
            called: false,
            reason: None,
            usage: None,
        }
    }

    fn send(&mut self, kind: &str, mut data: Value, out: &mut Vec<u8>) {
        data["type"] = kind.into();
        data["sequence_number"] = self.number.into();
        self.number += 1;
        write_event(Some(kind), &data, out);
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let response = shape::response(&self.head, "in_progress", json!([]));
        let data = json!({"response": response});
        self.send("response.created", data.clone(), out);
        self.send("response.in_progress", data, out);
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

    fn say(&mut self, text: &str, out: &mut Vec<u8>) {
        if !matches!(self.open, Open::Message(_)) {
            self.close(out);
            let id = self.id("msg");
            let item = shape::message(&id, "in_progress", None);
            self.begin_item(&item, Open::Message(String::new()), out);
            let part = json!({"content_index": 0, "part": shape::output_text("")});
            self.about("response.content_part.added", &id, part, out);
        }
        if let Open::Message(said) = &mut self.open {
            said.push_str(text);
        }
        let id = self.id("msg");
        let delta = json!({"content_index": 0, "delta": text, "logprobs": []});
        self.about("response.output_text.delta", &id, delta, out);
    }

    fn think(&mut self, text: &str, out: &mut Vec<u8>) {
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
    fn seal(&mut self, seal: &str, redacted: bool, out: &mut Vec<u8>) {
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

    fn call(&mut self, index: u32, call: ToolCall, out: &mut Vec<u8>) {
        self.close(out);
        self.called = true;
        let item = shape::call(&self.id("fc"), "in_progress", &call);
        self.begin_item(&item, Open::Call(index, call), out);
    }

    fn arguments(&mut self, index: u32, json: &str, out: &mut Vec<u8>) {
        let id = self.id("fc");
        match &mut self.open {
            Open::Call(open, call) if *open == index => call.arguments.push_str(json),
            // An item that is closed cannot grow. No provider goes back to an earlier call.
            _ => return self.fail(&Trouble::broken_arguments(), out),
        }
        let delta = json!({"delta": json});
        self.about("response.function_call_arguments.delta", &id, delta, out);
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Message(text) => {
                let id = self.id("msg");
                let done = json!({"content_index": 0, "text": text, "logprobs": []});
                self.about("response.output_text.done", &id, done, out);
                let part = json!({"content_index": 0, "part": shape::output_text(&text)});
                self.about("response.content_part.done", &id, part, out);
                let item = shape::message(&id, "completed", Some(&text));
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
    fn broken_item(&mut self) -> Option<Value> {
        let status = "incomplete";
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => None,
            Open::Message(text) => Some(shape::message(&self.id("msg"), status, Some(&text))),
            Open::Reasoning(reasoning) => Some(shape::reasoning(&self.id("rs"), &reasoning)),
            Open::Call(_, call) => Some(shape::call(&self.id("fc"), status, &call)),
        }
    }

    fn fail(&mut self, trouble: &Trouble, out: &mut Vec<u8>) {
        self.failed = true;
        let broken = self.broken_item();
        self.output.extend(broken);
        let mut told = error(trouble);
        let code = told["error"]["code"].clone();
        let code = if code.is_null() {
            "server_error".into()
        } else {
            code
        };
        told["code"] = code.clone();
        told["message"] = trouble.message.as_str().into();
        told["param"] = Value::Null;
        self.send("error", told, out);
        let output = std::mem::take(&mut self.output).into();
        let mut response = shape::response(&self.head, "failed", output);
        let error = json!({"code": code, "message": trouble.message});
        response.insert("error".into(), error);
        self.send("response.failed", json!({"response": response}), out);
    }
}

impl Encode for ResponseWriter {
    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>) {
        if self.failed {
            return;
        }
        self.begin(out);
        match event {
            WireEvent::Text(text) => self.say(text, out),
            WireEvent::Reasoning(text) => self.think(text, out),
            WireEvent::ReasoningSeal { seal, redacted } => self.seal(seal, *redacted, out),
            WireEvent::ToolCall {
                index, id, name, ..
            } => {
                let call = ToolCall {
                    id: id.clone(),
                    name: name.clone(),
                    arguments: String::new(),
                    seal: None,
                };
                self.call(*index, call, out);
            }
            WireEvent::ToolArguments { index, json } => self.arguments(*index, json, out),
            WireEvent::Usage(usage) => self.usage = Some(*usage),
            WireEvent::Finish(reason) => self.reason = Some(*reason),
            WireEvent::Error(trouble) => self.fail(&trouble.into(), out),
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        if self.failed {
            return;
        }
        self.begin(out);
        self.close(out);
        let reason = self.reason.unwrap_or(FinishReason::Stop);
        let output = std::mem::take(&mut self.output).into();
        let response = shape::ended(&self.head, reason, self.usage, output);
        let kind = match shape::incomplete(reason) {
            Some(_) => "response.incomplete",
            None => "response.completed",
        };
        self.send(kind, json!({"response": response}), out);
    }
}

fn summary(text: &str) -> Value {
    json!({"type": "summary_text", "text": text})
}
