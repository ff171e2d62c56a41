//! Requests that are handed on as they came.

use crate::{DIALECTS, DOORS, golden};
use std::fs;
use wire::Dialect;
use wire::chat::To;
use wire::door::Door;
use wire::openai::Peer;

const TO: To<'_> = To {
    model: "model-1",
    max_output: Some(500),
};

fn passed(door: Door, body: &str, dialect: Dialect, to: To<'_>) -> String {
    let passed = door.pass(body.as_bytes(), dialect, to).unwrap().unwrap();
    String::from_utf8(passed).unwrap()
}

#[test]
fn only_a_target_of_the_same_dialect_is_handed_the_request() {
    for (name, door) in DOORS {
        for (target, dialect) in DIALECTS {
            let same = name == target || (name == "openai" && target == "compatible");
            let passed = door.pass(b"{}", dialect, TO).unwrap();
            assert_eq!(passed.is_some(), same, "{name} to {target}");
            assert_eq!(door.speaks(dialect), same, "{name} to {target}");
        }
    }
}

#[test]
fn only_what_must_change_changes() {
    let openai = Dialect::OpenAi(Peer::OpenAi);
    let compatible = Dialect::OpenAi(Peer::Compatible);
    let table = [
        (
            Door::OpenAi,
            openai,
            r#"{"z":1.50,"model":"fast","messages":[ {"b":1,"a":null} ],"x_new":{"k":[1e400]}}"#,
            r#"{"z":1.50,"model":"model-1","messages":[ {"b":1,"a":null} ],"x_new":{"k":[1e400]},"stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":500}"#,
        ),
        (
            Door::OpenAi,
            compatible,
            r#"{"stream":false,"stream_options":{"odd":1},"model":"fast","max_tokens":900}"#,
            r#"{"stream":true,"stream_options":{"odd":1,"include_usage":true},"model":"model-1","max_tokens":500}"#,
        ),
        (
            Door::OpenAi,
            compatible,
            r#"{"model":"fast","max_tokens":400,"max_completion_tokens":900}"#,
            r#"{"model":"model-1","max_tokens":400,"max_completion_tokens":500,"stream":true,"stream_options":{"include_usage":true}}"#,
        ),
        (
            Door::OpenAi,
            Dialect::OpenAi(Peer::Mistral),
            r#"{"model":"fast","stream_options":{"include_usage":true},"safe_prompt":true}"#,
            r#"{"model":"model-1","safe_prompt":true,"stream":true,"max_tokens":500}"#,
        ),
        (
            Door::Responses,
            Dialect::Responses(Peer::OpenAi),
            r#"{"model":"fast","input":"a","tools":[{"type":"odd"}],"max_output_tokens":null}"#,
            r#"{"model":"model-1","input":"a","tools":[{"type":"odd"}],"max_output_tokens":500,"stream":true}"#,
        ),
        (
            Door::Anthropic,
            Dialect::Anthropic,
            r#"{"model":"fast","max_tokens":300,"messages":[{"cache_control":{"type":"ephemeral"}}]}"#,
            r#"{"model":"model-1","max_tokens":300,"messages":[{"cache_control":{"type":"ephemeral"}}],"stream":true}"#,
        ),
        (
            Door::Gemini,
            Dialect::Gemini,
            r#"{"contents":[],"generation_config":{"max_output_tokens":900,"topK":3},"safetySettings":[]}"#,
            r#"{"contents":[],"generation_config":{"max_output_tokens":500,"topK":3},"safetySettings":[]}"#,
        ),
    ];
    for (door, dialect, body, expected) in table {
        assert_eq!(passed(door, body, dialect, TO), expected);
    }
}

/// What is changed here must be what is read there.
#[test]
fn nothing_gets_past_by_being_said_twice() {
    let openai = Dialect::OpenAi(Peer::OpenAi);
    let table = [
        (Door::OpenAi, openai, r#"{"model":"a","model":"dear"}"#),
        (
            Door::Anthropic,
            Dialect::Anthropic,
            r#"{"max_tokens":1,"model":"a","max_tokens":99999}"#,
        ),
        (
            Door::Gemini,
            Dialect::Gemini,
            r#"{"generationConfig":{},"generation_config":{"maxOutputTokens":99999}}"#,
        ),
        (
            Door::Gemini,
            Dialect::Gemini,
            r#"{"generationConfig":{"maxOutputTokens":1,"max_output_tokens":99999}}"#,
        ),
        (
            Door::Gemini,
            Dialect::Gemini,
            r#"{"generationConfig":{"maxOutputTokens":1,"maxOutputTokens":99999}}"#,
        ),
    ];
    for (door, dialect, body) in table {
        assert!(door.pass(body.as_bytes(), dialect, TO).is_err(), "{body}");
        assert!(door.read(crate::PATH, body.as_bytes()).is_err(), "{body}");
    }
}

/// Servers written in Go read names without looking at capitals.
#[test]
fn nothing_gets_past_in_capitals() {
    let compatible = Dialect::OpenAi(Peer::Compatible);
    for name in [
        "Model",
        "MODEL",
        "Max_Tokens",
        "max_to\u{212a}ens",
        "\u{17f}tream",
        "N",
    ] {
        let body = format!(r#"{{"model":"a","{name}":1}}"#);
        let passed = Door::OpenAi.pass(body.as_bytes(), compatible, TO);
        assert!(passed.is_err(), "{name}");
    }
    let gemini = r#"{"generationConfig":{"MAXOUTPUTTOKENS":9}}"#;
    let passed = Door::Gemini.pass(gemini.as_bytes(), Dialect::Gemini, TO);
    assert!(passed.is_err());
    let other = passed_on(r#"{"model":"a","Messages":1,"modal":2}"#, compatible);
    assert!(other.contains(r#""Messages":1,"modal":2"#));
}

fn passed_on(body: &str, dialect: Dialect) -> String {
    passed(Door::OpenAi, body, dialect, TO)
}

#[test]
fn without_a_limit_of_the_target_none_is_added() {
    let to = To {
        max_output: None,
        ..TO
    };
    for (name, door) in DOORS {
        let (_, dialect) = DIALECTS
            .into_iter()
            .find(|(target, _)| name == *target)
            .unwrap();
        let passed = passed(door, r#"{"model":"a"}"#, dialect, to);
        assert!(
            !passed.contains("max") && !passed.contains("null"),
            "{passed}"
        );
    }
}

/// What the reader reads of a request is what it reads of the same request handed on.
#[test]
fn a_request_that_was_handed_on_still_asks_the_same() {
    let to = To {
        max_output: None,
        ..TO
    };
    for (folder, door) in DOORS {
        let (_, dialect) = DIALECTS
            .into_iter()
            .find(|(target, _)| folder == *target)
            .unwrap();
        for name in golden::requests(folder) {
            let file = golden::file(&format!("{folder}/{name}.request.json"));
            let body = fs::read_to_string(file).unwrap();
            let before = door.read(crate::PATH, body.as_bytes()).unwrap();
            let after = passed(door, &body, dialect, to);
            let after = door.read(crate::PATH, after.as_bytes()).unwrap();
            assert_eq!(before.request, after.request, "{folder}/{name}");
            assert!(after.stream && after.include_usage);
        }
    }
}
