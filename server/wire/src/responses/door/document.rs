//! Responses as JSON Schema.

use crate::door::document::{
    any_object, constant, count, effort, flag, list, maybe, name, number, object, one_of, own,
    text, words,
};
use serde_json::{Value, json};

/// A request.
pub(crate) fn request() -> Value {
    let items = json!({"type": "array", "minItems": 1, "items": one_of(items())});
    let reasoning = json!({
        "effort": effort(),
        "summary": {"example": "auto"},
        "generate_summary": {"example": "auto"},
    });
    object(
        &["model", "input"],
        json!({
            "model": name("fast"),
            "input": {"anyOf": [text(), items]},
            "instructions": maybe(text()),
            "stream": flag(),
            "max_output_tokens": count(),
            "temperature": number(0.0, 2.0),
            "top_p": number(0.0, 1.0),
            "parallel_tool_calls": flag(),
            "reasoning": maybe(object(&[], reasoning)),
            "text": maybe(object(&[], json!({"format": maybe(form())}))),
            "tools": maybe(list(tool())),
            "tool_choice": maybe(one_of(vec![
                words(&["auto", "none", "required"]),
                object(&["type", "name"], json!({"type": constant("function"), "name": name("weather")})),
            ])),
            "previous_response_id": maybe(json!({"type": "string", "example": "resp_1"})),
            "store": flag(),
            "background": maybe(json!({"type": "boolean", "const": false})),
            "include": maybe(list(json!({"type": "string", "example": "reasoning.encrypted_content"}))),
            "metadata": maybe(any_object()),
        }),
    )
}

/// An item of the conversation, with the names and states that answers carry.
fn item(required: &[&str], mut properties: Value) -> Value {
    for name in ["id", "status", "phase"] {
        properties[name] = json!({"example": "msg_1"});
    }
    object(required, properties)
}

fn items() -> Vec<Value> {
    let kind = || maybe(constant("message"));
    let instruction = json!({"anyOf": [text(), list(text_part())]});
    let content = json!({"anyOf": [text(), list(one_of(parts()))]});
    let told = json!({"anyOf": [text(), list(object(&["type"], json!({
        "type": constant("input_text"), "text": maybe(text()),
    })))]});
    let summary = || {
        maybe(list(
            json!({"example": {"type": "summary_text", "text": "Hm."}}),
        ))
    };
    vec![
        item(
            &["role", "content"],
            json!({"type": kind(), "role": words(&["system", "developer"]), "content": instruction}),
        ),
        item(
            &["role", "content"],
            json!({"type": kind(), "role": words(&["user", "assistant"]), "content": content}),
        ),
        item(
            &["type", "call_id", "name"],
            json!({
                "type": constant("function_call"),
                "call_id": name("call_1"),
                "name": name("weather"),
                "arguments": maybe(text()),
            }),
        ),
        item(
            &["type", "call_id", "output"],
            json!({
                "type": constant("function_call_output"),
                "call_id": name("call_1"),
                "output": told,
            }),
        ),
        item(
            &["type"],
            json!({
                "type": constant("reasoning"),
                "summary": summary(),
                "content": summary(),
                "encrypted_content": maybe(text()),
            }),
        ),
    ]
}

fn text_part() -> Value {
    let kinds = words(&["input_text", "output_text"]);
    object(&["type"], json!({"type": kinds, "text": maybe(text())}))
}

fn parts() -> Vec<Value> {
    let picture = json!({
        "type": constant("input_image"),
        "image_url": {"type": "string", "minLength": 1, "example": "https://example.com/picture.png"},
        "detail": maybe(json!({"type": "string", "example": "auto"})),
    });
    vec![
        text_part(),
        object(&["type", "image_url"], picture),
        object(
            &["type"],
            json!({"type": constant("refusal"), "refusal": maybe(text())}),
        ),
        own(&["input_file"]),
    ]
}

fn tool() -> Value {
    object(
        &["type", "name"],
        json!({
            "type": constant("function"),
            "name": name("weather"),
            "description": maybe(text()),
            "parameters": maybe(any_object()),
            "strict": flag(),
        }),
    )
}

fn form() -> Value {
    one_of(vec![
        object(&["type"], json!({"type": words(&["text", "json_object"])})),
        object(
            &["type", "name", "schema"],
            json!({
                "type": constant("json_schema"),
                "name": name("city"),
                "strict": flag(),
                "schema": any_object(),
            }),
        ),
    ])
}

/// A whole answer, as it stands at its end and in events.
pub(crate) fn answer() -> Value {
    let status = words(&["in_progress", "completed", "incomplete", "failed"]);
    let output = object(
        &["type"],
        json!({
            "type": words(&["message", "reasoning", "function_call"]),
            "id": text(),
        }),
    );
    object(
        &[
            "id",
            "object",
            "created_at",
            "model",
            "status",
            "output",
            "usage",
            "error",
        ],
        json!({
            "id": text(),
            "object": constant("response"),
            "created_at": {"type": "integer"},
            "model": text(),
            "status": status,
            "output": list(output),
            "error": maybe(any_object()),
            "incomplete_details": maybe(any_object()),
            "usage": maybe(usage()),
            "instructions": maybe(text()),
            "metadata": maybe(any_object()),
            "store": flag(),
            "tools": list(any_object()),
        }),
    )
}

fn usage() -> Value {
    let number = json!({"type": "integer", "minimum": 0});
    let counts = json!({
        "input_tokens": number,
        "output_tokens": number,
        "total_tokens": number,
        "input_tokens_details": any_object(),
        "output_tokens_details": any_object(),
        "details": any_object(),
    });
    object(&["input_tokens", "output_tokens", "total_tokens"], counts)
}

/// The data of an event.
pub(crate) fn event() -> Value {
    let number = json!({"type": "integer", "minimum": 0});
    object(
        &["type", "sequence_number"],
        json!({"type": text(), "sequence_number": number, "response": answer()}),
    )
}
