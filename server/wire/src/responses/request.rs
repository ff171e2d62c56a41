//! A conversation as the bytes of a responses request.

use super::input::input;
use crate::chat::{AnswerForm, ChatRequest, Dropped, Effort, Encoded, To, Tool, ToolChoice};
use crate::openai::Peer;
use contract::keys::KeyPlace;
use serde_json::{Map, Value, json};

/// Fewer tokens than this are refused as a limit.
const LEAST_OUTPUT: u32 = 16;

/// Where an answer is asked for, with its query, below the provider's base address. Azure knows the
/// dialect without deployments in the path.
#[must_use]
pub fn path(peer: Peer, place: &KeyPlace) -> String {
    match (peer, &place.api_version) {
        (Peer::Azure, Some(version)) => format!("openai/responses?api-version={version}"),
        (Peer::Azure, None) => "openai/v1/responses".to_owned(),
        (Peer::OpenAi | Peer::Mistral | Peer::Compatible, _) => "responses".to_owned(),
    }
}

/// The body of a streaming request. Counts come with the last event without being asked for.
#[must_use]
pub fn encode_request(request: &ChatRequest, to: To<'_>) -> Encoded {
    let mut dropped = Vec::new();
    let mut body = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    set("model", Some(to.model.into()));
    let system = request.system.iter().filter(|text| !text.is_empty());
    let system: Vec<&str> = system.map(String::as_str).collect();
    let instructions = (!system.is_empty()).then(|| system.join("\n\n").into());
    set("instructions", instructions);
    set("input", Some(input(request, &mut dropped).into()));
    set("stream", Some(true.into()));
    set("store", Some(false.into()));
    let limit = to.limit(request).map(|limit| limit.max(LEAST_OUTPUT));
    set("max_output_tokens", limit.map(Value::from));
    set("temperature", request.temperature.map(Value::from));
    set("top_p", request.top_p.map(Value::from));
    let format = form(&request.form);
    set("text", format.map(|format| json!({"format": format})));
    let (reasoning, include) = reasoning(request.reasoning);
    set("reasoning", reasoning);
    set("include", include);
    if !request.stop.is_empty() {
        dropped.push(Dropped("stop"));
    }
    if request.seed.is_some() {
        dropped.push(Dropped("seed"));
    }
    tools(request, &mut body);
    Encoded::new(&body.into(), dropped)
}

/// The reasoning that is asked for, and that it comes back sealed. Models that do not reason refuse
/// both, so nothing is said where nothing was asked.
fn reasoning(effort: Option<Effort>) -> (Option<Value>, Option<Value>) {
    match effort {
        None => (None, None),
        Some(Effort::None) => (Some(json!({"effort": "none"})), None),
        Some(effort) => (
            Some(json!({"effort": effort.as_str(), "summary": "auto"})),
            Some(json!(["reasoning.encrypted_content"])),
        ),
    }
}

fn form(form: &AnswerForm) -> Option<Value> {
    match form {
        AnswerForm::Text => None,
        AnswerForm::Json => Some(json!({"type": "json_object"})),
        AnswerForm::Schema {
            name,
            schema,
            strict,
        } => {
            let kind = "json_schema";
            Some(json!({"type": kind, "name": name, "schema": schema, "strict": strict}))
        }
    }
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
        ToolChoice::Named(name) => Some(json!({"type": "function", "name": name})),
    };
    if let Some(choice) = choice {
        body.insert("tool_choice".into(), choice);
    }
    if let Some(parallel) = request.parallel_tools {
        body.insert("parallel_tool_calls".into(), parallel.into());
    }
}

/// Whether a schema is kept to exactly is said either way: unsaid, it is.
fn tool(tool: &Tool) -> Value {
    let mut value = json!({
        "type": "function",
        "name": tool.name,
        "parameters": tool.parameters,
        "strict": tool.strict,
    });
    if !tool.description.is_empty() {
        value["description"] = tool.description.clone().into();
    }
    value
}
