//! Chat completions and embeddings as JSON Schema.

use crate::door::MOST_CHOICES;
use crate::door::document::{
    any_object, constant, count, effort, flag, list, maybe, name, number, object, one_of, own,
    text, words,
};
use serde_json::{Value, json};

/// A request.
pub(crate) fn request() -> Value {
    let stop = json!({"anyOf": [text(), list(text()), {"type": "null"}]});
    let stream = json!({
        "include_usage": flag(),
        "include_obfuscation": {"type": "boolean", "example": false},
    });
    object(
        &["model", "messages"],
        json!({
            "model": name("fast"),
            "messages": {"type": "array", "minItems": 1, "items": line()},
            "stream": flag(),
            "stream_options": maybe(object(&[], stream)),
            "max_completion_tokens": count(),
            "max_tokens": count(),
            "temperature": number(0.0, 2.0),
            "top_p": number(0.0, 1.0),
            "seed": maybe(json!({"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX})),
            "stop": stop,
            "reasoning_effort": effort(),
            "tools": maybe(list(tool())),
            "tool_choice": maybe(one_of(vec![
                words(&["auto", "none", "required"]),
                object(&["type", "function"], json!({
                    "type": constant("function"),
                    "function": object(&["name"], json!({"name": name("weather")})),
                })),
            ])),
            "parallel_tool_calls": flag(),
            "response_format": maybe(form()),
            "n": maybe(json!({"type": "integer", "minimum": 1, "maximum": MOST_CHOICES})),
        }),
    )
}

/// A line of the conversation.
fn line() -> Value {
    let said = |parts: Vec<Value>| json!({"anyOf": [text(), list(one_of(parts))]});
    one_of(vec![
        object(
            &["role", "content"],
            json!({"role": words(&["system", "developer"]), "content": said(vec![text_part()])}),
        ),
        object(
            &["role", "content"],
            json!({"role": constant("user"), "content": said(parts())}),
        ),
        object(
            &["role"],
            json!({
                "role": constant("assistant"),
                "content": maybe(said(parts())),
                "refusal": maybe(text()),
                "tool_calls": maybe(list(call())),
                "reasoning_content": maybe(text()),
                "reasoning": maybe(text()),
                "reasoning_details": maybe(list(one_of(vec![
                    object(&["type"], json!({"type": constant("reasoning.text"), "signature": maybe(text())})),
                    object(&["type"], json!({"type": constant("reasoning.encrypted"), "data": maybe(text())})),
                ]))),
            }),
        ),
        object(
            &["role", "content", "tool_call_id"],
            json!({
                "role": constant("tool"),
                "tool_call_id": name("call_1"),
                "content": said(vec![text_part()]),
            }),
        ),
    ])
}

fn text_part() -> Value {
    object(
        &["type"],
        json!({"type": constant("text"), "text": maybe(text())}),
    )
}

fn parts() -> Vec<Value> {
    let picture = json!({
        "url": {"type": "string", "minLength": 1, "example": "https://example.com/picture.png"},
        "detail": maybe(json!({"type": "string", "example": "auto"})),
    });
    vec![
        text_part(),
        object(
            &["type", "image_url"],
            json!({"type": constant("image_url"), "image_url": object(&["url"], picture)}),
        ),
        object(
            &["type"],
            json!({"type": constant("refusal"), "refusal": maybe(text())}),
        ),
        own(&["file", "input_audio", "video_url"]),
    ]
}

fn call() -> Value {
    let google = object(&[], json!({"thought_signature": maybe(text())}));
    object(
        &["id", "function"],
        json!({
            "id": name("call_1"),
            "type": maybe(constant("function")),
            "index": {"example": 0},
            "function": object(&["name"], json!({"name": name("weather"), "arguments": maybe(text())})),
            "extra_content": maybe(object(&[], json!({"google": maybe(google)}))),
        }),
    )
}

fn tool() -> Value {
    let function = json!({
        "name": name("weather"),
        "description": maybe(text()),
        "parameters": maybe(any_object()),
        "strict": flag(),
    });
    object(
        &["type", "function"],
        json!({"type": constant("function"), "function": object(&["name"], function)}),
    )
}

fn form() -> Value {
    let schema = json!({"name": name("city"), "strict": flag(), "schema": any_object()});
    one_of(vec![
        object(&["type"], json!({"type": words(&["text", "json_object"])})),
        object(
            &["type", "json_schema"],
            json!({
                "type": constant("json_schema"),
                "json_schema": object(&["name", "schema"], schema),
            }),
        ),
    ])
}

/// A whole answer.
pub(crate) fn answer() -> Value {
    let message = json!({
        "role": constant("assistant"),
        "content": maybe(text()),
        "refusal": {"type": "null"},
        "reasoning_content": text(),
        "reasoning_details": list(any_object()),
        "tool_calls": list(call()),
    });
    let choice = json!({
        "index": {"type": "integer"},
        "message": object(&["role", "content", "refusal"], message),
        "logprobs": maybe(any_object()),
        "finish_reason": reasons(),
    });
    let choice = object(&["index", "message", "finish_reason"], choice);
    let mut named = head("chat.completion");
    named["choices"] = list(choice);
    named["usage"] = usage();
    object(&["id", "object", "created", "model", "choices"], named)
}

/// The data of an event.
pub(crate) fn chunk() -> Value {
    let choice = json!({
        "index": {"type": "integer"},
        "delta": any_object(),
        "logprobs": maybe(any_object()),
        "finish_reason": maybe(reasons()),
    });
    let choice = object(&["index", "delta", "finish_reason"], choice);
    let mut named = head("chat.completion.chunk");
    named["choices"] = list(choice);
    named["usage"] = maybe(usage());
    object(&["id", "object", "created", "model", "choices"], named)
}

fn head(kind: &str) -> Value {
    json!({
        "id": text(),
        "object": constant(kind),
        "created": {"type": "integer"},
        "model": text(),
    })
}

fn reasons() -> Value {
    words(&["stop", "length", "tool_calls", "content_filter"])
}

fn usage() -> Value {
    let number = json!({"type": "integer", "minimum": 0});
    let counts = json!({
        "prompt_tokens": number,
        "completion_tokens": number,
        "total_tokens": number,
        "prompt_tokens_details": any_object(),
        "completion_tokens_details": any_object(),
        "details": any_object(),
    });
    object(
        &["prompt_tokens", "completion_tokens", "total_tokens"],
        counts,
    )
}

/// A refusal.
pub(crate) fn refusal() -> Value {
    let error = json!({
        "message": text(),
        "type": text(),
        "param": maybe(text()),
        "code": maybe(text()),
    });
    let error = object(&["message", "type", "param", "code"], error);
    object(&["error"], json!({"error": error}))
}

/// Request and answer of embeddings.
pub(crate) fn embeddings() -> (Value, Value) {
    let token = json!({"type": "integer", "minimum": 0, "maximum": u32::MAX});
    let tokens = json!({"type": "array", "minItems": 1, "items": token});
    let filled = json!({"type": "string", "minLength": 1});
    let several =
        |items: Value| json!({"type": "array", "minItems": 1, "maxItems": 2048, "items": items});
    let request = json!({
        "model": name("vectors"),
        "input": {"anyOf": [text(), several(filled), several(token), several(tokens)]},
        "dimensions": count(),
        "encoding_format": maybe(words(&["float", "base64"])),
    });
    let vector = json!({"anyOf": [list(json!({"type": "number"})), text()]});
    let datum = json!({
        "object": constant("embedding"),
        "index": {"type": "integer"},
        "embedding": vector,
    });
    let number = json!({"type": "integer", "minimum": 0});
    let counts = json!({"prompt_tokens": number, "total_tokens": number});
    let answer = json!({
        "object": constant("list"),
        "data": list(object(&["object", "index", "embedding"], datum)),
        "model": text(),
        "usage": object(&["prompt_tokens", "total_tokens"], counts),
    });
    (
        object(&["model", "input"], request),
        object(&["object", "data", "model", "usage"], answer),
    )
}
