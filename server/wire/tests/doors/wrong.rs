//! Wrong input: one error that names the field in plain words, and nothing of what was sent.

use crate::{DOORS, PATH};
use proptest::prelude::*;
use wire::door::Door;

const OPENAI: [(&str, &str); 19] = [
    ("[]", "the body must be an object"),
    (
        "{",
        "the body is not JSON; reading stopped at line 1, column 1",
    ),
    (
        r#"{"model":"a","model":"b"}"#,
        "a field is given twice in one object",
    ),
    (r#"{"messages":[]}"#, "model: is required"),
    (r#"{"model":7}"#, "model: must be a text"),
    (r#"{"model":"m"}"#, "messages: is required"),
    (r#"{"model":"m","messages":{}}"#, "messages: must be a list"),
    (
        r#"{"model":"m","messages":[]}"#,
        "messages: must hold a line that is not an instruction",
    ),
    (
        r#"{"model":"m","stream":"yes"}"#,
        "stream: must be true or false",
    ),
    (
        r#"{"model":"m","messages":["a"]}"#,
        "messages[0]: must be an object",
    ),
    (
        r#"{"model":"m","messages":[{"role":"user","content":7}]}"#,
        "messages[0].content: must be a text or a list of parts",
    ),
    (
        r#"{"model":"m","messages":[{"role":"robot"}]}"#,
        "messages[0].role: must be one of `system`, `developer`, `user`, `assistant`, `tool`",
    ),
    (
        r#"{"model":"m","messages":[{"role":"user","content":[{"type":"odd"}]}]}"#,
        "messages[0].content[0].type: must be `text` or `image_url`",
    ),
    (
        r#"{"model":"m","messages":[{"role":"tool","tool_call_id":"x","content":""}]}"#,
        "messages[0].tool_call_id: names no call that came before it",
    ),
    (
        r#"{"model":"m","messages":[{"role":"user","content":"a"}],"temperature":3}"#,
        "temperature: must be a number from 0 to 2",
    ),
    (
        r#"{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":0}"#,
        "max_tokens: must be a whole number from 1",
    ),
    (
        r#"{"model":"m","messages":[{"role":"user","content":"a"}],"n":9}"#,
        "n: must be 8 at most",
    ),
    (
        r#"{"model":"m","messages":[{"role":"user","content":"a"}],"functions":[{}]}"#,
        "functions: is no longer understood; use `tools`",
    ),
    (
        r#"{"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"custom"}]}"#,
        "tools[0].type: must be `function`",
    ),
];

const OTHERS: [(Door, &str, &str); 10] = [
    (Door::Responses, r#"{"model":"m"}"#, "input: is required"),
    (
        Door::Responses,
        r#"{"model":"m","input":[{"type":"item_reference","id":"x"}]}"#,
        "input[0].type: must be `message`, `reasoning`, `function_call` or `function_call_output`",
    ),
    (
        Door::Responses,
        r#"{"model":"m","input":"a","background":true}"#,
        "background: must be false: answers are given while the program waits",
    ),
    (
        Door::Responses,
        r#"{"model":"m","input":"a","tools":[{"type":"web_search"}]}"#,
        "tools[0].type: must be `function`: tools that a provider runs itself are not offered here",
    ),
    (
        Door::Anthropic,
        r#"{"model":"m"}"#,
        "max_tokens: is required",
    ),
    (
        Door::Anthropic,
        r#"{"model":"m","max_tokens":9,"messages":[{"role":"robot","content":"a"}]}"#,
        "messages[0].role: must be `user`, `assistant` or `system`",
    ),
    (
        Door::Anthropic,
        r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"odd"}]}]}"#,
        "messages[0].content[0].type: must be `text`, `image`, `thinking`, `redacted_thinking`, \
         `tool_use` or `tool_result`",
    ),
    (Door::Gemini, "{}", "contents: is required"),
    (
        Door::Gemini,
        r#"{"contents":[{"parts":[{"executableCode":{}}]}]}"#,
        "contents[0].parts[0]: must hold `text`, `inlineData`, `fileData`, `functionCall` or \
         `functionResponse`",
    ),
    (
        Door::Gemini,
        r#"{"contents":[{"parts":[{"text":"a"}]}],"cachedContent":"x"}"#,
        "cachedContent: cannot be carried: the lines in it are not known here",
    ),
];

#[test]
fn every_complaint_names_its_field() {
    let openai = OPENAI.map(|(body, said)| (Door::OpenAi, body, said));
    for (door, body, said) in openai.into_iter().chain(OTHERS) {
        let wrong = door.read(PATH, body.as_bytes()).unwrap_err();
        assert_eq!(wrong.to_string(), said, "{door:?} {body}");
    }
    let wrong = Door::Gemini.read("/v1/other", b"{}").unwrap_err();
    assert!(wrong.field.is_none());
}

#[test]
fn a_complaint_repeats_nothing_of_what_was_sent() {
    let body = r#"{"model":"m","messages":[{"role":"s3cret","content":"s3cret"}]}"#;
    for (_, door) in DOORS {
        let wrong = door.read(PATH, body.as_bytes()).unwrap_err();
        assert!(!wrong.to_string().contains("s3cret"));
    }
}

/// JSON of any shape whose names are those that readers look for.
fn shapes() -> impl Strategy<Value = serde_json::Value> {
    let names = prop::sample::select(vec![
        "model",
        "messages",
        "role",
        "content",
        "type",
        "text",
        "tool_calls",
        "function",
        "name",
        "arguments",
        "id",
        "input",
        "contents",
        "parts",
        "functionCall",
        "functionResponse",
        "response",
        "max_tokens",
        "thinking",
        "tools",
        "tool_choice",
        "image_url",
        "url",
        "source",
        "generationConfig",
        "system",
        "stop",
        "output",
        "call_id",
        "tool_use_id",
    ]);
    let words = prop::sample::select(vec![
        "user",
        "assistant",
        "tool",
        "text",
        "function",
        "tool_use",
        "tool_result",
        "message",
        "reasoning",
        "function_call",
        "image_url",
        "data:image/png;base64,aa",
        "",
        "model",
        "auto",
    ]);
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        words.prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::Array),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..300)) {
        for (_, door) in DOORS {
            let _ = door.read(PATH, &body);
        }
    }

    #[test]
    fn any_shape_is_read_or_refused(body in shapes()) {
        for (_, door) in DOORS {
            let mut body = body.clone();
            if let Some(body) = body.as_object_mut() {
                body.insert("model".into(), "m".into());
                body.insert("max_tokens".into(), 9.into());
            }
            match door.read(PATH, body.to_string().as_bytes()) {
                Ok(asked) => prop_assert!(!asked.request.messages.is_empty()),
                Err(wrong) => prop_assert!(!wrong.reason.is_empty()),
            }
        }
    }
}
