//! A conversation as the bytes of a chat-completions request.
//!
//! Owns the request body. Refuses nulls: a field that is not set is absent, because strict peers
//! reject `null`.

use crate::chat::{
    AnswerForm, ChatRequest, Dropped, Encoded, Image, Message, Part, Speaker, To, Tool, ToolChoice,
};
use crate::openai::Peer;
use serde_json::{Map, Value, json};

/// The body of a streaming request that asks for usage at the end.
#[must_use]
pub fn encode_request(request: &ChatRequest, to: To<'_>, peer: Peer) -> Encoded {
    let mut dropped = Vec::new();
    let mut body = Map::new();
    body.insert("model".into(), to.model.into());
    let system = request.system.iter();
    let mut messages: Vec<Value> = system
        .map(|text| json!({"role": "system", "content": text}))
        .collect();
    for message in &request.messages {
        encode_message(message, peer, &mut messages, &mut dropped);
    }
    body.insert("messages".into(), messages.into());
    body.insert("stream".into(), true.into());
    if peer.is_asked_for_usage() {
        body.insert("stream_options".into(), json!({"include_usage": true}));
    }
    settings(request, to.limit(request), peer, &mut body, &mut dropped);
    tools(request, &mut body);
    Encoded::new(&body.into(), dropped)
}

fn settings(
    request: &ChatRequest,
    max_output: Option<u32>,
    peer: Peer,
    body: &mut Map<String, Value>,
    dropped: &mut Vec<Dropped>,
) {
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    set(peer.limit(), max_output.map(Value::from));
    set("temperature", request.temperature.map(Value::from));
    set("top_p", request.top_p.map(Value::from));
    let seed = match peer {
        Peer::Mistral => "random_seed",
        Peer::OpenAi | Peer::Azure | Peer::Compatible => "seed",
    };
    set(seed, request.seed.map(Value::from));
    if peer == Peer::Mistral {
        dropped.extend(request.reasoning.map(|_| Dropped("reasoning effort")));
    } else {
        let effort = request.reasoning.map(|effort| effort.as_str().into());
        set("reasoning_effort", effort);
    }
    set(
        "stop",
        (!request.stop.is_empty()).then(|| request.stop.clone().into()),
    );
    set(
        "response_format",
        match &request.form {
            AnswerForm::Text => None,
            AnswerForm::Json => Some(json!({"type": "json_object"})),
            AnswerForm::Schema {
                name,
                schema,
                strict,
            } => Some(json!({
                "type": "json_schema",
                "json_schema": {"name": name, "schema": schema, "strict": strict},
            })),
        },
    );
}

fn tools(request: &ChatRequest, body: &mut Map<String, Value>) {
    if request.tools.is_empty() {
        return;
    }
    let tools: Vec<Value> = request.tools.iter().map(tool).collect();
    body.insert("tools".into(), tools.into());
    let choice = match &request.tool_choice {
        ToolChoice::Auto => None,
        ToolChoice::None => Some("none".into()),
        ToolChoice::Required => Some("required".into()),
        ToolChoice::Named(name) => Some(json!({"type": "function", "function": {"name": name}})),
    };
    if let Some(choice) = choice {
        body.insert("tool_choice".into(), choice);
    }
    if let Some(parallel) = request.parallel_tools {
        body.insert("parallel_tool_calls".into(), parallel.into());
    }
}

fn tool(tool: &Tool) -> Value {
    let mut function = json!({"name": tool.name, "parameters": tool.parameters});
    if !tool.description.is_empty() {
        function["description"] = tool.description.clone().into();
    }
    if tool.strict {
        function["strict"] = true.into();
    }
    json!({"type": "function", "function": function})
}

/// Results of tools are lines of their own here, ahead of what the person says with them.
fn encode_message(message: &Message, peer: Peer, out: &mut Vec<Value>, dropped: &mut Vec<Dropped>) {
    let mut content = Vec::new();
    let mut calls = Vec::new();
    for part in &message.parts {
        match part {
            Part::Text(text) => content.push(json!({"type": "text", "text": text})),
            Part::Image(image) => {
                content.push(json!({"type": "image_url", "image_url": {"url": address(image)}}));
            }
            Part::Reasoning(_) => dropped.push(Dropped("reasoning")),
            Part::ToolCall(call) => {
                if call.seal.is_some() {
                    dropped.push(Dropped("tool call signature"));
                }
                calls.push(json!({
                    "id": peer.call_id(&call.id),
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments},
                }));
            }
            Part::ToolResult(result) => out.push(json!({
                "role": "tool", "tool_call_id": peer.call_id(&result.id), "content": result.text,
            })),
        }
    }
    if content.is_empty() && calls.is_empty() {
        return;
    }
    let mut line = Map::new();
    let role = match message.speaker {
        Speaker::User => "user",
        Speaker::Assistant => "assistant",
    };
    line.insert("role".into(), role.into());
    if !content.is_empty() {
        line.insert("content".into(), plain(content));
    }
    if !calls.is_empty() {
        line.insert("tool_calls".into(), calls.into());
    }
    out.push(line.into());
}

/// One text alone is sent as a text: many peers know nothing else.
fn plain(mut content: Vec<Value>) -> Value {
    if content.len() == 1 && content[0]["type"] == "text" {
        return content[0]["text"].take();
    }
    content.into()
}

fn address(image: &Image) -> String {
    match image {
        Image::Url(url) => url.clone(),
        Image::Inline { media_type, base64 } => format!("data:{media_type};base64,{base64}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Peer, encode_request};
    use crate::chat::{ChatRequest, Message, Speaker, To};
    use serde_json::{Value, json};

    fn encoded(max_output: Option<u32>, peer: Peer) -> Value {
        let request = ChatRequest {
            system: vec!["Be brief.".into()],
            messages: vec![
                Message::text(Speaker::User, "Hällo?"),
                Message::text(Speaker::Assistant, ""),
                Message::text(Speaker::User, "Again."),
            ],
            ..ChatRequest::default()
        };
        let to = To {
            model: "m",
            max_output,
        };
        serde_json::from_slice(&encode_request(&request, to, peer).body).unwrap()
    }

    #[test]
    fn the_body_is_exactly_what_peers_expect() {
        assert_eq!(
            encoded(Some(7), Peer::Compatible),
            json!({
                "model": "m",
                "messages": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Hällo?"},
                    {"role": "assistant", "content": ""},
                    {"role": "user", "content": "Again."}
                ],
                "stream": true,
                "stream_options": {"include_usage": true},
                "max_tokens": 7
            })
        );
    }

    #[test]
    fn the_newer_limit_has_its_own_name_and_absence_is_absence() {
        let newer = encoded(Some(7), Peer::OpenAi);
        assert_eq!(newer["max_completion_tokens"], 7);
        assert!(newer.get("max_tokens").is_none());
        let none = encoded(None, Peer::OpenAi);
        assert!(none.get("max_tokens").is_none() && none.get("max_completion_tokens").is_none());
        assert!(!none.to_string().contains("null"));
    }
}
