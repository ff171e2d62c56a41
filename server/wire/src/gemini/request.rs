//! A conversation as the bytes of a `streamGenerateContent` request.

use super::content::contents;
use crate::chat::{AnswerForm, ChatRequest, Dropped, Effort, Encoded, To, Tool, ToolChoice};
use crate::segment::segment;
use serde_json::{Map, Value, json};

/// The generation since which calls must come with a proof.
const SEALED_CALLS: u8 = 3;
/// Stands in for a proof that there is none of.
const NO_PROOF: &str = "skip_thought_signature_validator";

/// More texts that end an answer are refused.
const MOST_STOPS: usize = 5;

/// Where a streamed chat with `model` is asked for, below the provider's base address.
#[must_use]
pub fn path(model: &str) -> String {
    format!("v1beta/{}:streamGenerateContent?alt=sse", place(model))
}

/// A model's place. Tuned models bring their own folder.
pub(super) fn place(model: &str) -> String {
    let (folder, name) = model.split_once('/').unwrap_or(("models", model));
    format!("{}/{}", segment(folder), segment(name))
}

/// The body of a streaming request.
#[must_use]
pub fn encode_request(request: &ChatRequest, to: To<'_>) -> Encoded {
    let mut dropped = Vec::new();
    let mut body = Map::new();
    let generation = generation(to.model);
    let mut lines = contents(request, &mut dropped);
    if generation >= SEALED_CALLS {
        seal_calls(&mut lines, &mut dropped);
    }
    body.insert("contents".into(), lines.into());
    let system = request.system.iter().filter(|text| !text.is_empty());
    let system: Vec<Value> = system.map(|text| json!({"text": text})).collect();
    if !system.is_empty() {
        body.insert("systemInstruction".into(), json!({"parts": system}));
    }
    tools(request, &mut body, &mut dropped);
    let config = config(request, to, &mut dropped);
    if !config.is_empty() {
        body.insert("generationConfig".into(), config.into());
    }
    Encoded::new(&body.into(), dropped)
}

fn config(request: &ChatRequest, to: To<'_>, dropped: &mut Vec<Dropped>) -> Map<String, Value> {
    let mut config = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            config.insert(name.to_owned(), value);
        }
    };
    set("maxOutputTokens", to.limit(request).map(Value::from));
    set("temperature", request.temperature.map(Value::from));
    set("topP", request.top_p.map(Value::from));
    set("seed", request.seed.map(Value::from));
    if request.stop.len() > MOST_STOPS {
        dropped.push(Dropped("stop"));
    }
    let stop: Vec<&String> = request.stop.iter().take(MOST_STOPS).collect();
    set("stopSequences", (!stop.is_empty()).then(|| json!(stop)));
    let json_type = (request.form != AnswerForm::Text).then(|| "application/json".into());
    set("responseMimeType", json_type);
    if let AnswerForm::Schema { schema, .. } = &request.form {
        set("responseJsonSchema", Some(json!(schema)));
    }
    let thinking = request
        .reasoning
        .and_then(|effort| thinking(effort, to.model));
    if request.reasoning.is_some() && thinking.is_none() {
        dropped.push(Dropped("reasoning effort"));
    }
    set("thinkingConfig", thinking);
    config
}

/// How much is reasoned: a number of tokens until the second generation, a word since the third.
/// `None`: the model cannot be told; the large ones, and newer ones, always reason.
fn thinking(effort: Effort, model: &str) -> Option<Value> {
    if generation(model) >= 3 {
        let level = (effort != Effort::None).then(|| effort.as_str())?;
        return Some(json!({"thinkingLevel": level, "includeThoughts": true}));
    }
    let budget = match effort {
        Effort::None if model.contains("-pro") => return None,
        Effort::None => 0,
        Effort::Low => 1_024,
        Effort::Medium => 8_192,
        Effort::High => 24_576,
    };
    Some(json!({"thinkingBudget": budget, "includeThoughts": budget > 0}))
}

/// The generation in a model's name; 0: none is told.
fn generation(model: &str) -> u8 {
    let name = model.rsplit('/').next().unwrap_or_default();
    let number = name.strip_prefix("gemini-").unwrap_or_default();
    let end = number.find(|letter: char| !letter.is_ascii_digit());
    number[..end.unwrap_or(number.len())].parse().unwrap_or(0)
}

/// Newer models refuse calls that come without the proof of the reasoning behind them, as they do
/// when a conversation began at another provider. The word that stands in for one is documented:
/// <https://ai.google.dev/gemini-api/docs/thought-signatures>. One in a line is enough.
fn seal_calls(lines: &mut [Value], dropped: &mut Vec<Dropped>) {
    for line in lines {
        let parts = line["parts"].as_array_mut().into_iter().flatten();
        let mut calls: Vec<&mut Value> = parts
            .filter(|part| part.get("functionCall").is_some())
            .collect();
        let sealed = calls
            .iter()
            .any(|call| call.get("thoughtSignature").is_some());
        if let Some(call) = calls.first_mut()
            && !sealed
        {
            call["thoughtSignature"] = NO_PROOF.into();
            dropped.push(Dropped("proof of reasoning"));
        }
    }
}

fn tools(request: &ChatRequest, body: &mut Map<String, Value>, dropped: &mut Vec<Dropped>) {
    if request.tools.is_empty() {
        return;
    }
    if request.tools.iter().any(|tool| tool.strict) {
        dropped.push(Dropped("strict tools"));
    }
    if request.parallel_tools == Some(false) {
        dropped.push(Dropped("parallel tools"));
    }
    let declared: Vec<Value> = request.tools.iter().map(declare).collect();
    body.insert("tools".into(), json!([{"functionDeclarations": declared}]));
    let calling = match &request.tool_choice {
        ToolChoice::Auto => return,
        ToolChoice::None => json!({"mode": "NONE"}),
        ToolChoice::Required => json!({"mode": "ANY"}),
        ToolChoice::Named(name) => json!({"mode": "ANY", "allowedFunctionNames": [name]}),
    };
    body.insert(
        "toolConfig".into(),
        json!({"functionCallingConfig": calling}),
    );
}

fn declare(tool: &Tool) -> Value {
    let mut value = json!({"name": tool.name, "parametersJsonSchema": tool.parameters});
    if !tool.description.is_empty() {
        value["description"] = tool.description.clone().into();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::{generation, path};

    #[test]
    fn names_tell_the_generation() {
        for (model, number) in [
            ("gemini-2.5-pro", 2),
            ("models/gemini-3.1-pro-preview", 3),
            ("gemini-10-flash", 10),
            ("gemini-flash-latest", 0),
            ("tunedModels/ours", 0),
            ("", 0),
        ] {
            assert_eq!(generation(model), number, "{model}");
        }
    }

    #[test]
    fn a_models_name_is_one_place_whatever_is_in_it() {
        let end = ":streamGenerateContent?alt=sse";
        for (model, place) in [
            ("gemini-2.5-pro", "v1beta/models/gemini-2.5-pro"),
            ("models/gemini-2.5-pro", "v1beta/models/gemini-2.5-pro"),
            ("tunedModels/ours", "v1beta/tunedModels/ours"),
            ("odd?x=1#y z", "v1beta/models/odd%3Fx%3D1%23y%20z"),
        ] {
            assert_eq!(path(model), format!("{place}{end}"));
        }
    }
}
