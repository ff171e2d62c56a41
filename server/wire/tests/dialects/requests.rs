//! One conversation after another in every dialect, compared with committed bodies.
//!
//! `UPDATE_GOLDEN=1` writes what is sent now; the difference is then read by a person.

use serde_json::{Value, json};
use wire::Dialect;
use wire::chat::{
    AnswerForm, ChatRequest, Effort, Image, Message, Part, Reasoning, Speaker, To, Tool, ToolCall,
    ToolChoice, ToolResult,
};
use wire::openai::Peer;

/// Folder, dialect, and the model that is asked: names tell what a model would refuse.
const DIALECTS: [(&str, Dialect, &str); 8] = [
    ("openai", Dialect::OpenAi(Peer::OpenAi), "model-1"),
    ("compatible", Dialect::OpenAi(Peer::Compatible), "model-1"),
    ("mistral", Dialect::OpenAi(Peer::Mistral), "model-1"),
    ("responses", Dialect::Responses(Peer::OpenAi), "model-1"),
    ("anthropic", Dialect::Anthropic, "claude-sonnet-4-5"),
    ("anthropic_5", Dialect::Anthropic, "claude-opus-5"),
    ("gemini", Dialect::Gemini, "gemini-2.5-flash"),
    ("gemini_3", Dialect::Gemini, "gemini-3.1-pro-preview"),
];

fn line(speaker: Speaker, parts: Vec<Part>) -> Message {
    Message { speaker, parts }
}

fn asks(messages: Vec<Message>) -> ChatRequest {
    ChatRequest {
        messages,
        ..ChatRequest::default()
    }
}

fn call(id: &str, arguments: &str, seal: Option<&str>) -> Part {
    Part::ToolCall(ToolCall {
        id: id.into(),
        name: "weather".into(),
        arguments: arguments.into(),
        seal: seal.map(str::to_owned),
    })
}

fn result(id: &str, text: &str, failed: bool) -> Part {
    Part::ToolResult(ToolResult {
        id: id.into(),
        name: "weather".into(),
        text: text.into(),
        failed,
    })
}

fn weather(strict: bool) -> Tool {
    let city = json!({"type": "object", "properties": {"city": {"type": "string"}},
                      "required": ["city"]});
    Tool {
        name: "weather".into(),
        description: "The weather of a city.".into(),
        parameters: city.into(),
        strict,
    }
}

fn plain() -> ChatRequest {
    asks(vec![Message::text(Speaker::User, "Grüße, wie geht’s? ☂")])
}

fn conversation() -> ChatRequest {
    ChatRequest {
        system: vec!["Be brief.".into(), String::new(), "Be kind.".into()],
        ..asks(vec![
            Message::text(Speaker::User, "One"),
            Message::text(Speaker::Assistant, "Two"),
            Message::text(Speaker::Assistant, ""),
            Message::text(Speaker::User, "Three"),
            Message::text(Speaker::User, "Four"),
        ])
    }
}

fn tool_round_trip() -> ChatRequest {
    called(Some("proof"))
}

