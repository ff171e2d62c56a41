//! An answer as Gemini's pieces.
//!
//! Owns the order: parts as they come, calls whole, the finish reason and the counts with the last
//! piece. The language has no terminator; after an error nothing follows. Reasoning that only its
//! own provider reads has no place here and is left out.

use super::trouble::error;
use super::whole::{counts, finish_word};
use crate::chat::ToolCall;
use crate::door::{Encode, Head, Trouble, arguments};
use crate::event::{FinishReason, WireEvent};
use crate::sse::write_data;
use crate::usage::Usage;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Writes pieces.
#[derive(Debug)]
pub(crate) struct ContentWriter {
    head: Head,
    failed: bool,
    /// Calls whose arguments are still coming, by number.
    calls: BTreeMap<u32, ToolCall>,
    reason: Option<FinishReason>,
    usage: Option<Usage>,
}

impl ContentWriter {
    pub(crate) const fn new(head: Head) -> Self {
        Self {
            head,
            failed: false,
            calls: BTreeMap::new(),
            reason: None,
            usage: None,
        }
    }

    fn part(&self, part: &Value, out: &mut Vec<u8>) {
        let content = json!({"role": "model", "parts": [part]});
        let piece = json!({
            "candidates": [{"index": 0, "content": content}],
            "modelVersion": self.head.model,
            "responseId": self.head.id,
        });
        write_data(&piece, out);
    }

    /// Arguments are complete once something else comes.
    fn flush(&mut self, out: &mut Vec<u8>) {
        for (_, call) in std::mem::take(&mut self.calls) {
            match call_part(&call) {
                Ok(part) => self.part(&part, out),
                Err(trouble) => return self.fail(&trouble, out),
            }
        }
    }

    fn fail(&mut self, trouble: &Trouble, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.failed, true) {
            write_data(&error(trouble), out);
        }
    }
}

impl Encode for ContentWriter {
    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>) {
        if self.failed {
            return;
        }
        match event {
            WireEvent::ToolCall {
                index,
                id,
                name,
                seal,
            } => {
                let call = ToolCall {
                    id: id.clone(),
                    name: name.clone(),
                    arguments: String::new(),
                    seal: seal.clone(),
                };
                self.calls.insert(*index, call);
            }
            WireEvent::ToolArguments { index, json } => {
                if let Some(call) = self.calls.get_mut(index) {
                    call.arguments.push_str(json);
                }
            }
            WireEvent::Usage(usage) => self.usage = Some(*usage),
            WireEvent::Finish(reason) => {
                self.flush(out);
                self.reason = Some(*reason);
            }
            WireEvent::Error(trouble) => {
                self.calls.clear();
                self.fail(&trouble.into(), out);
            }
            WireEvent::Text(text) => {
                self.flush(out);
                self.part(&json!({"text": text}), out);
            }
            WireEvent::Reasoning(text) => {
                self.flush(out);
                self.part(&json!({"text": text, "thought": true}), out);
            }
            WireEvent::ReasoningSeal { redacted: true, .. } | WireEvent::Likelihoods(_) => {}
            WireEvent::ReasoningSeal { seal, .. } => {
                self.flush(out);
                self.part(&json!({"text": "", "thoughtSignature": seal}), out);
            }
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.flush(out);
        if self.failed {
            return;
        }
        let reason = finish_word(self.reason.unwrap_or(FinishReason::Stop));
        let content = json!({"role": "model", "parts": [{"text": ""}]});
        let mut piece = json!({
            "candidates": [{"index": 0, "content": content, "finishReason": reason}],
            "modelVersion": self.head.model,
            "responseId": self.head.id,
        });
        if let Some(usage) = self.usage {
            piece["usageMetadata"] = counts(usage);
        }
        write_data(&piece, out);
    }
}

/// A call with its arguments as an object.
pub(super) fn call_part(call: &ToolCall) -> Result<Value, Trouble> {
    let arguments = arguments(&call.arguments)?;
    let mut part = json!({"functionCall": {"id": call.id, "name": call.name, "args": arguments}});
    if let Some(seal) = &call.seal {
        part["thoughtSignature"] = seal.as_str().into();
    }
    Ok(part)
}
