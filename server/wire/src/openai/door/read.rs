//! A chat-completions request.

use super::messages::Lines;
use super::tools;
use crate::chat::{ChatRequest, Effort};
use crate::door::{Asked, Fields, LeftOut, MOST_CHOICES, Read, keep_order, parse};

/// Reads a body. A part of the conversation that cannot be carried is wrong input, because the
/// answer would be about something else; a setting that cannot is left out and named.
pub(crate) fn read(body: &[u8]) -> Read<Asked> {
    let written = body;
    let body = parse(written)?;
    let mut fields = Fields::new(String::new(), &body)?;
    let mut left_out = LeftOut::default();
    let alias = fields.need_text("model")?.to_owned();
    let stream = fields.flag("stream")?.unwrap_or(false);
    let include_usage = stream_options(&mut fields, &mut left_out)?;
    let mut lines = Lines::default();
    let messages = fields.list("messages")?;
    let messages = messages.ok_or_else(|| fields.wrong("messages", "is required"))?;
    for message in &messages {
        lines.read(message, &mut left_out)?;
    }
    if lines.messages.is_empty() {
        return Err(fields.wrong("messages", "must hold a line that is not an instruction"));
    }
    let mut request = ChatRequest {
        system: lines.system,
        messages: lines.messages,
        ..ChatRequest::default()
    };
    settings(&mut fields, &mut request)?;
    tools::read(&mut fields, &mut request, &mut left_out)?;
    let form = ["response_format", "json_schema", "schema"];
    keep_order(&mut request, written, &["function", "parameters"], &form);
    let answers = answers(&mut fields)?;
    for old in ["functions", "function_call"] {
        if fields.get(old).is_some() {
            return Err(fields.wrong(old, "is no longer understood; use `tools`"));
        }
    }
    fields.rest(&mut left_out);
    Ok(Asked {
        alias,
        stream,
        include_usage,
        request,
        answers,
        left_out,
        ..Asked::default()
    })
}

fn stream_options(fields: &mut Fields<'_>, left_out: &mut LeftOut) -> Read<bool> {
    let Some(mut options) = fields.object("stream_options")? else {
        return Ok(false);
    };
    let include = options.flag("include_usage")?.unwrap_or(false);
    // Padding against eavesdroppers who count bytes.
    options.leave("include_obfuscation", left_out);
    options.rest(left_out);
    Ok(include)
}

fn settings(fields: &mut Fields<'_>, request: &mut ChatRequest) -> Read<()> {
    let (newer, older) = (
        fields.count("max_completion_tokens")?,
        fields.count("max_tokens")?,
    );
    request.max_output = newer.or(older);
    request.temperature = fields.number("temperature", 0.0..=2.0)?;
    request.top_p = fields.number("top_p", 0.0..=1.0)?;
    request.seed = fields.whole("seed")?;
    request.stop = stops(fields, "stop")?;
    request.reasoning = effort(fields, "reasoning_effort")?;
    Ok(())
}

/// Texts that end the answer: one, or a list of them.
fn stops(fields: &mut Fields<'_>, name: &'static str) -> Read<Vec<String>> {
    match fields.get(name) {
        Some(serde_json::Value::String(stop)) => Ok(vec![stop.clone()]),
        _ => fields.texts(name),
    }
}

/// How much is to be reasoned. Finer words than ours are the next of ours.
pub(crate) fn effort(fields: &mut Fields<'_>, name: &'static str) -> Read<Option<Effort>> {
    Ok(match fields.text(name)? {
        None => None,
        Some("none") => Some(Effort::None),
        Some("minimal" | "low") => Some(Effort::Low),
        Some("medium") => Some(Effort::Medium),
        Some("high" | "xhigh" | "max") => Some(Effort::High),
        Some(_) => {
            return Err(fields.wrong(
                name,
                "must be one of `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`",
            ));
        }
    })
}

/// How many answers are wanted. Each is asked for by itself, because most targets know only one.
fn answers(fields: &mut Fields<'_>) -> Read<u32> {
    let answers = fields.count("n")?.unwrap_or(1);
    if usize::try_from(answers).is_ok_and(|answers| answers <= MOST_CHOICES) {
        Ok(answers)
    } else {
        Err(fields.wrong("n", "must be 8 at most"))
    }
}
