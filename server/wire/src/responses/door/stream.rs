//! An answer as the events of a response.
//!
//! Owns the order: the response begins, items come one after another, and the last event repeats the
//! whole of it. An error is told twice, as an event and as the response's state, because libraries
//! look at one or the other.

use super::open::Items;
use super::shape;
use crate::chat::ToolCall;
use crate::door::{Encode, Head, Trouble};
use crate::event::{FinishReason, WireEvent};
use crate::openai::door::error;
use crate::usage::Usage;
use serde_json::{Value, json};

/// Writes events.
#[derive(Debug)]
pub(crate) struct ResponseWriter {
    items: Items,
    begun: bool,
    failed: bool,
    reason: Option<FinishReason>,
    usage: Option<Usage>,
}

impl ResponseWriter {
    pub(crate) const fn new(head: Head) -> Self {
        Self {
            items: Items::new(head),
            begun: false,
            failed: false,
            reason: None,
            usage: None,
        }
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let response = shape::response(&self.items.head, "in_progress", json!([]));
        let data = json!({"response": response});
        self.items.send("response.created", data.clone(), out);
        self.items.send("response.in_progress", data, out);
    }

    fn fail(&mut self, trouble: &Trouble, out: &mut Vec<u8>) {
        self.failed = true;
        let broken = self.items.broken_item();
        self.items.output.extend(broken);
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
        self.items.send("error", told, out);
        let output = std::mem::take(&mut self.items.output).into();
        let mut response = shape::response(&self.items.head, "failed", output);
        let error = json!({"code": code, "message": trouble.message});
        response.insert("error".into(), error);
        let data = json!({"response": response});
        self.items.send("response.failed", data, out);
    }
}

impl Encode for ResponseWriter {
    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>) {
        if self.failed {
            return;
        }
        self.begin(out);
        match event {
            WireEvent::Text(text) => self.items.say(text, out),
            WireEvent::Likelihoods(tokens) => self.items.weigh(tokens, out),
            WireEvent::Reasoning(text) => self.items.think(text, out),
            WireEvent::ReasoningSeal { seal, redacted } => self.items.seal(seal, *redacted, out),
            WireEvent::ToolCall {
                index, id, name, ..
            } => {
                let call = ToolCall {
                    id: id.clone(),
                    name: name.clone(),
                    arguments: String::new(),
                    seal: None,
                };
                self.items.call(*index, call, out);
            }
            WireEvent::ToolArguments { index, json } => {
                if !self.items.arguments(*index, json, out) {
                    self.fail(&Trouble::broken_arguments(), out);
                }
            }
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
        self.items.close(out);
        let reason = self.reason.unwrap_or(FinishReason::Stop);
        let output = std::mem::take(&mut self.items.output).into();
        let response = shape::ended(&self.items.head, reason, self.usage, output);
        let kind = match shape::incomplete(reason) {
            Some(_) => "response.incomplete",
            None => "response.completed",
        };
        let data = json!({"response": response});
        self.items.send(kind, data, out);
    }
}
