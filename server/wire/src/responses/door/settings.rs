//! Settings and tools of a responses request.

use crate::chat::{AnswerForm, ChatRequest, Schema, Tool, ToolChoice};
use crate::door::{Fields, Item, LeftOut, Read};
use crate::openai::door::{effort, schema_form};

pub(super) fn read(
    fields: &mut Fields<'_>,
    request: &mut ChatRequest,
    left_out: &mut LeftOut,
) -> Read<()> {
    request.max_output = fields.count("max_output_tokens")?;
    request.temperature = fields.number("temperature", 0.0..=2.0)?;
    request.top_p = fields.number("top_p", 0.0..=1.0)?;
    request.parallel_tools = fields.flag("parallel_tool_calls")?;
    if let Some(mut reasoning) = fields.object("reasoning")? {
        request.reasoning = effort(&mut reasoning, "effort")?;
        // A summary is given where the provider gives one.
        reasoning.get("summary");
        reasoning.get("generate_summary");
        reasoning.rest(left_out);
    }
    if let Some(mut text) = fields.object("text")? {
        if let Some(format) = text.object("format")? {
            request.form = form(format, left_out)?;
        }
        text.rest(left_out);
    }
    for item in fields.list("tools")?.unwrap_or_default() {
        request.tools.push(read_tool(&item, left_out)?);
    }
    request.tool_choice = choice(fields)?;
    Ok(())
}

fn form(mut format: Fields<'_>, left_out: &mut LeftOut) -> Read<AnswerForm> {
    Ok(match format.need_text("type")? {
        "text" => AnswerForm::Text,
        "json_object" => AnswerForm::Json,
        "json_schema" => schema_form(format, left_out)?,
        _ => {
            let must = "must be `text`, `json_object` or `json_schema`";
            return Err(format.wrong("type", must));
        }
    })
}

/// Whether a schema is kept to exactly: unsaid, it is, in this language.
fn read_tool(item: &Item<'_>, left_out: &mut LeftOut) -> Read<Tool> {
    let mut tool = item.fields()?;
    if tool.need_text("type")? != "function" {
        let must = "must be `function`: tools that a provider runs itself are not offered here";
        return Err(tool.wrong("type", must));
    }
    tool.object("parameters")?;
    let parameters = tool.get("parameters").cloned();
    let read = Tool {
        name: tool.need_text("name")?.to_owned(),
        description: tool.text("description")?.unwrap_or_default().to_owned(),
        parameters: parameters.map(Schema::from).unwrap_or_default(),
        strict: tool.flag("strict")?.unwrap_or(true),
    };
    tool.rest(left_out);
    Ok(read)
}

fn choice(fields: &mut Fields<'_>) -> Read<ToolChoice> {
    let Some(item) = fields.item("tool_choice") else {
        return Ok(ToolChoice::Auto);
    };
    if let Some(word) = item.value.as_str() {
        return Ok(match word {
            "auto" => ToolChoice::Auto,
            "none" => ToolChoice::None,
            "required" => ToolChoice::Required,
            _ => return Err(item.wrong("must be `auto`, `none`, `required` or a function")),
        });
    }
    let mut choice = item.fields()?;
    if choice.need_text("type")? != "function" {
        return Err(choice.wrong("type", "must be `function`"));
    }
    Ok(ToolChoice::Named(choice.need_text("name")?.to_owned()))
}
