//! A conversation as the bytes of a messages request.

use super::content::messages;
use super::effort::plan;
use crate::chat::{AnswerForm, ChatRequest, Dropped, Encoded, To, Tool, ToolChoice};
use crate::claude::Generation;
use serde_json::{Map, Value, json};

/// The body of a streaming request.
#[must_use]
pub fn encode_request(request: &ChatRequest, to: To<'_>) -> Encoded {
    let mut dropped = Vec::new();
    let generation = Generation::of(to.model);
    let lines = messages(request, &mut dropped);
    let plan = plan(request, to, generation, &lines, &mut dropped);
    let mut body = Map::new();
    body.insert("model".into(), to.model.into());
    body.insert("stream".into(), true.into());
    body.insert("messages".into(), lines.into());
    system(request, &mut body);
    body.insert("max_tokens".into(), plan.limit.into());
    let sampling = plan.thinking.is_none() && generation.takes_sampling();
    draw(request, sampling, generation, &mut body, &mut dropped);
    tools(request, plan.counted, &mut body, &mut dropped);
    let mut config = Map::new();
    if let Some(thinking) = plan.thinking {
        body.insert("thinking".into(), thinking);
    }
    if let Some(effort) = plan.effort {
        config.insert("effort".into(), effort.as_str().into());
    }
    match &request.form {
        AnswerForm::Text => {}
        AnswerForm::Json => dropped.push(Dropped("json form")),
        AnswerForm::Schema { schema, .. } => {
            let format = json!({"type": "json_schema", "schema": schema});
            config.insert("format".into(), format);
        }
    }
    if !config.is_empty() {
        body.insert("output_config".into(), config.into());
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

/// Randomness and stops. A model that reasons refuses the first, and newer ones always do.
fn draw(
    request: &ChatRequest,
    sampling: bool,
    generation: Generation,
    body: &mut Map<String, Value>,
    dropped: &mut Vec<Dropped>,
) {
    match request.temperature {
        Some(_) if !sampling => dropped.push(Dropped("temperature")),
        Some(temperature) => {
            if temperature > 1.0 {
                dropped.push(Dropped("temperature above 1"));
            }
            body.insert("temperature".into(), temperature.min(1.0).into());
        }
        None => {}
    }
    let alone = request.temperature.is_none() || generation.takes_both_samplings();
    match request.top_p {
        Some(_) if !sampling || !alone => dropped.push(Dropped("top_p")),
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
    counted: bool,
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
        ToolChoice::Required | ToolChoice::Named(_) if counted => {
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
