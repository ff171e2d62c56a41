//! A conversation as the bytes of a messages request.

use super::content::messages;
use crate::chat::{AnswerForm, ChatRequest, Dropped, Effort, Encoded, To, Tool, ToolChoice};
use serde_json::{Map, Value, json};

/// Output tokens asked for where nobody set a limit: the dialect demands one.
const MAX_OUTPUT: u32 = 8_192;
/// Fewer tokens than this cannot be reasoned with.
const LEAST_REASONING: u32 = 1_024;

/// The body of a streaming request.
#[must_use]
pub fn encode_request(request: &ChatRequest, to: To<'_>) -> Encoded {
    let mut dropped = Vec::new();
    let mut body = Map::new();
    body.insert("model".into(), to.model.into());
    body.insert("stream".into(), true.into());
    body.insert("messages".into(), messages(request, &mut dropped).into());
    system(request, &mut body);
    let thinks = limits(request, to, &mut body, &mut dropped);
    draw(request, thinks, &mut body, &mut dropped);
    tools(request, thinks, &mut body, &mut dropped);
    match &request.form {
        AnswerForm::Text => {}
        AnswerForm::Json => dropped.push(Dropped("json form")),
        AnswerForm::Schema { schema, .. } => {
            let format = json!({"type": "json_schema", "schema": schema});
            body.insert("output_config".into(), json!({"format": format}));
        }
    }
    Encoded::new(&body.into(), dropped)
}

/// Instructions, with a cache breakpoint behind the last.
fn system(request: &ChatRequest, body: &mut Map<String, Value>) {
    let texts = request.system.iter().filter(|text| !text.trim().is_empty());
    let mut blocks: Vec<Value> = texts
        .map(|text| json!({"type": "text", "text": text}))
        .collect();
    if let Some(last) = blocks.last_mut() {
        last["cache_control"] = json!({"type": "ephemeral"});
        body.insert("system".into(), blocks.into());
    }
}

/// The output limit and what of it is for reasoning. `true`: it reasons.
fn limits(
    request: &ChatRequest,
    to: To<'_>,
    body: &mut Map<String, Value>,
    dropped: &mut Vec<Dropped>,
) -> bool {
    let wanted = match request.reasoning {
        None | Some(Effort::None) => None,
        Some(Effort::Low) => Some(2_048),
        Some(Effort::Medium) => Some(8_192),
        Some(Effort::High) => Some(24_576),
    };
    let limit = to.limit(request);
    // Reasoning counts against the limit; where nobody set one, the answer keeps its own share.
    let (limit, budget) = match (limit, wanted) {
        (Some(limit), Some(wanted)) => (limit, Some(wanted.min(limit / 2))),
        (None, Some(wanted)) => (MAX_OUTPUT.saturating_add(wanted), Some(wanted)),
        (limit, None) => (limit.unwrap_or(MAX_OUTPUT), None),
    };
    body.insert("max_tokens".into(), limit.into());
    match budget {
        Some(budget) if budget >= LEAST_REASONING => {
            let thinking = json!({"type": "enabled", "budget_tokens": budget});
            body.insert("thinking".into(), thinking);
            true
        }
        Some(_) => {
            dropped.push(Dropped("reasoning effort"));
            false
        }
        None => false,
    }
}

/// Randomness and stops. A model that reasons refuses the first.
fn draw(
    request: &ChatRequest,
    thinks: bool,
    body: &mut Map<String, Value>,
    dropped: &mut Vec<Dropped>,
) {
    if let Some(temperature) = request.temperature {
        if thinks {
            dropped.push(Dropped("temperature"));
        } else {
            if temperature > 1.0 {
                dropped.push(Dropped("temperature above 1"));
            }
            body.insert("temperature".into(), temperature.min(1.0).into());
        }
    }
    match request.top_p {
        Some(_) if thinks => dropped.push(Dropped("top_p")),
        Some(top_p) => {
            body.insert("top_p".into(), top_p.into());
        }
        None => {}
    }
    if !request.stop.is_empty() {
        body.insert("stop_sequences".into(), request.stop.clone().into());
    }
    if request.seed.is_some() {
        dropped.push(Dropped("seed"));
    }
}

fn tools(
    request: &ChatRequest,
    thinks: bool,
    body: &mut Map<String, Value>,
    dropped: &mut Vec<Dropped>,
) {
    if request.tools.is_empty() {
        return;
    }
    let mut tools: Vec<Value> = request.tools.iter().map(tool).collect();
    if let Some(last) = tools.last_mut() {
        last["cache_control"] = json!({"type": "ephemeral"});
    }
    body.insert("tools".into(), tools.into());
    let mut choice = match &request.tool_choice {
        ToolChoice::None => json!({"type": "none"}),
        ToolChoice::Required | ToolChoice::Named(_) if thinks => {
            dropped.push(Dropped("tool choice"));
            json!({"type": "auto"})
        }
        ToolChoice::Auto => json!({"type": "auto"}),
        ToolChoice::Required => json!({"type": "any"}),
        ToolChoice::Named(name) => json!({"type": "tool", "name": name}),
    };
    if request.parallel_tools == Some(false) && choice["type"] != "none" {
        choice["disable_parallel_tool_use"] = true.into();
    }
    body.insert("tool_choice".into(), choice);
}

fn tool(tool: &Tool) -> Value {
    let mut value = json!({"name": tool.name, "input_schema": tool.parameters});
    if !tool.description.is_empty() {
        value["description"] = tool.description.clone().into();
    }
    if tool.strict {
        value["strict"] = true.into();
    }
    value
}
