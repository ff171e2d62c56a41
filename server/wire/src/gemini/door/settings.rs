//! Settings and tools of a `generateContent` request.

use super::schema::json_schema;
use crate::chat::{AnswerForm, ChatRequest, Effort, Schema, Tool, ToolChoice};
use crate::door::{Fields, Item, LeftOut, Read};

pub(super) fn read(
    fields: &mut Fields<'_>,
    request: &mut ChatRequest,
    left_out: &mut LeftOut,
) -> Read<()> {
    for item in fields.list("tools")?.unwrap_or_default() {
        tools(&item, request)?;
    }
    choice(fields, request, left_out)?;
    match fields.either_object("generationConfig", "generation_config")? {
        Some(config) => settings(config, request, left_out),
        None => Ok(()),
    }
}

/// An entry declares functions, or names a tool that Google runs.
fn tools(item: &Item<'_>, request: &mut ChatRequest) -> Read<()> {
    let mut tool = item.fields()?;
    let declared = match tool.list("functionDeclarations")? {
        Some(declared) => declared,
        None => tool.list("function_declarations")?.unwrap_or_default(),
    };
    for item in &declared {
        let mut function = item.fields()?;
        let schema = function.either("parametersJsonSchema", "parameters_json_schema");
        let parameters = match (schema, function.get("parameters")) {
            (Some(schema), _) => schema.clone().into(),
            (None, Some(schema)) => json_schema(schema).into(),
            (None, None) => Schema::default(),
        };
        request.tools.push(Tool {
            name: function.need_text("name")?.to_owned(),
            description: function.text("description")?.unwrap_or_default().to_owned(),
            parameters,
            strict: false,
        });
    }
    let mut others = LeftOut::default();
    tool.rest(&mut others);
    if others.names().is_empty() {
        Ok(())
    } else {
        let must = "must hold `functionDeclarations` alone: tools that a provider runs itself are \
                    not offered here";
        Err(item.wrong(must))
    }
}

fn choice(fields: &mut Fields<'_>, request: &mut ChatRequest, left_out: &mut LeftOut) -> Read<()> {
    let Some(mut config) = fields.either_object("toolConfig", "tool_config")? else {
        return Ok(());
    };
    let calling = config.either_object("functionCallingConfig", "function_calling_config")?;
    if let Some(mut calling) = calling {
        let mut names = calling.texts("allowedFunctionNames")?;
        names.extend(calling.texts("allowed_function_names")?);
        request.tool_choice = match calling.text("mode")? {
            None | Some("AUTO" | "MODE_UNSPECIFIED" | "VALIDATED") => ToolChoice::Auto,
            Some("NONE") => ToolChoice::None,
            Some("ANY") if names.len() == 1 => ToolChoice::Named(names.remove(0)),
            Some("ANY") => ToolChoice::Required,
            Some(_) => return Err(calling.wrong("mode", "must be `AUTO`, `ANY` or `NONE`")),
        };
        if names.len() > 1 {
            left_out.add(&calling.at("allowedFunctionNames"));
        }
        calling.rest(left_out);
    }
    config.rest(left_out);
    Ok(())
}

fn settings(mut config: Fields<'_>, request: &mut ChatRequest, left_out: &mut LeftOut) -> Read<()> {
    request.max_output = config.either_count("maxOutputTokens", "max_output_tokens")?;
    request.temperature = config.number("temperature", 0.0..=2.0)?;
    request.top_p = match config.number("topP", 0.0..=1.0)? {
        Some(share) => Some(share),
        None => config.number("top_p", 0.0..=1.0)?,
    };
    request.seed = config.whole("seed")?;
    request.stop = config.texts("stopSequences")?;
    request.stop.extend(config.texts("stop_sequences")?);
    if config
        .either_count("candidateCount", "candidate_count")?
        .unwrap_or(1)
        != 1
    {
        let must = "must be 1: one answer is given to one request";
        return Err(config.wrong("candidateCount", must));
    }
    request.form = form(&mut config)?;
    if let Some(thinking) = config.either_object("thinkingConfig", "thinking_config")? {
        request.reasoning = effort(thinking, left_out)?;
    }
    config.rest(left_out);
    Ok(())
}

fn form(config: &mut Fields<'_>) -> Read<AnswerForm> {
    let media_type = config.either_text("responseMimeType", "response_mime_type")?;
    let plain = config
        .either("responseJsonSchema", "response_json_schema")
        .cloned();
    let googles = config.either("responseSchema", "response_schema");
    let schema = plain.or_else(|| googles.map(json_schema));
    Ok(match (media_type, schema) {
        (_, Some(schema)) => AnswerForm::Schema {
            name: "answer".to_owned(),
            schema: schema.into(),
            strict: true,
        },
        (Some("application/json"), None) => AnswerForm::Json,
        (None | Some("" | "text/plain"), None) => AnswerForm::Text,
        (Some(_), None) => {
            let must = "must be `text/plain` or `application/json`";
            return Err(config.wrong("responseMimeType", must));
        }
    })
}

/// A number of tokens in older requests, a word in newer ones; -1 is as the model likes.
fn effort(mut thinking: Fields<'_>, left_out: &mut LeftOut) -> Read<Option<Effort>> {
    let budget = match thinking.whole("thinkingBudget")? {
        Some(budget) => Some(budget),
        None => thinking.whole("thinking_budget")?,
    };
    let level = thinking.either_text("thinkingLevel", "thinking_level")?;
    let level = level.map(str::to_ascii_lowercase);
    let effort = match (level.as_deref(), budget) {
        (None, None | Some(..0)) => None,
        (None, Some(0)) => Some(Effort::None),
        (Some("minimal" | "low"), _) | (None, Some(1..4_096)) => Some(Effort::Low),
        (Some("medium"), _) | (None, Some(4_096..16_384)) => Some(Effort::Medium),
        (Some("high"), _) | (None, Some(_)) => Some(Effort::High),
        (Some(_), _) => {
            let must = "must be `minimal`, `low`, `medium` or `high`";
            return Err(thinking.wrong("thinkingLevel", must));
        }
    };
    // Whether the reasoning is shown is the provider's and ours to say.
    thinking.either("includeThoughts", "include_thoughts");
    thinking.rest(left_out);
    Ok(effort)
}
