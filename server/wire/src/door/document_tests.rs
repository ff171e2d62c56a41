//! The schemas against the readers: what is described is read, and what is read is described.

use super::document::{
    Described, OWN, describe_chat, describe_embeddings, describe_messages, describe_responses,
};
use super::{Door, read_embeddings};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    static LOOKED_AT: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Called by the reader of fields for each field it asks for.
pub(super) fn looked_at(path: &str) {
    LOOKED_AT.with(|seen| seen.borrow_mut().insert(placeless(path)));
}

/// `messages[2].role` as `messages[].role`.
fn placeless(path: &str) -> String {
    let mut inside = false;
    let keep = |letter: &char| {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            _ if inside => return false,
            _ => {}
        }
        true
    };
    path.chars().filter(keep).collect()
}

/// Examples that use every branch and every field of a schema at least once.
fn examples(schema: &Value) -> Vec<Value> {
    if schema[OWN] == true {
        return Vec::new();
    }
    for fixed in ["example", "const"] {
        if let Some(value) = schema.get(fixed) {
            return vec![value.clone()];
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.clone();
    }
    for branches in ["oneOf", "anyOf"] {
        if let Some(branches) = schema[branches].as_array() {
            return branches.iter().flat_map(examples).collect();
        }
    }
    match schema["type"].as_str() {
        Some("object") => objects(schema),
        Some("array") => vec![examples(&schema["items"]).into()],
        Some("integer" | "number") => vec![schema.get("minimum").cloned().unwrap_or(json!(1))],
        Some("boolean") => vec![true.into()],
        Some("null") => vec![Value::Null],
        Some("string") => vec!["Hello".into()],
        other => panic!("no example of {other:?}: {schema}"),
    }
}

/// As many objects as the field with the most examples has.
fn objects(schema: &Value) -> Vec<Value> {
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    let each = properties
        .iter()
        .map(|(name, inner)| (name, examples(inner)));
    let each: Vec<_> = each.filter(|(_, values)| !values.is_empty()).collect();
    let most = each.iter().map(|(_, values)| values.len()).max();
    let one = |at: usize| {
        let fields = each.iter().map(|(name, values)| {
            let value = values[at % values.len()].clone();
            ((*name).clone(), value)
        });
        Value::Object(fields.collect())
    };
    (0..most.unwrap_or(1)).map(one).collect()
}

/// Every field a schema names, as the reader's paths.
fn described(schema: &Value, path: &str, all: &mut BTreeSet<String>) {
    if schema[OWN] == true && schema["type"] != "object" {
        return;
    }
    for branches in ["oneOf", "anyOf"] {
        for branch in schema[branches].as_array().into_iter().flatten() {
            described(branch, path, all);
        }
    }
    if schema["type"] == "array" {
        described(&schema["items"], &format!("{path}[]"), all);
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{name}");
        described(inner, &path, all);
        all.insert(path);
    }
}

fn agree(schema: &Value, read: impl Fn(&[u8]) -> Vec<String>, refused: &[&str]) {
    LOOKED_AT.with(|seen| seen.borrow_mut().clear());
    for example in examples(schema) {
        let left_out = read(example.to_string().as_bytes());
        assert!(left_out.is_empty(), "{left_out:?} of {example}");
    }
    let mut known = LOOKED_AT.with(|seen| seen.borrow().clone());
    let mut told = BTreeSet::new();
    described(schema, "", &mut told);
    for name in refused {
        assert!(known.remove(*name), "{name} is not looked at");
    }
    let unread: Vec<_> = told.difference(&known).collect();
    assert!(unread.is_empty(), "described and not read: {unread:?}");
    let untold: Vec<_> = known.difference(&told).collect();
    assert!(untold.is_empty(), "read and not described: {untold:?}");
}

/// `refused`: fields that are refused whatever they hold, with words of their own.
fn agree_at(door: Door, described: &Described, refused: &[&str]) {
    let read = |body: &[u8]| {
        let asked = door.read("", body);
        let asked =
            asked.unwrap_or_else(|wrong| panic!("{wrong}: {}", String::from_utf8_lossy(body)));
        asked.left_out.names().to_vec()
    };
    agree(&described.request, read, refused);
}

#[test]
fn chat_completions_are_described_as_they_are_read() {
    // The last one is asked for by a reader that two languages share.
    let refused = [
        "functions",
        "function_call",
        "response_format.json_schema.type",
    ];
    agree_at(Door::OpenAi, &describe_chat(), &refused);
}

#[test]
fn responses_are_described_as_they_are_read() {
    agree_at(
        Door::Responses,
        &describe_responses(),
        &["conversation", "prompt"],
    );
}

#[test]
fn messages_are_described_as_they_are_read() {
    agree_at(Door::Anthropic, &describe_messages(), &[]);
}

#[test]
fn embeddings_are_described_as_they_are_read() {
    let read = |body: &[u8]| read_embeddings(body).unwrap().left_out.names().to_vec();
    agree(&describe_embeddings().0, read, &[]);
}
