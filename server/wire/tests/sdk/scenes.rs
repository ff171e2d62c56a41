//! What happens, by the name of the model that is asked for.

use serde_json::{Value, json};
use std::time::Duration;
use wire::chat::{Image, Part, Speaker};
use wire::door::{Asked, Trouble, TroubleKind};
use wire::{FinishReason, Usage, WireError, WireEvent};

pub(crate) enum Scene {
    Say(Vec<WireEvent>),
    Refuse(Trouble),
}

const USAGE: Usage = Usage {
    fresh_input: 10,
    cached_input: 20,
    cache_write: 5,
    reasoning: 4,
    output: 7,
};

/// `hit` counts the requests for this model from 1.
pub(crate) fn scene(asked: &Asked, hit: u32) -> Scene {
    let refuse = |kind| Scene::Refuse(Trouble::new(kind));
    match asked.alias.as_str() {
        // The server has nothing to say for a while, again and again.
        "words" | "slow" => say(
            vec![text("Grüße "), text("😀 "), text("日本")],
            FinishReason::Stop,
        ),
        "thinks" => say(
            vec![
                WireEvent::Reasoning("Hm, ".into()),
                WireEvent::Reasoning("well.".into()),
                WireEvent::ReasoningSeal {
                    seal: "cHJvb2Y=".into(),
                    redacted: false,
                },
                text("Yes."),
            ],
            FinishReason::Stop,
        ),
        "calls" => calls(asked),
        "echo" => say(vec![text(&told(asked).to_string())], FinishReason::Stop),
        "structured" => say(
            vec![text(r#"{"name":"#), text(r#""Oslo","warm":false}"#)],
            FinishReason::Stop,
        ),
        "truncated" => say(vec![text("Half")], FinishReason::Length),
        "withheld" => say(vec![text("No")], FinishReason::ContentFilter),
        "breaks" => Scene::Say(vec![text("Half"), WireEvent::Error(WireError::Cut)]),
        "limited_once" if hit > 1 => say(vec![text("Again.")], FinishReason::Stop),
        "limited" | "limited_once" => Scene::Refuse(Trouble {
            retry_after: Some(Duration::from_millis(20)),
            ..Trouble::new(TroubleKind::RateLimited)
        }),
        "budget" => refuse(TroubleKind::BudgetUsed),
        "bad_key" => refuse(TroubleKind::KeyRejected),
        "forbidden" => refuse(TroubleKind::Forbidden),
        "missing" => refuse(TroubleKind::ModelNotFound),
        "too_long" => refuse(TroubleKind::ContextTooLong),
        "too_large" => refuse(TroubleKind::TooLarge),
        "resting" => refuse(TroubleKind::Resting),
        "misconfigured" => refuse(TroubleKind::Misconfigured),
        _ => refuse(TroubleKind::Internal),
    }
}

fn text(text: &str) -> WireEvent {
    WireEvent::Text(text.into())
}

fn say(mut events: Vec<WireEvent>, reason: FinishReason) -> Scene {
    events.push(WireEvent::Finish(reason));
    events.push(WireEvent::Usage(USAGE));
    Scene::Say(events)
}

/// Two calls, one of them without arguments; then, with their results, an answer that tells them
/// and the proofs that came back.
fn calls(asked: &Asked) -> Scene {
    let results = asked.request.messages.iter().flat_map(|line| &line.parts);
    let mut told = Vec::new();
    for part in results {
        match part {
            Part::ToolResult(result) => told.push(format!("{}: {}", result.name, result.text)),
            Part::ToolCall(call) => told.extend(call.seal.clone()),
            Part::Reasoning(reasoning) => told.extend(reasoning.seal.clone()),
            Part::Text(_) | Part::Image(_) => {}
        }
    }
    if !told.is_empty() {
        return say(vec![text(&told.join("; "))], FinishReason::Stop);
    }
    let call = |index, id: &str, name: &str, seal: Option<&str>| WireEvent::ToolCall {
        index,
        id: id.into(),
        name: name.into(),
        seal: seal.map(str::to_owned),
    };
    let arguments = |json: &str| WireEvent::ToolArguments {
        index: 0,
        json: json.into(),
    };
    say(
        vec![
            WireEvent::Reasoning("Two calls.".into()),
            WireEvent::ReasoningSeal {
                seal: "cHJvb2Y=".into(),
                redacted: false,
            },
            text("I look."),
            call(0, "call_a", "weather", Some("c2VhbA==")),
            arguments(r#"{"ci"#),
            arguments(r#"ty":"Mün"#),
            arguments(r#"chen"}"#),
            call(1, "call_b", "now", None),
        ],
        FinishReason::ToolCalls,
    )
}

/// What was read of the request.
fn told(asked: &Asked) -> Value {
    let request = &asked.request;
    let lines = request.messages.iter().map(|line| {
        let speaker = match line.speaker {
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        };
        let parts = line.parts.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Image(Image::Inline { media_type, base64 }) => format!("{media_type} {base64}"),
            Part::Image(Image::Url(url)) => url.clone(),
            other => format!("{other:?}"),
        });
        json!([speaker, parts.collect::<Vec<_>>()])
    });
    let tools = request.tools.iter();
    json!({
        "system": request.system,
        "lines": lines.collect::<Vec<_>>(),
        "tools": tools.map(|tool| {
            let parameters: Value = serde_json::from_str(tool.parameters.as_str()).unwrap();
            json!([tool.name, parameters])
        }).collect::<Vec<_>>(),
        "tool_choice": format!("{:?}", request.tool_choice),
        "max_output": request.max_output,
        "temperature": request.temperature,
        "stop": request.stop,
        "reasoning": request.reasoning.map(wire::chat::Effort::as_str),
        "left_out": asked.left_out.names(),
        "previous": asked.previous,
    })
}
