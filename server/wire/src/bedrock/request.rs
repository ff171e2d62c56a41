//! A conversation as the bytes of a Converse request.
//!
//! Owns the request body, but for its lines, tools and reasoning. Refuses nulls: a field that is
//! not set is absent. The model is in the path, so the body does not name it.

use crate::bedrock::effort::{Plan, plan};
use crate::bedrock::lines::{Line, encode_lines, ends_in_bare_call, text};
use crate::bedrock::model::{CacheMarks, Model};
use crate::bedrock::tools::encode_tools;
use crate::chat::{AnswerForm, ChatRequest, Dropped, Encoded, Speaker, To};
use serde_json::{Map, Number, Value, json};

/// The body of a request for a streamed answer; see [`crate::bedrock::path`] for where it goes.
#[must_use]
pub fn encode_request(request: &ChatRequest, to: To<'_>) -> Encoded {
    let mut dropped = Vec::new();
    let model = Model::of(to.model);
    let mut lines = encode_lines(&request.messages, model, &mut dropped);
    let bare_call = ends_in_bare_call(&lines);
    mark_last(&mut lines, model);
    let plan = plan(request, to.limit(request), model, bare_call, &mut dropped);
    let settings = settings(request, &plan, model, &mut dropped);
    let lines: Vec<Value> = lines.into_iter().map(Line::into_value).collect();

    let mut body = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    set("system", system(request, model));
    set("messages", Some(lines.into()));
    set("inferenceConfig", settings);
    set("toolConfig", encode_tools(request, &mut dropped));
    set("outputConfig", form(request, &mut dropped));
    set("additionalModelRequestFields", plan.fields);
    if request.seed.is_some() {
        dropped.push(Dropped("seed"));
    }
    Encoded::new(&body.into(), dropped)
}

/// A mark up to which the provider may keep the prompt in its cache.
fn cache_mark() -> Value {
    json!({"cachePoint": {"type": "default"}})
}

fn system(request: &ChatRequest, model: Model) -> Option<Value> {
    let mut blocks: Vec<Value> = request
        .system
        .iter()
        .filter_map(|words| text(words))
        .collect();
    if blocks.is_empty() {
        return None;
    }
    if model.cache_marks() != CacheMarks::Nowhere {
        blocks.push(cache_mark());
    }
    Some(blocks.into())
}

/// Marks the last line of the person: the next turn repeats everything up to there.
fn mark_last(lines: &mut [Line], model: Model) {
    let mut rev = lines.iter_mut().rev();
    let Some(line) = rev.find(|line| line.speaker == Speaker::User) else {
        return;
    };
    let is_text = |block: &Value| block.get("text").is_some();
    let at = match model.cache_marks() {
        CacheMarks::Nowhere => None,
        CacheMarks::AfterText => line.blocks.iter().rposition(is_text).map(|at| at + 1),
        CacheMarks::Anywhere => Some(line.blocks.len()),
    };
    if let Some(at) = at {
        line.blocks.insert(at, cache_mark());
    }
}

fn settings(
    request: &ChatRequest,
    plan: &Plan,
    model: Model,
    dropped: &mut Vec<Dropped>,
) -> Option<Value> {
    let mut settings = Map::new();
    if let Some(limit) = plan.limit {
        settings.insert("maxTokens".into(), limit.into());
    }
    // A model that reasons refuses to be told how it draws.
    let sampling = plan.fields.is_none() && model.takes_sampling();
    let temperature = request.temperature.and_then(|temperature| {
        // Other providers' scale goes on to 2; 1 is the end of this one.
        let too_high = temperature > 1.0;
        if too_high {
            dropped.push(Dropped("temperature"));
        }
        let temperature = if too_high { 1.0 } else { temperature };
        told_number(temperature, sampling, "temperature", dropped)
    });
    let takes_share = sampling && (temperature.is_none() || model.takes_both_samplings());
    let top_p = request
        .top_p
        .and_then(|top_p| told_number(top_p, takes_share, "top_p", dropped));
    for (name, value) in [("temperature", temperature), ("topP", top_p)] {
        if let Some(value) = value {
            settings.insert(name.into(), value.into());
        }
    }
    let stop = request.stop.iter().filter(|text| !text.is_empty());
    let stop: Vec<&str> = stop.map(String::as_str).collect();
    if !stop.is_empty() {
        settings.insert("stopSequences".into(), stop.into());
    }
    (!settings.is_empty()).then(|| settings.into())
}

/// A number that is sent, where it is one and the model takes it.
fn told_number(
    number: f64,
    taken: bool,
    name: &'static str,
    dropped: &mut Vec<Dropped>,
) -> Option<Number> {
    let number = Number::from_f64(number).filter(|_| taken);
    if number.is_none() {
        dropped.push(Dropped(name));
    }
    number
}

/// The form of the answer; a schema is always kept to exactly.
fn form(request: &ChatRequest, dropped: &mut Vec<Dropped>) -> Option<Value> {
    let (name, schema) = match &request.form {
        AnswerForm::Text => return None,
        AnswerForm::Json => {
            dropped.push(Dropped("json form"));
            return None;
        }
        AnswerForm::Schema { name, schema, .. } => (name, schema),
    };
    let mut wanted = json!({"schema": schema.as_str()});
    if !name.is_empty() {
        wanted["name"] = name.as_str().into();
    }
    let format = json!({"type": "json_schema", "structure": {"jsonSchema": wanted}});
    Some(json!({"textFormat": format}))
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
