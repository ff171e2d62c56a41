//! The lines of a messages request.

use crate::chat::{Image, Message, Part, Reasoning, Speaker, ToolCall, ToolResult};
use crate::door::{Fields, Item, LeftOut, Read, WrongInput};
use crate::openai::door::TEXT_OR_PARTS;
use serde_json::Value;
use std::collections::BTreeMap;

/// Instructions: one text, or blocks of it.
pub(super) fn texts(
    fields: &mut Fields<'_>,
    name: &'static str,
    left_out: &mut LeftOut,
) -> Read<Vec<String>> {
    if let Some(Value::String(text)) = fields.get(name) {
        return Ok(vec![text.clone()]);
    }
    let blocks = fields.list(name)?.unwrap_or_default();
    blocks.iter().map(|block| text(block, left_out)).collect()
}

fn text(item: &Item<'_>, left_out: &mut LeftOut) -> Read<String> {
    let mut block = item.fields()?;
    if block.need_text("type")? != "text" {
        return Err(block.wrong("type", "must be `text` here"));
    }
    let text = block.text("text")?.unwrap_or_default().to_owned();
    rest(block, left_out);
    Ok(text)
}

/// Marks for the prompt cache are named once, wherever they stand: the encoder places its own.
pub(super) fn rest(mut block: Fields<'_>, left_out: &mut LeftOut) {
    if block.get("cache_control").is_some() {
        left_out.add("cache_control");
    }
    block.rest(left_out);
}

/// Lines as they are read. Instructions stand apart, wherever they stood.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) system: Vec<String>,
    pub(super) messages: Vec<Message>,
    /// Calls so far, id and tool: a result names the call only.
    calls: BTreeMap<String, String>,
}

impl Lines {
    pub(super) fn read(&mut self, item: &Item<'_>, left_out: &mut LeftOut) -> Read<()> {
        let mut line = item.fields()?;
        let speaker = match line.need_text("role")? {
            "user" => Speaker::User,
            "assistant" => Speaker::Assistant,
            "system" => return self.instruct(line, item, left_out),
            _ => return Err(line.wrong("role", "must be `user`, `assistant` or `system`")),
        };
        let parts = match line.get("content") {
            None => return Err(line.wrong("content", "is required")),
            Some(Value::String(text)) => vec![Part::Text(text.clone())],
            Some(Value::Array(_)) => {
                let blocks = line.list("content")?.unwrap_or_default();
                let parts = blocks
                    .iter()
                    .map(|block| self.block(block, left_out).transpose());
                parts.flatten().collect::<Read<_>>()?
            }
            Some(_) => return Err(line.wrong("content", TEXT_OR_PARTS)),
        };
        self.messages.push(Message { speaker, parts });
        line.rest(left_out);
        Ok(())
    }

    fn instruct(
        &mut self,
        mut line: Fields<'_>,
        item: &Item<'_>,
        left_out: &mut LeftOut,
    ) -> Read<()> {
        self.system.extend(texts(&mut line, "content", left_out)?);
        if !self.messages.is_empty() {
            left_out.add(&format!("{}.place", item.path));
        }
        line.rest(left_out);
        Ok(())
    }

    /// `None`: a document, which only the dialect itself carries.
    fn block(&mut self, item: &Item<'_>, left_out: &mut LeftOut) -> Read<Option<Part>> {
        let mut block = item.fields()?;
        let part = match block.need_text("type")? {
            "text" => Part::Text(block.text("text")?.unwrap_or_default().to_owned()),
            "image" => Part::Image(image(block.need_object("source")?)?),
            "thinking" => Part::Reasoning(Reasoning {
                text: block.text("thinking")?.unwrap_or_default().to_owned(),
                seal: filled(block.text("signature")?),
                redacted: false,
            }),
            "redacted_thinking" => Part::Reasoning(Reasoning {
                text: String::new(),
                seal: Some(block.need_text("data")?.to_owned()),
                redacted: true,
            }),
            "tool_use" => self.call(&mut block)?,
            "tool_result" => self.result(&mut block, left_out)?,
            "document" | "search_result" => {
                let must = "must be `text` or `image` for this model";
                left_out.leave_part(block.wrong("type", must));
                return Ok(None);
            }
            _ => {
                let must = "must be `text`, `image`, `thinking`, `redacted_thinking`, `tool_use` \
                            or `tool_result`";
                return Err(block.wrong("type", must));
            }
        };
        rest(block, left_out);
        Ok(Some(part))
    }

    fn call(&mut self, block: &mut Fields<'_>) -> Read<Part> {
        block.need_object("input")?;
        let input = block.get("input").map(Value::to_string);
        let call = ToolCall {
            id: block.need_text("id")?.to_owned(),
            name: block.need_text("name")?.to_owned(),
            arguments: input.unwrap_or_default(),
            seal: None,
        };
        self.calls.insert(call.id.clone(), call.name.clone());
        Ok(Part::ToolCall(call))
    }

    fn result(&mut self, block: &mut Fields<'_>, left_out: &mut LeftOut) -> Read<Part> {
        let id = block.need_text("tool_use_id")?;
        let Some(name) = self.calls.get(id) else {
            return Err(block.wrong("tool_use_id", "names no call that came before it"));
        };
        let words = result_text(block, left_out)?;
        Ok(Part::ToolResult(ToolResult {
            id: id.to_owned(),
            name: name.clone(),
            text: words,
            failed: block.flag("is_error")?.unwrap_or(false),
        }))
    }
}

/// The words of a result; pictures and documents in it only the dialect itself carries.
fn result_text(block: &mut Fields<'_>, left_out: &mut LeftOut) -> Read<String> {
    if let Some(Value::String(text)) = block.get("content") {
        return Ok(text.clone());
    }
    let mut words = String::new();
    for item in block.list("content")?.unwrap_or_default() {
        let mut part = item.fields()?;
        if matches!(
            part.need_text("type")?,
            "image" | "document" | "search_result"
        ) {
            left_out.leave_part(part.wrong("type", "must be `text` here for this model"));
        } else {
            words.push_str(&text(&item, left_out)?);
        }
    }
    Ok(words)
}

fn filled(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn image(mut source: Fields<'_>) -> Result<Image, WrongInput> {
    match source.need_text("type")? {
        "base64" => Ok(Image::Inline {
            media_type: source.need_text("media_type")?.to_owned(),
            base64: source.need_text("data")?.to_owned(),
        }),
        "url" => Ok(Image::Url(source.need_text("url")?.to_owned())),
        _ => Err(source.wrong("type", "must be `base64` or `url`")),
    }
}
