//! Messages as JSON Schema.

use crate::door::document::{
    OWN, any_object, constant, effort, flag, list, maybe, name, number, object, one_of, own, text,
    words,
};
use serde_json::{Value, json};

/// A request.
pub(crate) fn request() -> Value {
    let format = json!({"type": constant("json_schema"), "schema": any_object()});
    let format = object(&["type", "schema"], format);
    let config = object(&[], json!({"effort": effort(), "format": maybe(format)}));
    object(
        &["model", "max_tokens", "messages"],
        json!({
            "model": name("fast"),
            "max_tokens": {"type": "integer", "minimum": 1, "maximum": u32::MAX},
            "messages": {"type": "array", "minItems": 1, "items": one_of(lines())},
            "system": maybe(texts()),
            "stream": flag(),
            "temperature": number(0.0, 1.0),
            "top_p": number(0.0, 1.0),
            "stop_sequences": maybe(list(text())),
            "tools": maybe(list(tool())),
            "tool_choice": maybe(one_of(vec![
                choice(&["type"], words(&["auto", "any", "none"]), json!({})),
                choice(&["type", "name"], constant("tool"), json!({"name": name("weather")})),
            ])),
            "output_config": maybe(config),
            "thinking": maybe(one_of(vec![
                object(&["type"], json!({"type": words(&["disabled", "adaptive", "between_tools"])})),
                object(&["type", "budget_tokens"], json!({
                    "type": constant("enabled"),
                    "budget_tokens": {"type": "integer", "minimum": 1, "maximum": u32::MAX},
                })),
            ])),
        }),
    )
}

fn choice(required: &[&str], kind: Value, mut properties: Value) -> Value {
    properties["type"] = kind;
    properties["disable_parallel_tool_use"] = flag();
    object(required, properties)
}

/// One text, or blocks of it.
fn texts() -> Value {
    json!({"anyOf": [text(), list(text_block())]})
}

/// A block; marks for a prompt cache are a provider's own.
fn block(required: &[&str], kind: Value, mut properties: Value) -> Value {
    properties["type"] = kind;
    let mut marks = maybe(any_object());
    marks[OWN] = true.into();
    properties["cache_control"] = marks;
    object(required, properties)
}

fn text_block() -> Value {
    block(&["type"], constant("text"), json!({"text": maybe(text())}))
}

fn lines() -> Vec<Value> {
    let content = json!({"anyOf": [text(), list(one_of(blocks()))]});
    vec![
        object(
            &["role"],
            json!({"role": constant("system"), "content": maybe(texts())}),
        ),
        object(
            &["role", "content"],
            json!({"role": words(&["user", "assistant"]), "content": content}),
        ),
    ]
}

fn blocks() -> Vec<Value> {
    let inside = json!({
        "type": constant("base64"),
        "media_type": name("image/png"),
        "data": name("iVBORw0KGgo="),
    });
    let elsewhere =
        json!({"type": constant("url"), "url": name("https://example.com/picture.png")});
    let source = one_of(vec![
        object(&["type", "media_type", "data"], inside),
        object(&["type", "url"], elsewhere),
    ]);
    let thinking = json!({"thinking": maybe(text()), "signature": maybe(text())});
    let call = json!({"id": name("toolu_1"), "name": name("weather"), "input": any_object()});
    let result = json!({
        "tool_use_id": name("toolu_1"),
        "content": maybe(texts()),
        "is_error": flag(),
    });
    vec![
        text_block(),
        block(
            &["type", "source"],
            constant("image"),
            json!({"source": source}),
        ),
        block(&["type"], constant("thinking"), thinking),
        block(
            &["type", "data"],
            constant("redacted_thinking"),
            json!({"data": name("c2VhbA==")}),
        ),
        block(&["type", "id", "name", "input"], constant("tool_use"), call),
        block(&["type", "tool_use_id"], constant("tool_result"), result),
        own(&["document", "search_result"]),
    ]
}

fn tool() -> Value {
    block(
        &["name", "input_schema"],
        maybe(constant("custom")),
        json!({
            "name": name("weather"),
            "description": maybe(text()),
            "input_schema": any_object(),
            "strict": flag(),
        }),
    )
}

/// A whole answer.
pub(crate) fn answer() -> Value {
    let kinds = words(&["text", "thinking", "redacted_thinking", "tool_use"]);
    let reasons = words(&["end_turn", "max_tokens", "tool_use", "refusal"]);
    object(
        &[
            "id",
            "type",
            "role",
            "model",
            "content",
            "stop_reason",
            "stop_sequence",
            "usage",
        ],
        json!({
            "id": text(),
            "type": constant("message"),
            "role": constant("assistant"),
            "model": text(),
            "content": list(object(&["type"], json!({"type": kinds}))),
            "stop_reason": maybe(reasons),
            "stop_sequence": {"type": "null"},
            "usage": usage(),
        }),
    )
}

fn usage() -> Value {
    let number = json!({"type": "integer", "minimum": 0});
    let counts = json!({
        "input_tokens": number,
        "output_tokens": number,
        "cache_read_input_tokens": number,
        "cache_creation_input_tokens": number,
        "output_tokens_details": any_object(),
        "details": any_object(),
    });
    object(&["input_tokens", "output_tokens"], counts)
}

/// The data of an event.
pub(crate) fn event() -> Value {
    let kinds = words(&[
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
        "error",
    ]);
    object(&["type"], json!({"type": kinds}))
}

/// A refusal.
pub(crate) fn refusal() -> Value {
    let error = object(
        &["type", "message"],
        json!({"type": text(), "message": text()}),
    );
    object(
        &["type", "error"],
        json!({"type": constant("error"), "error": error}),
    )
}
