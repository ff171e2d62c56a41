//! What the doors read and write, as JSON Schema (draft 2020-12).
//!
//! Kept by hand beside the readers; a test reads a request made from it, and fails where the reader
//! knows a field that is not here, or does not know one that is. Refuses to describe what only some
//! provider knows: such fields are handed on, or left out and named.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a schema is put into another one, and nobody keeps the part"
)]

use crate::{anthropic, openai, responses};
use serde_json::{Value, json};

/// A part that only a provider of the same language takes.
pub(crate) const OWN: &str = "x-only-in-own-language";

/// Schemas of one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// A request.
    pub request: Value,
    /// A whole answer.
    pub answer: Value,
    /// The data of one event of an answer that comes piece by piece.
    pub event: Value,
    /// A refusal.
    pub refusal: Value,
}

/// Schemas of chat completions.
#[must_use]
pub fn describe_chat() -> Described {
    Described {
        request: openai::door::document::request(),
        answer: openai::door::document::answer(),
        event: openai::door::document::chunk(),
        refusal: openai::door::document::refusal(),
    }
}

/// Schemas of responses.
#[must_use]
pub fn describe_responses() -> Described {
    Described {
        request: responses::door::document::request(),
        answer: responses::door::document::answer(),
        event: responses::door::document::event(),
        refusal: openai::door::document::refusal(),
    }
}

/// Schemas of messages.
#[must_use]
pub fn describe_messages() -> Described {
    Described {
        request: anthropic::door::document::request(),
        answer: anthropic::door::document::answer(),
        event: anthropic::door::document::event(),
        refusal: anthropic::door::document::refusal(),
    }
}

/// Request and answer of embeddings.
#[must_use]
pub fn describe_embeddings() -> (Value, Value) {
    openai::door::document::embeddings()
}

/// An object; fields that are not named are taken, see the module.
pub(crate) fn object(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties})
}

/// A text that says something.
pub(crate) fn name(example: &str) -> Value {
    json!({"type": "string", "minLength": 1, "example": example})
}

/// The same schema, or nothing: absent and `null` are the same to every reader.
pub(crate) fn maybe(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

pub(crate) fn text() -> Value {
    json!({"type": "string"})
}

pub(crate) fn flag() -> Value {
    maybe(json!({"type": "boolean"}))
}

/// A whole number from 1.
pub(crate) fn count() -> Value {
    maybe(json!({"type": "integer", "minimum": 1, "maximum": u32::MAX}))
}

pub(crate) fn number(from: f64, to: f64) -> Value {
    maybe(json!({"type": "number", "minimum": from, "maximum": to}))
}

pub(crate) fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

pub(crate) fn one_of(branches: Vec<Value>) -> Value {
    json!({"oneOf": branches})
}

pub(crate) fn constant(value: &str) -> Value {
    json!({"type": "string", "const": value})
}

pub(crate) fn words(values: &[&str]) -> Value {
    json!({"type": "string", "enum": values})
}

/// How much is to be reasoned.
pub(crate) fn effort() -> Value {
    maybe(words(&[
        "none", "minimal", "low", "medium", "high", "xhigh", "max",
    ]))
}

/// An object whose fields are somebody else's.
pub(crate) fn any_object() -> Value {
    json!({"type": "object"})
}

/// Parts of a kind that only a provider of this language takes.
pub(crate) fn own(kinds: &[&str]) -> Value {
    let mut part = object(&["type"], json!({"type": words(kinds)}));
    part[OWN] = true.into();
    part
}
