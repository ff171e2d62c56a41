//! Providers keep the beginning of a prompt in a cache of theirs, and meet it again only where it is
//! the same: a conversation that goes on is sent as it was, with more behind it.

use serde_json::{Map, Value};
use wire::Dialect;
use wire::chat::{ChatRequest, Message, Part, Speaker, To, Tool, ToolCall, ToolResult};
use wire::openai::Peer;

/// Dialect, model, and where the lines are.
const DIALECTS: [(Dialect, &str, &str); 6] = [
    (Dialect::OpenAi(Peer::OpenAi), "m", "messages"),
    (Dialect::OpenAi(Peer::Mistral), "m", "messages"),
    (Dialect::Responses(Peer::OpenAi), "m", "input"),
    (Dialect::Anthropic, "claude-opus-5", "messages"),
    (Dialect::Gemini, "gemini-3.1-pro-preview", "contents"),
    (Dialect::Bedrock, "anthropic.claude-opus-5", "messages"),
];

fn conversation(turns: usize) -> ChatRequest {
    let mut messages = Vec::new();
    for turn in 0..turns {
        let id = format!("call_{turn}");
        let call = ToolCall {
            id: id.clone(),
            name: "f".into(),
            arguments: r#"{"x":1}"#.into(),
            seal: None,
        };
        let result = ToolResult {
            id,
            name: "f".into(),
            text: "7".into(),
            failed: false,
        };
        messages.push(Message::text(Speaker::User, format!("Question {turn}")));
        messages.push(Message {
            speaker: Speaker::Assistant,
            parts: vec![Part::Text("I look.".into()), Part::ToolCall(call)],
        });
        messages.push(Message {
            speaker: Speaker::User,
            parts: vec![Part::ToolResult(result)],
        });
        messages.push(Message::text(Speaker::Assistant, format!("Answer {turn}")));
    }
    messages.push(Message::text(Speaker::User, "And now?"));
    ChatRequest {
        system: vec!["Be brief.".into()],
        messages,
        tools: vec![Tool {
            name: "f".into(),
            description: String::new(),
            parameters: serde_json::json!({"type": "object"}).into(),
            strict: false,
        }],
        ..ChatRequest::default()
    }
}

/// The body without marks: where they stand changes nothing of what is kept.
fn unmarked(value: Value) -> Value {
    match value {
        Value::Array(list) => {
            let kept = list
                .into_iter()
                .filter(|item| item.get("cachePoint").is_none());
            kept.map(unmarked).collect()
        }
        Value::Object(object) => {
            let kept = object
                .into_iter()
                .filter(|(name, _)| name != "cache_control");
            Value::Object(kept.map(|(name, value)| (name, unmarked(value))).collect())
        }
        value => value,
    }
}

fn sent(dialect: Dialect, model: &str, turns: usize) -> (String, Map<String, Value>) {
    let to = To {
        model,
        max_output: None,
    };
    let body = dialect.encode(&conversation(turns), to).body;
    let text = String::from_utf8(body.clone()).unwrap();
    let Value::Object(body) = unmarked(serde_json::from_slice(&body).unwrap()) else {
        unreachable!("{text}");
    };
    (text, body)
}

#[test]
fn a_conversation_that_goes_on_begins_as_it_did() {
    for (dialect, model, lines) in DIALECTS {
        let mut last: Option<(Vec<Value>, Map<String, Value>)> = None;
        for turns in 0..4 {
            let (_, mut body) = sent(dialect, model, turns);
            let Some(Value::Array(mut now)) = body.remove(lines) else {
                unreachable!("{dialect:?}");
            };
            if let Some((before, rest)) = last {
                assert!(now.starts_with(&before), "{dialect:?} after {turns} turns");
                assert_eq!(body, rest, "{dialect:?}");
            }
            // The question itself is another one each time.
            now.pop();
            last = Some((now, body));
        }
    }
}

#[test]
fn no_more_marks_are_set_than_a_provider_takes() {
    for turns in 0..4 {
        let (anthropic, _) = sent(Dialect::Anthropic, "claude-opus-5", turns);
        let marks = anthropic.matches("cache_control").count();
        assert!((3..=4).contains(&marks), "{marks}");
        let (bedrock, _) = sent(Dialect::Bedrock, "anthropic.claude-opus-5", turns);
        let marks = bedrock.matches("cachePoint").count();
        assert!((2..=4).contains(&marks), "{marks}");
    }
}
