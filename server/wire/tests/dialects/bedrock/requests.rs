//! Requests as they are sent, compared with committed bodies.

use serde_json::{Value, json};
use wire::bedrock::encode_request;
use wire::chat::{
    AnswerForm, ChatRequest, Dropped, Effort, Image, Message, Part, Reasoning, Speaker, To, Tool,
    ToolCall, ToolChoice, ToolResult,
};

const OLDER: &str = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
const NEWER: &str = "global.anthropic.claude-opus-4-7";
const NOVA: &str = "amazon.nova-pro-v1:0";
const LLAMA: &str = "meta.llama3-3-70b-instruct-v1:0";

/// Compares the encoding with `tests/golden/bedrock/<name>.json` and with what must be told.
fn check(name: &str, request: &ChatRequest, model: &str, dropped: &[&'static str]) {
    let to = To {
        model,
        max_output: None,
    };
    let encoded = encode_request(request, to);
    let told: Vec<&str> = encoded.dropped.iter().map(|Dropped(name)| *name).collect();
    assert_eq!(told, dropped, "{name}");
    let sent: Value = serde_json::from_slice(&encoded.body).unwrap();
    let file = format!(
        "{}/tests/golden/bedrock/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let golden = std::fs::read(&file).unwrap_or_default();
    let golden: Value = serde_json::from_slice(&golden).unwrap_or_default();
    assert!(sent == golden, "{file} is not what is sent:\n{sent:#}");
}

fn line(speaker: Speaker, parts: Vec<Part>) -> Message {
    Message { speaker, parts }
}

fn question() -> Message {
    Message::text(Speaker::User, "Wie ist das Wetter in München? ☂")
}

fn call(id: &str, arguments: &str) -> Part {
    Part::ToolCall(ToolCall {
        id: id.into(),
        name: "weather".into(),
        arguments: arguments.into(),
        seal: None,
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
    Tool {
        name: "weather".into(),
        description: "The weather of a city.".into(),
        parameters: json!({
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"]
        })
        .into(),
        strict,
    }
}

fn picture(media_type: &str) -> Part {
    Part::Image(Image::Inline {
        media_type: media_type.into(),
        base64: "iVBORw0KGgo=".into(),
    })
}

fn round_trip() -> ChatRequest {
    ChatRequest {
        messages: vec![
            question(),
            line(
                Speaker::Assistant,
                vec![
                    Part::Text("I look.".into()),
                    call("tooluse_1", r#"{"city":"München"}"#),
                    call("tooluse_2", r#"{"city":"Köln"}"#),
                ],
            ),
            line(
                Speaker::User,
                vec![
                    Part::Text("And tomorrow?".into()),
                    result("tooluse_1", "12 °C", false),
                    result("tooluse_2", "no such city", true),
                ],
            ),
        ],
        tools: vec![weather(false)],
        ..ChatRequest::default()
    }
}

#[test]
fn plain() {
    let request = ChatRequest {
        messages: vec![question()],
        ..ChatRequest::default()
    };
    check("plain", &request, LLAMA, &[]);
}

#[test]
fn system() {
    let request = ChatRequest {
        system: vec![
            "Be brief.".into(),
            String::new(),
            "Answer in German.".into(),
        ],
        messages: vec![
            question(),
            Message::text(Speaker::Assistant, "Sonnig."),
            Message::text(Speaker::User, "Und"),
            Message::text(Speaker::User, "morgen?"),
        ],
        ..ChatRequest::default()
    };
    check("system", &request, OLDER, &[]);
}

#[test]
fn tool_round_trip() {
    check("tool_round_trip", &round_trip(), OLDER, &[]);
}

#[test]
fn tools_of_the_past() {
    let request = ChatRequest {
        tools: Vec::new(),
        ..round_trip()
    };
    let dropped = ["tool choice", "tool failure"];
    check("tools_of_the_past", &request, LLAMA, &dropped);
}

#[test]
fn tool_choice() {
    let request = ChatRequest {
        messages: vec![question()],
        tools: vec![weather(true)],
        tool_choice: ToolChoice::Named("weather".into()),
        parallel_tools: Some(false),
        ..ChatRequest::default()
    };
    let dropped = ["parallel tools", "strict tools"];
    check("tool_choice", &request, NOVA, &dropped);
}

#[test]
fn images() {
    let parts = vec![
        Part::Text("What is on them?".into()),
        picture("image/png"),
        picture("image/JPEG"),
        Part::Image(Image::Url("https://img.example/a.png".into())),
        picture("image/tiff"),
    ];
    let request = ChatRequest {
        messages: vec![line(Speaker::User, parts)],
        ..ChatRequest::default()
    };
    check("images", &request, NOVA, &["image type", "image url"]);
}

#[test]
fn structured_output() {
    let request = ChatRequest {
        messages: vec![question()],
        form: AnswerForm::Schema {
            name: "report".into(),
            schema: json!({"additionalProperties": false, "type": "object"}).into(),
            strict: true,
        },
        ..ChatRequest::default()
    };
    check("structured_output", &request, OLDER, &[]);
}

#[test]
fn reasoning_given_back() {
    let thought = |text: &str, seal: Option<&str>, redacted| {
        Part::Reasoning(Reasoning {
            text: text.into(),
            seal: seal.map(str::to_owned),
            redacted,
        })
    };
    let request = ChatRequest {
        messages: vec![
            question(),
            line(
                Speaker::Assistant,
                vec![
                    thought("A city.", Some("RXJj+w=="), false),
                    thought("", Some("cmVk"), true),
                    thought("Unsealed.", None, false),
                    call("tooluse_1", "[]"),
                ],
            ),
            line(Speaker::User, vec![result("tooluse_1", "12 °C", false)]),
        ],
        tools: vec![weather(false)],
        reasoning: Some(Effort::Medium),
        ..ChatRequest::default()
    };
    let dropped = ["reasoning", "tool call arguments"];
    check("reasoning_given_back", &request, OLDER, &dropped);
}

fn everything() -> ChatRequest {
    ChatRequest {
        messages: vec![question()],
        form: AnswerForm::Json,
        max_output: Some(4000),
        temperature: Some(0.25),
        top_p: Some(0.9),
        stop: vec!["END".into(), String::new()],
        seed: Some(7),
        ..ChatRequest::default()
    }
}

#[test]
fn all_settings() {
    check("all_settings", &everything(), LLAMA, &["json form", "seed"]);
}

#[test]
fn all_settings_and_reasoning() {
    let request = ChatRequest {
        reasoning: Some(Effort::High),
        ..everything()
    };
    let lost = ["json form", "seed", "temperature", "top_p"];
    check("settings_with_budget", &request, OLDER, &lost);
    check("settings_with_effort", &request, NEWER, &lost);
    let lost = ["json form", "reasoning effort", "seed"];
    check("all_settings", &request, LLAMA, &lost);
}
