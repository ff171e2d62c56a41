//! A messages request.

use super::blocks::{Lines, rest, texts};
use crate::chat::{AnswerForm, ChatRequest, Effort, To, Tool, ToolChoice};
use crate::door::{
    Asked, Fields, Item, LeftOut, RawFields, Read, keep_order, parse, smaller_limit,
};
use crate::openai::door::effort;
use serde_json::json;

/// Reads a body. A part of the conversation that cannot be carried is wrong input; a setting that
/// cannot is left out and named.
pub(crate) fn read(body: &[u8]) -> Read<Asked> {
    let written = body;
    let body = parse(written)?;
    let mut fields = Fields::new(String::new(), &body)?;
    let mut left_out = LeftOut::default();
    let alias = fields.need_text("model")?.to_owned();
    let stream = fields.flag("stream")?.unwrap_or(false);
    let limit = fields.count("max_tokens")?;
    let mut request = ChatRequest {
        max_output: Some(limit.ok_or_else(|| fields.wrong("max_tokens", "is required"))?),
        system: texts(&mut fields, "system", &mut left_out)?,
        ..ChatRequest::default()
    };
    let mut lines = Lines::default();
    let messages = fields.list("messages")?;
    let messages = messages.ok_or_else(|| fields.wrong("messages", "is required"))?;
    for message in &messages {
        lines.read(message, &mut left_out)?;
    }
    if lines.messages.is_empty() {
        return Err(fields.wrong("messages", "must not be empty"));
    }
    request.messages = lines.messages;
    request.system.extend(lines.system);
    request.temperature = fields.number("temperature", 0.0..=1.0)?;
    request.top_p = fields.number("top_p", 0.0..=1.0)?;
    request.stop = fields.texts("stop_sequences")?;
    for item in fields.list("tools")?.unwrap_or_default() {
        request.tools.push(read_tool(&item, &mut left_out)?);
    }
    choice(&mut fields, &mut request, &mut left_out)?;
    form_and_effort(&mut fields, &mut request, &mut left_out)?;
    let form = ["output_config", "format", "schema"];
    keep_order(&mut request, written, &["input_schema"], &form);
    fields.rest(&mut left_out);
    Ok(Asked {
        alias,
        stream,
        include_usage: true,
        request,
        left_out,
        ..Asked::default()
    })
}

fn read_tool(item: &Item<'_>, left_out: &mut LeftOut) -> Read<Tool> {
    let mut tool = item.fields()?;
    if tool.text("type")?.is_some_and(|kind| kind != "custom") {
        let must = "must be `custom`: tools that a provider runs itself are not offered here";
        return Err(tool.wrong("type", must));
    }
    tool.need_object("input_schema")?;
    let read = Tool {
        name: tool.need_text("name")?.to_owned(),
        description: tool.text("description")?.unwrap_or_default().to_owned(),
        parameters: tool.get("input_schema").cloned().unwrap_or_default().into(),
        strict: tool.flag("strict")?.unwrap_or(false),
    };
    rest(tool, left_out);
    Ok(read)
}

fn choice(fields: &mut Fields<'_>, request: &mut ChatRequest, left_out: &mut LeftOut) -> Read<()> {
    let Some(mut choice) = fields.object("tool_choice")? else {
        return Ok(());
    };
    request.tool_choice = match choice.need_text("type")? {
        "auto" => ToolChoice::Auto,
        "any" => ToolChoice::Required,
        "none" => ToolChoice::None,
        "tool" => ToolChoice::Named(choice.need_text("name")?.to_owned()),
        _ => return Err(choice.wrong("type", "must be `auto`, `any`, `tool` or `none`")),
    };
    let disabled = choice.flag("disable_parallel_tool_use")?;
    request.parallel_tools = disabled.map(|disabled| !disabled);
    choice.rest(left_out);
    Ok(())
}

/// The form of the answer and how much is reasoned: a number of tokens in older requests, a word in
/// newer ones.
fn form_and_effort(
    fields: &mut Fields<'_>,
    request: &mut ChatRequest,
    left_out: &mut LeftOut,
) -> Read<()> {
    let mut word = None;
    if let Some(mut config) = fields.object("output_config")? {
        word = effort(&mut config, "effort")?;
        if let Some(mut format) = config.object("format")? {
            if format.need_text("type")? != "json_schema" {
                return Err(format.wrong("type", "must be `json_schema`"));
            }
            format.need_object("schema")?;
            request.form = AnswerForm::Schema {
                name: "answer".to_owned(),
                schema: format.get("schema").cloned().unwrap_or_default().into(),
                strict: true,
            };
            format.rest(left_out);
        }
        config.rest(left_out);
    }
    let Some(mut thinking) = fields.object("thinking")? else {
        request.reasoning = word;
        return Ok(());
    };
    request.reasoning = Some(match thinking.need_text("type")? {
        "disabled" => Effort::None,
        "adaptive" | "between_tools" => word.unwrap_or(Effort::High),
        "enabled" => match thinking.count("budget_tokens")? {
            None => return Err(thinking.wrong("budget_tokens", "is required")),
            Some(..4_096) => Effort::Low,
            Some(4_096..16_384) => Effort::Medium,
            Some(_) => Effort::High,
        },
        _ => return Err(thinking.wrong("type", "must be `enabled`, `adaptive` or `disabled`")),
    });
    thinking.rest(left_out);
    Ok(())
}

/// The request as it came: only the model, the stream and the output limit change.
pub(crate) fn pass(body: &[u8], to: To<'_>) -> Read<Vec<u8>> {
    let mut fields = RawFields::read(body)?;
    fields.refuse_alike(&["model", "stream", "max_tokens", "tools"])?;
    fields.set("model", &json!(to.model));
    fields.set("stream", &json!(true));
    let asked = fields.number("max_tokens");
    let limit = smaller_limit(asked, to.max_output);
    if limit != asked {
        fields.set("max_tokens", &json!(limit));
    }
    Ok(fields.write())
}
