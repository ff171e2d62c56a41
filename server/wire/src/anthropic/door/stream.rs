//! An answer as Anthropic's events.
//!
//! Owns the order: the message begins, blocks open, grow and close one after another, the reason and
//! the counts come at the end. A block closes when another begins; a piece of an earlier call still
//! goes to that call's block, which readers find by its number.

use super::trouble::error;
use super::whole::{counts, stop_word};
use crate::door::{Encode, Head, Trouble};
use crate::event::{FinishReason, WireEvent};
use crate::sse::write_event;
use crate::usage::Usage;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the open block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    Text,
    Thinking,
    Call,
}

/// Writes events.
#[derive(Debug)]
pub(crate) struct MessageWriter {
    head: Head,
    begun: bool,
    failed: bool,
    open: Open,
    /// Blocks begun so far; the open one is the last.
    blocks: u32,
    /// The block of each call.
    calls: BTreeMap<u32, u32>,
    reason: Option<FinishReason>,
    usage: Option<Usage>,
}

impl MessageWriter {
    pub(crate) const fn new(head: Head) -> Self {
        Self {
            head,
            begun: false,
            failed: false,
            open: Open::Nothing,
            blocks: 0,
            calls: BTreeMap::new(),
            reason: None,
            usage: None,
        }
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        // Counts are told at the end, where they are known; the schema wants some here.
        let message = json!({
            "id": format!("msg_{}", self.head.id),
            "type": "message",
            "role": "assistant",
            "model": self.head.model,
            "content": [],
            "stop_reason": null,
            "stop_sequence": null,
            "usage": counts(self.usage.unwrap_or_default()),
        });
        send("message_start", json!({"message": message}), out);
    }

    /// Opens a block, unless one of its kind is open that can grow.
    fn open(&mut self, kind: Open, block: &Value, out: &mut Vec<u8>) {
        if self.open == kind && kind != Open::Call {
            return;
        }
        self.close(out);
        self.open = kind;
        let index = self.blocks;
        self.blocks += 1;
        let start = json!({"index": index, "content_block": block});
        send("content_block_start", start, out);
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.open, Open::Nothing) != Open::Nothing {
            let index = self.blocks.saturating_sub(1);
            send("content_block_stop", json!({"index": index}), out);
        }
    }

    fn grow(&self, delta: &Value, out: &mut Vec<u8>) {
        grow(self.blocks.saturating_sub(1), delta, out);
    }

    fn think(&mut self, out: &mut Vec<u8>) {
        let block = json!({"type": "thinking", "thinking": "", "signature": ""});
        self.open(Open::Thinking, &block, out);
    }

    fn seal(&mut self, seal: &str, redacted: bool, out: &mut Vec<u8>) {
        if redacted {
            self.close(out);
            let block = json!({"type": "redacted_thinking", "data": seal});
            self.open(Open::Thinking, &block, out);
        } else {
            self.think(out);
            self.grow(&json!({"type": "signature_delta", "signature": seal}), out);
        }
        self.close(out);
    }
}

impl Encode for MessageWriter {
    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>) {
        if self.failed {
            return;
        }
        if let WireEvent::Usage(usage) = event {
            self.usage = Some(*usage);
            return;
        }
        self.begin(out);
        match event {
            WireEvent::Text(text) => {
                self.open(Open::Text, &json!({"type": "text", "text": ""}), out);
                self.grow(&json!({"type": "text_delta", "text": text}), out);
            }
            WireEvent::Reasoning(text) => {
                self.think(out);
                self.grow(&json!({"type": "thinking_delta", "thinking": text}), out);
            }
            WireEvent::ReasoningSeal { seal, redacted } => self.seal(seal, *redacted, out),
            WireEvent::ToolCall {
                index, id, name, ..
            } => {
                self.calls.insert(*index, self.blocks);
                let block = json!({"type": "tool_use", "id": id, "name": name, "input": {}});
                self.open(Open::Call, &block, out);
            }
            WireEvent::ToolArguments { index, json } => {
                if let Some(&block) = self.calls.get(index) {
                    let delta = json!({"type": "input_json_delta", "partial_json": json});
                    grow(block, &delta, out);
                }
            }
            WireEvent::Finish(reason) => self.reason = Some(*reason),
            WireEvent::Usage(_) | WireEvent::Likelihoods(_) => {}
            // The open block stays open: it is not whole.
            WireEvent::Error(trouble) => {
                self.failed = true;
                write_event(Some("error"), &error(&Trouble::from(trouble)), out);
            }
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        if !self.failed {
            self.close(out);
            let reason = self.reason.unwrap_or(FinishReason::Stop);
            let reason = stop_word(reason, !self.calls.is_empty());
            let end = json!({
                "delta": {"stop_reason": reason, "stop_sequence": null},
                "usage": counts(self.usage.unwrap_or_default()),
            });
            send("message_delta", end, out);
        }
        send("message_stop", json!({}), out);
    }
}

fn grow(block: u32, delta: &Value, out: &mut Vec<u8>) {
    let data = json!({"index": block, "delta": delta});
    send("content_block_delta", data, out);
}

/// An event names its kind twice.
fn send(kind: &str, mut data: Value, out: &mut Vec<u8>) {
    data["type"] = kind.into();
    write_event(Some(kind), &data, out);
}
