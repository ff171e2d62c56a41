//! A responses request.

use super::items::Lines;
use super::settings;
use crate::chat::{ChatRequest, Message, Speaker};
use crate::door::{Asked, Fields, LeftOut, Read, keep_order, parse};
use serde_json::{Map, Value};

/// Settings that an answer repeats, as they were asked for.
const ECHOED: [&str; 12] = [
    "instructions",
    "max_output_tokens",
    "metadata",
    "parallel_tool_calls",
    "previous_response_id",
    "reasoning",
    "store",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_p",
];

/// Reads a body. A part of the conversation that cannot be carried is wrong input; a setting that
/// cannot is left out and named.
pub(crate) fn read(body: &[u8]) -> Read<Asked> {
    let written = body;
    let body = parse(written)?;
    let mut fields = Fields::new(String::new(), &body)?;
    let mut left_out = LeftOut::default();
    let alias = fields.need_text("model")?.to_owned();
    let stream = fields.flag("stream")?.unwrap_or(false);
    let mut request = ChatRequest::default();
    conversation(&mut fields, &mut request, &mut left_out)?;
    settings::read(&mut fields, &mut request, &mut left_out)?;
    let form = ["text", "format", "schema"];
    keep_order(&mut request, written, &["parameters"], &form);
    let previous = fields.text("previous_response_id")?.map(str::to_owned);
    let store = fields.flag("store")?.unwrap_or(true);
    if fields.flag("background")? == Some(true) {
        let why = "must be false: answers are given while the program waits";
        return Err(fields.wrong("background", why));
    }
    for unknown in ["conversation", "prompt"] {
        if fields.get(unknown).is_some() {
            let why = "names something that is kept at a provider, and is not known here";
            return Err(fields.wrong(unknown, why));
        }
    }
    // Sealed reasoning is given without being asked for.
    let included = fields.texts("include")?;
    if included
        .iter()
        .any(|what| what != "reasoning.encrypted_content")
    {
        left_out.add("include");
    }
    // Repeated in the answer, and nothing else is done with it.
    fields.object("metadata")?;
    fields.rest(&mut left_out);
    Ok(Asked {
        alias,
        stream,
        include_usage: true,
        request,
        previous,
        store,
        echo: echo(&body),
        left_out,
        ..Asked::default()
    })
}

fn conversation(
    fields: &mut Fields<'_>,
    request: &mut ChatRequest,
    left_out: &mut LeftOut,
) -> Read<()> {
    let instructions = fields.text("instructions")?;
    request.system.extend(instructions.map(str::to_owned));
    match fields.get("input") {
        None => return Err(fields.wrong("input", "is required")),
        Some(Value::String(text)) => {
            let line = Message::text(Speaker::User, text.as_str());
            request.messages.push(line);
        }
        Some(_) => {
            let mut lines = Lines::default();
            for item in fields.list("input")?.unwrap_or_default() {
                lines.read(&item, left_out)?;
            }
            request.system.extend(lines.system);
            request.messages = lines.messages;
        }
    }
    if request.messages.is_empty() {
        return Err(fields.wrong("input", "must hold a line that is not an instruction"));
    }
    Ok(())
}

fn echo(body: &Value) -> Map<String, Value> {
    let told = |name: &str| {
        let value = body.get(name).filter(|value| !value.is_null())?;
        Some((name.to_owned(), value.clone()))
    };
    ECHOED.into_iter().filter_map(told).collect()
}
