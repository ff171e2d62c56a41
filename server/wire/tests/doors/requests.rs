//! What programs ask, and how each provider is asked for it.

use crate::{DIALECTS, DOORS, PATH, golden};
use serde_json::{Map, Value, json};
use std::fs;
use wire::Dialect;
use wire::chat::To;
use wire::door::{Asked, Door};

/// The model that a provider is asked for: one with all abilities.
fn to(dialect: Dialect) -> To<'static> {
    To {
        model: match dialect {
            Dialect::Bedrock => "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            Dialect::Anthropic => "claude-sonnet-4-5",
            _ => "model-1",
        },
        max_output: None,
    }
}

fn sent(asked: &Asked) -> Value {
    let mut sent = Map::new();
    for (name, dialect) in DIALECTS {
        let encoded = dialect.encode(&asked.request, to(dialect));
        let body: Value = serde_json::from_slice(&encoded.body).unwrap();
        let dropped: Vec<&str> = encoded.dropped.iter().map(|what| what.0).collect();
        sent.insert(name.into(), json!({"body": body, "dropped": dropped}));
    }
    sent.into()
}

fn read(door: Door, name: &str) -> Asked {
    let body = fs::read(golden::file(name)).unwrap();
    door.read(PATH, &body).unwrap()
}

#[test]
fn every_request_is_sent_on_as_it_was_agreed() {
    let mut wrong = Vec::new();
    for (folder, door) in DOORS {
        for name in golden::requests(folder) {
            let asked = read(door, &format!("{folder}/{name}.request.json"));
            let told = json!({
                "alias": asked.alias,
                "stream": asked.stream,
                "include_usage": asked.include_usage,
                "previous": asked.previous,
                "store": asked.store,
                "echo": asked.echo,
                "left_out": asked.left_out.names(),
                "sent": sent(&asked),
            });
            let text = format!("{told:#}\n");
            wrong.extend(golden::difference(
                &format!("{folder}/{name}.sent.json"),
                &text,
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_question_means_the_same_at_every_door() {
    let questions = DOORS.map(|(folder, door)| {
        let mut request = read(door, &format!("{folder}/plain.request.json")).request;
        // Anthropic's programs have to set one.
        request.max_output = None;
        request
    });
    for question in &questions {
        assert_eq!(question, &questions[0]);
    }
}

/// Models fill fields in in the order of the schema: sorted, an answer would come before its reason.
#[test]
fn schemas_keep_the_order_of_their_fields_on_the_way_to_every_provider() {
    let schema = r#"{"type":"object","properties":{"why":{"type":"string"},"answer":{"type":"string"}},"required":["why","answer"]}"#;
    let bodies = [
        (
            Door::OpenAi,
            format!(
                r#"{{"model":"m","messages":[{{"role":"user","content":"a"}}],
                "tools":[{{"type":"function","function":{{"name":"f","parameters":{schema}}}}}],
                "response_format":{{"type":"json_schema","json_schema":{{"name":"n","schema":{schema}}}}}}}"#
            ),
        ),
        (
            Door::Responses,
            format!(
                r#"{{"model":"m","input":"a","tools":[{{"type":"function","name":"f","parameters":{schema}}}],
                "text":{{"format":{{"type":"json_schema","name":"n","schema":{schema}}}}}}}"#
            ),
        ),
        (
            Door::Anthropic,
            format!(
                r#"{{"model":"m","max_tokens":9,"messages":[{{"role":"user","content":"a"}}],
                "tools":[{{"name":"f","input_schema":{schema}}}],
                "output_config":{{"format":{{"type":"json_schema","schema":{schema}}}}}}}"#
            ),
        ),
    ];
    for (door, body) in bodies {
        let asked = door.read(PATH, body.as_bytes()).unwrap();
        for (name, dialect) in DIALECTS {
            let sent = dialect.encode(&asked.request, to(dialect)).body;
            let sent = String::from_utf8(sent).unwrap();
            let text = sent.replace(r#"\""#, "\"");
            assert_eq!(text.matches(schema).count(), 2, "{door:?} {name}: {sent}");
            let _: Value = serde_json::from_str(&sent).unwrap();
        }
    }
}

/// Documents and recordings: only a target of the same dialect can be handed the request.
#[test]
fn a_part_that_only_one_dialect_carries_is_told_and_never_lost() {
    let table = [
        (
            Door::OpenAi,
            r#"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Sum up"},
                {"type":"file","file":{"file_data":"data:application/pdf;base64,AA"}}]}]}"#,
            "messages[0].content[1].type: must be `text` or `image_url` for this model",
        ),
        (
            Door::Responses,
            r#"{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"Sum up"},
                {"type":"input_file","file_data":"AA"}]}]}"#,
            "input[0].content[1].type: must be `input_text` or `input_image` for this model",
        ),
        (
            Door::Anthropic,
            r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[
                {"type":"text","text":"Sum up"},{"type":"document","source":{"type":"text"}}]}]}"#,
            "messages[0].content[1].type: must be `text` or `image` for this model",
        ),
        (
            Door::Gemini,
            r#"{"contents":[{"parts":[{"text":"Sum up"},
                {"inlineData":{"mimeType":"application/pdf","data":"AA"}}]}]}"#,
            "contents[0].parts[1].inlineData.mimeType: must be of a picture, like `image/png`, for \
             this model",
        ),
    ];
    for (door, body, refusal) in table {
        let asked = door.read(PATH, body.as_bytes()).unwrap();
        let told = asked.left_out.as_is_only().unwrap();
        assert_eq!(told.to_string(), refusal);
        assert_eq!(asked.left_out.names().len(), 1);
        assert_eq!(asked.request.messages[0].parts.len(), 1);
        let (_, dialect) = DIALECTS
            .into_iter()
            .find(|(_, it)| door.speaks(*it))
            .unwrap();
        let passed = door
            .pass(body.as_bytes(), dialect, to(dialect))
            .unwrap()
            .unwrap();
        assert!(String::from_utf8(passed).unwrap().contains("AA") || door == Door::Anthropic);
    }
    let plain = br#"{"model":"m","messages":[{"role":"user","content":"a","name":"b"}]}"#;
    let plain = Door::OpenAi.read(PATH, plain).unwrap();
    assert!(plain.left_out.as_is_only().is_none());
}

#[test]
fn null_is_absence_and_defaults_are_not_told() {
    let body = br#"{"model":"m","messages":[{"role":"user","content":"a","name":null}],"n":null,
        "temperature":null,"tools":null,"stop":null,"stream":null,"logprobs":false,
        "logit_bias":{},"frequency_penalty":0.0,"user":""}"#;
    let asked = Door::OpenAi.read("", body).unwrap();
    assert!(asked.left_out.names().is_empty());
    assert!(!asked.stream && !asked.include_usage);
}
