//! An answer as chat-completion chunks.
//!
//! Owns the order: a chunk that names the speaker, pieces, the finish reason, counts where they were
//! asked for, the terminator. Reasoning goes under `reasoning_content`, which most readers know. Its
//! proofs go where aggregators put them, `reasoning_details`, and a call's where Google's own
//! compatible server puts it, `extra_content`, so that a program that gives the line back as it came
//! gives them back too.

use super::trouble::error;
use super::usage::counts;
use crate::door::{Encode, Head, MOST_CHOICES, NO_ARGUMENTS, Trouble};
use crate::event::{FinishReason, WireEvent};
use crate::sse::write_data;
use crate::usage::Usage;
use serde_json::{Map, Value, json};

/// How far an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Begun,
    Finished,
}

/// One of the answers to a request.
#[derive(Debug)]
struct Choice {
    called: bool,
    /// The last call, as long as no arguments came.
    bare: Option<u32>,
    state: State,
}

impl Choice {
    const NEW: Self = Self {
        called: false,
        bare: None,
        state: State::New,
    };
}

/// Writes chunks.
#[derive(Debug)]
pub(crate) struct ChunkWriter {
    head: Head,
    include_usage: bool,
    choices: Vec<Choice>,
    /// The one that is written to.
    at: usize,
    failed: bool,
    usage: Option<Usage>,
}

impl ChunkWriter {
    pub(crate) fn new(head: Head, include_usage: bool) -> Self {
        Self {
            head,
            include_usage,
            choices: vec![Choice::NEW],
            at: 0,
            failed: false,
            usage: None,
        }
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        let choice = &mut self.choices[self.at];
        if choice.state == State::New {
            choice.state = State::Begun;
            self.delta(&json!({"role": "assistant", "content": ""}), out);
        }
    }

    fn delta(&self, delta: &Value, out: &mut Vec<u8>) {
        self.choice(json!({"delta": delta, "finish_reason": null}), out);
    }

    fn choice(&self, mut choice: Value, out: &mut Vec<u8>) {
        choice["index"] = self.at.into();
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
        if self.choices[self.at].state != State::Finished {
            self.no_arguments(out);
            let choice = &mut self.choices[self.at];
            choice.state = State::Finished;
            let word = finish_word(reason, choice.called);
            self.choice(json!({"delta": {}, "finish_reason": word}), out);
        }
    }

    fn arguments(&self, index: u32, json: &str, out: &mut Vec<u8>) {
        let piece = json!({"index": index, "function": {"arguments": json}});
        self.delta(&json!({"tool_calls": [piece]}), out);
    }

    fn no_arguments(&mut self, out: &mut Vec<u8>) {
        if let Some(index) = self.choices[self.at].bare.take() {
            self.arguments(index, NO_ARGUMENTS, out);
        }
    }

    fn call(&mut self, index: u32, id: &str, name: &str, seal: Option<&str>, out: &mut Vec<u8>) {
        self.no_arguments(out);
        let choice = &mut self.choices[self.at];
        choice.called = true;
        choice.bare = Some(index);
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
        if self.failed {
            return;
        }
        self.begin(out);
        match event {
            WireEvent::Text(text) => self.delta(&json!({"content": text}), out),
            WireEvent::Likelihoods(tokens) => {
                let told = json!({"content": tokens, "refusal": null});
                let choice = json!({"delta": {}, "logprobs": told, "finish_reason": null});
                self.choice(choice, out);
            }
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
                let bare = &mut self.choices[self.at].bare;
                *bare = bare.filter(|bare| bare != index);
                self.arguments(*index, json, out);
            }
            WireEvent::Usage(usage) => self.usage = Some(*usage),
            WireEvent::Finish(reason) => self.stop(*reason, out),
            WireEvent::Error(trouble) => {
                self.failed = true;
                write_data(&error(&Trouble::from(trouble)), out);
            }
        }
    }

    fn choose(&mut self, index: u32) {
        self.at = usize::try_from(index)
            .unwrap_or(usize::MAX)
            .min(MOST_CHOICES - 1);
        let known = self.choices.len().max(self.at + 1);
        self.choices.resize_with(known, || Choice::NEW);
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        if !self.failed {
            for at in 0..self.choices.len() {
                self.at = at;
                self.begin(out);
                self.stop(FinishReason::Stop, out);
            }
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