fn called(seal: Option<&str>) -> ChatRequest {
    ChatRequest {
        tools: vec![weather(false)],
        ..asks(vec![
            Message::text(Speaker::User, "Weather in München and Oslo?"),
            line(
                Speaker::Assistant,
                vec![
                    Part::Text("I look.".into()),
                    call("a", r#"{"city":"München"}"#, seal),
                    call("b", "not json", None),
                ],
            ),
            line(
                Speaker::User,
                vec![
                    Part::Text("Both, please.".into()),
                    result("a", r#"{"celsius":7}"#, false),
                    result("b", "no such city", true),
                ],
            ),
        ])
    }
}

fn tool_choices() -> Vec<(&'static str, ChatRequest)> {
    let with = |choice| ChatRequest {
        tools: vec![weather(true)],
        tool_choice: choice,
        parallel_tools: Some(false),
        ..plain()
    };
    vec![
        ("tool_choice_none", with(ToolChoice::None)),
        ("tool_choice_required", with(ToolChoice::Required)),
        (
            "tool_choice_named",
            with(ToolChoice::Named("weather".into())),
        ),
    ]
}

fn images() -> ChatRequest {
    let inline = Image::Inline {
        media_type: "image/png".into(),
        base64: "iVBORw0KGgo=".into(),
    };
    asks(vec![line(
        Speaker::User,
        vec![
            Part::Text("What is this?".into()),
            Part::Image(inline),
            Part::Image(Image::Url("https://pictures.example/a.png".into())),
        ],
    )])
}

fn reasoning_given_back() -> ChatRequest {
    let thought = |text: &str, seal: Option<&str>, redacted| {
        Part::Reasoning(Reasoning {
            text: text.into(),
            seal: seal.map(str::to_owned),
            redacted,
        })
    };
    asks(vec![
        Message::text(Speaker::User, "Why?"),
        line(
            Speaker::Assistant,
            vec![
                thought("Hm.", Some("sealed"), false),
                thought("", Some("hidden"), true),
                thought("unproven", None, false),
                Part::Text("Because.".into()),
            ],
        ),
        Message::text(Speaker::User, "Really?"),
    ])
}

fn all_settings() -> ChatRequest {
    ChatRequest {
        max_output: Some(900),
        temperature: Some(1.5),
        top_p: Some(0.9),
        stop: (1..=6).map(|n| format!("stop {n}")).collect(),
        seed: Some(7),
        form: AnswerForm::Json,
        ..plain()
    }
}

fn structured() -> ChatRequest {
    ChatRequest {
        form: AnswerForm::Schema {
            name: "city".into(),
            schema: json!({"type": "object", "properties": {"name": {"type": "string"}}}).into(),
            strict: true,
        },
        ..plain()
    }
}

fn reasoning_with_tools() -> ChatRequest {
    ChatRequest {
        reasoning: Some(Effort::Medium),
        temperature: Some(0.2),
        top_p: Some(0.5),
        tools: vec![weather(false)],
        tool_choice: ToolChoice::Required,
        ..plain()
    }
}

fn fixtures() -> Vec<(&'static str, ChatRequest)> {
    let little = ChatRequest {
        reasoning: Some(Effort::High),
        max_output: Some(1_000),
        ..plain()
    };
    let moved = ChatRequest {
        reasoning: Some(Effort::Medium),
        ..called(None)
    };
    let quiet = ChatRequest {
        reasoning: Some(Effort::None),
        ..plain()
    };
    let mut fixtures = vec![
        ("reasoning_after_a_bare_call", moved),
        ("no_reasoning", quiet),
        ("plain", plain()),
        ("conversation", conversation()),
        ("tool_round_trip", tool_round_trip()),
        ("images", images()),
        ("reasoning_given_back", reasoning_given_back()),
        ("all_settings", all_settings()),
        ("structured", structured()),
        ("reasoning_with_tools", reasoning_with_tools()),
        ("reasoning_without_room", little),
    ];
    fixtures.extend(tool_choices());
    fixtures
}

#[test]
fn every_conversation_is_sent_as_it_was_agreed() {
    let mut wrong = Vec::new();
    for (folder, dialect, model) in DIALECTS {
        let to = To {
            model,
            max_output: None,
        };
        for (name, request) in fixtures() {
            let encoded = dialect.encode(&request, to);
            let body: Value = serde_json::from_slice(&encoded.body).unwrap();
            let dropped: Vec<&str> = encoded.dropped.iter().map(|what| what.0).collect();
            let sent = json!({"body": body, "dropped": dropped});
            let root = env!("CARGO_MANIFEST_DIR");
            let file = format!("{root}/tests/golden/{folder}/{name}.json");
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                std::fs::create_dir_all(format!("{root}/tests/golden/{folder}")).unwrap();
                std::fs::write(&file, format!("{sent:#}\n")).unwrap();
            }
            let golden = std::fs::read(&file).unwrap_or_default();
            let golden: Value = serde_json::from_slice(&golden).unwrap_or_default();
            if sent != golden {
                wrong.push(format!("{file}:\n{sent:#}"));
            }
            assert!(!has_null(&body), "{folder}/{name} holds a null");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().any(has_null),
        Value::Object(object) => object.values().any(has_null),
        _ => false,
    }
}

#[test]
fn the_targets_limit_and_the_requests_meet_at_the_smaller() {
    let request = ChatRequest {
        max_output: Some(900),
        ..plain()
    };
    for (max_output, expected) in [(None, 900), (Some(400), 400), (Some(1_000), 900)] {
        let to = To {
            model: "m",
            max_output,
        };
        let encoded = Dialect::Anthropic.encode(&request, to);
        let body: Value = serde_json::from_slice(&encoded.body).unwrap();
        assert_eq!(body["max_tokens"], expected);
    }
}
