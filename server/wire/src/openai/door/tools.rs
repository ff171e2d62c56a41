//! Tools, and the form of the answer, in a chat-completions request.

use crate::chat::{AnswerForm, ChatRequest, Schema, Tool, ToolChoice};
use crate::door::{Fields, Item, LeftOut, Read};

pub(super) fn read(
    fields: &mut Fields<'_>,
    request: &mut ChatRequest,
    left_out: &mut LeftOut,
) -> Read<()> {
    for item in fields.list("tools")?.unwrap_or_default() {
        request.tools.push(read_tool(&item, left_out)?);
    }
    request.tool_choice = choice(fields)?;
    request.parallel_tools = fields.flag("parallel_tool_calls")?;
    request.form = form(fields, left_out)?;
    Ok(())
}

fn read_tool(item: &Item<'_>, left_out: &mut LeftOut) -> Read<Tool> {
    let mut tool = item.fields()?;
    if tool.need_text("type")? != "function" {
        return Err(tool.wrong("type", "must be `function`"));
    }
    let mut function = tool.need_object("function")?;
    function.object("parameters")?;
    let parameters = function.get("parameters").cloned();
    let read = Tool {
        name: function.need_text("name")?.to_owned(),
        description: function.text("description")?.unwrap_or_default().to_owned(),
        parameters: parameters.map(Schema::from).unwrap_or_default(),
        strict: function.flag("strict")?.unwrap_or(false),
    };
    function.rest(left_out);
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
    let mut function = choice.need_object("function")?;
    Ok(ToolChoice::Named(function.need_text("name")?.to_owned()))
}

fn form(fields: &mut Fields<'_>, left_out: &mut LeftOut) -> Read<AnswerForm> {
    let Some(mut format) = fields.object("response_format")? else {
        return Ok(AnswerForm::Text);
    };
    Ok(match format.need_text("type")? {
        "text" => AnswerForm::Text,
        "json_object" => AnswerForm::Json,
        "json_schema" => schema_form(format.need_object("json_schema")?, left_out)?,
        _ => {
            let must = "must be `text`, `json_object` or `json_schema`";
            return Err(format.wrong("type", must));
        }
    })
}

/// A named schema.
pub(crate) fn schema_form(mut fields: Fields<'_>, left_out: &mut LeftOut) -> Read<AnswerForm> {
    let name = fields.need_text("name")?.to_owned();
    let strict = fields.flag("strict")?.unwrap_or(false);
    fields.need_object("schema")?;
    let schema = fields.get("schema").cloned().unwrap_or_default();
    fields.get("type");
    fields.rest(left_out);
    Ok(AnswerForm::Schema {
        name,
        schema: schema.into(),
        strict,
    })
}
