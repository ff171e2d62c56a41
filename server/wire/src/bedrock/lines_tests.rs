//! The order of lines and blocks, and what never gets into them.

use super::{Line, encode_lines, ends_in_bare_call};
use crate::bedrock::model::Model;
use crate::chat::{Dropped, Image, Message, Part, Reasoning, Speaker, ToolCall, ToolResult};
use crate::claude::Generation;
use serde_json::{Value, json};

const MODEL: Model = Model::Claude(Generation(4, 6));

fn encoded(messages: &[Message], model: Model) -> (Value, Vec<Dropped>) {
    let mut dropped = Vec::new();
    let lines = encode_lines(messages, model, &mut dropped);
    let lines: Vec<Value> = lines.into_iter().map(Line::into_value).collect();
    (lines.into(), dropped)
}

fn user(parts: Vec<Part>) -> Message {
    Message {
        speaker: Speaker::User,
        parts,
    }
}

fn assistant(parts: Vec<Part>) -> Message {
    Message {
        speaker: Speaker::Assistant,
        parts,
    }
}

fn call(id: &str, arguments: &str) -> Part {
    Part::ToolCall(ToolCall {
        id: id.into(),
        name: "f".into(),
        arguments: arguments.into(),
        seal: None,
    })
}

fn result(id: &str, text: &str, failed: bool) -> Part {
    Part::ToolResult(ToolResult {
        id: id.into(),
        name: "f".into(),
        text: text.into(),
        failed,
    })
}

fn reasoning(seal: Option<&str>, redacted: bool) -> Part {
    Part::Reasoning(Reasoning {
        text: if redacted { "" } else { "Hm." }.into(),
        seal: seal.map(str::to_owned),
        redacted,
    })
}

#[test]
fn lines_alternate_begin_with_the_person_and_are_never_blank() {
    let (lines, dropped) = encoded(
        &[
            Message::text(Speaker::User, " \n"),
            Message::text(Speaker::Assistant, "Hi."),
            Message::text(Speaker::User, "a"),
            Message::text(Speaker::Assistant, ""),
            Message::text(Speaker::User, "b"),
        ],
        MODEL,
    );
    assert_eq!(
        lines,
        json!([
            {"role": "user", "content": [{"text": "."}]},
            {"role": "assistant", "content": [{"text": "Hi."}]},
            {"role": "user", "content": [{"text": "a"}, {"text": "b"}]}
        ])
    );
    assert_eq!(dropped, []);
    assert_eq!(encoded(&[], MODEL).0, json!([]));
}

#[test]
fn results_come_first_in_their_line_even_across_merged_ones() {
    let (lines, _) = encoded(
        &[
            user(vec![Part::Text("first".into()), result("a", "1", false)]),
            user(vec![result("b", "", false), result("c", " ", true)]),
        ],
        MODEL,
    );
    assert_eq!(
        lines[0]["content"],
        json!([
            {"toolResult": {"toolUseId": "a", "content": [{"text": "1"}], "status": "success"}},
            {"toolResult": {"toolUseId": "b", "content": [], "status": "success"}},
            {"toolResult": {"toolUseId": "c", "content": [{"text": "failed"}], "status": "error"}},
            {"text": "first"}
        ])
    );
}

#[test]
fn a_model_that_knows_no_status_is_not_sent_one() {
    let (lines, dropped) = encoded(&[user(vec![result("a", "no", true)])], Model::Other);
    assert_eq!(
        lines[0]["content"],
        json!([{"toolResult": {"toolUseId": "a", "content": [{"text": "no"}]}}])
    );
    assert_eq!(dropped, [Dropped("tool failure")]);
}

#[test]
fn arguments_are_an_object_whatever_they_were() {
    let table = [
        (r#"{"x":1}"#, json!({"x": 1}), false),
        ("", json!({}), false),
        ("{}", json!({}), false),
        ("[1]", json!({}), true),
        ("null", json!({}), true),
        ("{\"x\":", json!({}), true),
    ];
    for (arguments, input, is_told) in table {
        let (lines, dropped) = encoded(&[assistant(vec![call("a", arguments)])], MODEL);
        assert_eq!(lines[1]["content"][0]["toolUse"]["input"], input);
        let told = dropped == [Dropped("tool call arguments")];
        assert_eq!(told, is_told, "{arguments}");
    }
}

#[test]
fn ids_of_other_providers_fit_and_still_match() {
    let long = "x".repeat(80) + "7";
    for (id, sent) in [("functions.f:0", "functions_f_0"), (&long, &long[17..])] {
        let messages = [
            assistant(vec![call(id, "")]),
            user(vec![result(id, "", false)]),
        ];
        let (lines, _) = encoded(&messages, MODEL);
        assert_eq!(lines[1]["content"][0]["toolUse"]["toolUseId"], *sent);
        assert_eq!(lines[2]["content"][0]["toolResult"]["toolUseId"], *sent);
    }
}

#[test]
fn what_cannot_be_carried_is_told() {
    let image = |kind: &str| {
        Part::Image(Image::Inline {
            media_type: kind.into(),
            base64: "AA==".into(),
        })
    };
    let table = [
        (user(vec![image("image/tiff")]), "image type"),
        (
            user(vec![Part::Image(Image::Url("https://x.example/a".into()))]),
            "image url",
        ),
        (assistant(vec![image("image/png")]), "assistant image"),
        (assistant(vec![reasoning(None, false)]), "reasoning"),
        (user(vec![reasoning(Some("s"), false)]), "reasoning"),
    ];
    for (message, name) in table {
        let (lines, dropped) = encoded(&[message], MODEL);
        assert_eq!((lines, dropped), (json!([]), vec![Dropped(name)]));
    }
    let sealed = [assistant(vec![reasoning(Some("s"), false)])];
    assert_eq!(encoded(&sealed, MODEL).1, []);
    assert_eq!(encoded(&sealed, Model::Nova).1, [Dropped("reasoning")]);
}

#[test]
fn a_call_given_back_without_its_reasoning_is_noticed() {
    let ends = |first: Vec<Part>, last: Part| {
        let messages = [assistant(first), user(vec![last])];
        ends_in_bare_call(&encode_lines(&messages, MODEL, &mut Vec::new()))
    };
    let done = || result("a", "1", false);
    assert!(ends(vec![call("a", "")], done()));
    assert!(ends(vec![reasoning(None, false), call("a", "")], done()));
    assert!(!ends(
        vec![reasoning(Some("s"), false), call("a", "")],
        done()
    ));
    assert!(!ends(
        vec![reasoning(Some("s"), true), call("a", "")],
        done()
    ));
    assert!(!ends(vec![call("a", "")], Part::Text("never mind".into())));
}
