//! An answer as chat-completion chunks.
//!
//! Owns the order: a chunk that names the speaker, pieces, the finish reason, counts where they were
//! asked for, the terminator. Reasoning goes under `reasoning_content`, which most readers know. Its
//! proofs go where aggregators put them, `reasoning_details`, and a call's where Google's own
//! compatible server puts it, `extra_content`, so that a program that gives the line back as it came
//! gives them back too.

use super::trouble::error;
use super::usage::counts;
use crate::door::{Encode, Head, NO_ARGUMENTS, Trouble};
use crate::event::{FinishReason, WireEvent};
use crate::sse::write_data;
use crate::usage::Usage;
use serde_json::{Map, Value, json};

/// How far the answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Begun,
    Finished,
    Failed,
}

/// Writes chunks.
#[derive(Debug)]
pub(crate) struct ChunkWriter {
    head: Head,
    include_usage: bool,
    called: bool,
    /// The last call, as long as no arguments came.
    bare: Option<u32>,
    state: State,
    usage: Option<Usage>,
}

impl ChunkWriter {
    pub(crate) const fn new(head: Head, include_usage: bool) -> Self {
        Self {
            head,
            include_usage,
            called: false,
            bare: None,
            state: State::New,
            usage: None,
        }
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if self.state == State::New {
            self.state = State::Begun;
            self.delta(&json!({"role": "assistant", "content": ""}), out);
        }
    }

    fn delta(&self, delta: &Value, out: &mut Vec<u8>) {
        self.choice(delta, None, out);
    }

    fn choice(&self, delta: &Value, reason: Option<&str>, out: &mut Vec<u8>) {
        let choice = json!({"index": 0, "delta": delta, "finish_reason": reason});
        let mut chunk = self.chunk();
        chunk.insert("choices".into(), json!([choice]));
        if self.include_usage {
            chunk.insert("usage".into(), Value::Null);
        }
        write_data(&chunk.into(), out);
    }

    fn chunk(&self) -> Map<String, Value> {
        let mut chunk = Map::new();
        chunk.insert("id".into(), format!("chatcmpl-{}", self.head.id).into());
        chunk.insert("object".into(), "chat.completion.chunk".into());
        chunk.insert("created".into(), self.head.created.into());
        chunk.insert("model".into(), self.head.model.as_str().into());
        chunk
    }

    fn stop(&mut self, reason: FinishReason, out: &mut Vec<u8>) {
        if self.state != State::Finished {
            self.no_arguments(out);
            self.state = State::Finished;
            self.choice(&json!({}), Some(finish_word(reason, self.called)), out);
        }
    }

    fn arguments(&self, index: u32, json: &str, out: &mut Vec<u8>) {
        let piece = json!({"index": index, "function": {"arguments": json}});
        self.delta(&json!({"tool_calls": [piece]}), out);
    }

    fn no_arguments(&mut self, out: &mut Vec<u8>) {
        if let Some(index) = self.bare.take() {
            self.arguments(index, NO_ARGUMENTS, out);
        }
    }

    fn call(&mut self, index: u32, id: &str, name: &str, seal: Option<&str>, out: &mut Vec<u8>) {
        self.no_arguments(out);
        self.called = true;
        self.bare = Some(index);
        let function = json!({"name": name, "arguments": ""});
        let mut call = json!({"index": index, "id": id, "type": "function", "function": function});
        if let Some(seal) = seal {
            call["extra_content"] = extra_content(seal);
        }
        self.delta(&json!({"tool_calls": [call]}), out);
    }
}

impl Encode for ChunkWriter {
    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>) {
        if self.state == State::Failed {
            return;
        }
        self.begin(out);
        match event {
            WireEvent::Text(text) => self.delta(&json!({"content": text}), out),
            WireEvent::Reasoning(text) => self.delta(&json!({"reasoning_content": text}), out),
            WireEvent::ReasoningSeal { seal, redacted } => {
                let details = [reasoning_detail(seal, *redacted)];
                self.delta(&json!({"reasoning_details": details}), out);
            }
            WireEvent::ToolCall {
                index,
                id,
                name,
                seal,
            } => self.call(*index, id, name, seal.as_deref(), out),
            WireEvent::ToolArguments { index, json } => {
                self.bare = self.bare.filter(|bare| bare != index);
                self.arguments(*index, json, out);
            }
            WireEvent::Usage(usage) => self.usage = Some(*usage),
            WireEvent::Finish(reason) => self.stop(*reason, out),
            WireEvent::Error(trouble) => {
                self.state = State::Failed;
                write_data(&error(&Trouble::from(trouble)), out);
            }
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        if self.state != State::Failed {
            self.begin(out);
            self.stop(FinishReason::Stop, out);
            if let Some(usage) = self.usage.filter(|_| self.include_usage) {
                let mut chunk = self.chunk();
                chunk.insert("choices".into(), json!([]));
                chunk.insert("usage".into(), counts(usage));
                write_data(&chunk.into(), out);
            }
        }
        out.extend_from_slice(b"data: [DONE]\n\n");
    }
}

/// A proof as aggregators write it.
pub(super) fn reasoning_detail(seal: &str, redacted: bool) -> Value {
    if redacted {
        json!({"type": "reasoning.encrypted", "data": seal})
    } else {
        json!({"type": "reasoning.text", "signature": seal})
    }
}

/// A call's proof as Google's compatible server writes it.
pub(super) fn extra_content(seal: &str) -> Value {
    json!({"google": {"thought_signature": seal}})
}

/// The dialect's word for a reason.
pub(super) const fn finish_word(reason: FinishReason, called: bool) -> &'static str {
    match reason {
        FinishReason::Stop if called => "tool_calls",
        FinishReason::Stop => "stop",
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::ContentFilter => "content_filter",
    }
}
