//! The lines of a chat-completions request.

use crate::chat::{Image, Message, Part, Reasoning, Speaker, ToolCall, ToolResult};
use crate::door::{Fields, Item, LeftOut, Read};
use serde_json::Value;
use std::collections::BTreeMap;

/// What content must be.
pub(crate) const TEXT_OR_PARTS: &str = "must be a text or a list of parts";

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
        match line.need_text("role")? {
            "system" | "developer" => {
                let text = plain_text(&mut line)?;
                if !self.messages.is_empty() {
                    left_out.add(&format!("{}.place", item.path));
                }
                self.system.push(text);
            }
            "user" => {
                let parts = content(&mut line, left_out, false)?;
                self.say(Speaker::User, parts);
            }
            "assistant" => self.assistant(&mut line, left_out)?,
            "tool" => self.result(&mut line)?,
            _ => {
                let roles = "must be one of `system`, `developer`, `user`, `assistant`, `tool`";
                return Err(line.wrong("role", roles));
            }
        }
        line.rest(left_out);
        Ok(())
    }

    fn say(&mut self, speaker: Speaker, parts: Vec<Part>) {
        self.messages.push(Message { speaker, parts });
    }

    fn assistant(&mut self, line: &mut Fields<'_>, left_out: &mut LeftOut) -> Read<()> {
        let mut parts = reasoning(line, left_out)?;
        parts.extend(content(line, left_out, true)?);
        if let Some(refusal) = line.text("refusal")? {
            parts.push(Part::Text(refusal.to_owned()));
        }
        for call in line.list("tool_calls")?.unwrap_or_default() {
            let call = read_call(&call, left_out)?;
            self.calls.insert(call.id.clone(), call.name.clone());
            parts.push(Part::ToolCall(call));
        }
        self.say(Speaker::Assistant, parts);
        Ok(())
    }

    fn result(&mut self, line: &mut Fields<'_>) -> Read<()> {
        let id = line.need_text("tool_call_id")?;
        let Some(name) = self.calls.get(id) else {
            return Err(line.wrong("tool_call_id", "names no call that came before it"));
        };
        let result = ToolResult {
            id: id.to_owned(),
            name: name.clone(),
            text: plain_text(line)?,
            failed: false,
        };
        self.say(Speaker::User, vec![Part::ToolResult(result)]);
        Ok(())
    }
}

/// Words alone, in one piece or in several.
fn plain_text(line: &mut Fields<'_>) -> Read<String> {
    match line.get("content") {
        None => Err(line.wrong("content", "is required")),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Array(_)) => {
            let mut all = String::new();
            for item in line.list("content")?.unwrap_or_default() {
                let mut part = item.fields()?;
                if part.need_text("type")? != "text" {
                    return Err(part.wrong("type", "must be `text` here"));
                }
                all.push_str(part.text("text")?.unwrap_or_default());
            }
            Ok(all)
        }
        Some(_) => Err(line.wrong("content", TEXT_OR_PARTS)),
    }
}

fn content(line: &mut Fields<'_>, left_out: &mut LeftOut, may_be_empty: bool) -> Read<Vec<Part>> {
    match line.get("content") {
        None if may_be_empty => Ok(Vec::new()),
        None => Err(line.wrong("content", "is required")),
        Some(Value::String(text)) => Ok(vec![Part::Text(text.clone())]),
        Some(Value::Array(_)) => {
            let items = line.list("content")?.unwrap_or_default();
            let parts = items
                .iter()
                .map(|item| read_part(item, left_out).transpose());
            parts.flatten().collect()
        }
        Some(_) => Err(line.wrong("content", TEXT_OR_PARTS)),
    }
}

/// `None`: a document or a recording, which only the dialect itself carries.
fn read_part(item: &Item<'_>, left_out: &mut LeftOut) -> Read<Option<Part>> {
    let mut part = item.fields()?;
    let read = match part.need_text("type")? {
        "text" => Part::Text(part.text("text")?.unwrap_or_default().to_owned()),
        "refusal" => Part::Text(part.text("refusal")?.unwrap_or_default().to_owned()),
        "image_url" => {
            let mut image = part.need_object("image_url")?;
            let read = address(&mut image, "url")?;
            if image.text("detail")?.is_some_and(|detail| detail != "auto") {
                left_out.add(&image.at("detail"));
            }
            image.rest(left_out);
            Part::Image(read)
        }
        "file" | "input_audio" | "video_url" => {
            left_out.leave_part(part.wrong("type", "must be `text` or `image_url` for this model"));
            return Ok(None);
        }
        _ => return Err(part.wrong("type", "must be `text` or `image_url`")),
    };
    part.rest(left_out);
    Ok(Some(read))
}

/// A picture by its address, or inside of it.
pub(crate) fn address(fields: &mut Fields<'_>, name: &'static str) -> Read<Image> {
    let url = fields.need_text(name)?;
    image(url).ok_or_else(|| {
        let must = "must be an https address, or a data address like `data:image/png;base64,…`";
        fields.wrong(name, must)
    })
}

/// Reads an address of a picture; `None`: it is none that anybody reads.
fn image(url: &str) -> Option<Image> {
    if let Some(data) = url.strip_prefix("data:") {
        let (media_type, base64) = data.split_once(";base64,")?;
        let is_picture = media_type.starts_with("image/") && !base64.is_empty();
        return is_picture.then(|| Image::Inline {
            media_type: media_type.to_owned(),
            base64: base64.to_owned(),
        });
    }
    let known = ["https://", "http://", "gs://"];
    let known = known.iter().any(|scheme| url.starts_with(scheme));
    known.then(|| Image::Url(url.to_owned()))
}

/// Reasoning that is given back: the words under either name, the proofs beside them, see
/// [`super::stream`].
fn reasoning(line: &mut Fields<'_>, left_out: &mut LeftOut) -> Read<Vec<Part>> {
    let (one, other) = (line.text("reasoning_content")?, line.text("reasoning")?);
    let mut words = one.or(other).unwrap_or_default().to_owned();
    let mut parts = Vec::new();
    for item in line.list("reasoning_details")?.unwrap_or_default() {
        let mut detail = item.fields()?;
        let (kind, seal) = match detail.need_text("type")? {
            "reasoning.encrypted" => (true, detail.text("data")?),
            "reasoning.text" => (false, detail.text("signature")?),
            _ => {
                left_out.add(&detail.at("type"));
                continue;
            }
        };
        if let Some(seal) = seal {
            parts.push(Part::Reasoning(Reasoning {
                text: if kind {
                    String::new()
                } else {
                    std::mem::take(&mut words)
                },
                seal: Some(seal.to_owned()),
                redacted: kind,
            }));
        }
    }
    if !words.is_empty() {
        let unproven = Reasoning {
            text: words,
            ..Reasoning::default()
        };
        parts.insert(0, Part::Reasoning(unproven));
    }
    Ok(parts)
}

fn read_call(item: &Item<'_>, left_out: &mut LeftOut) -> Read<ToolCall> {
    let mut call = item.fields()?;
    if call.text("type")?.is_some_and(|kind| kind != "function") {
        return Err(call.wrong("type", "must be `function`"));
    }
    let mut function = call.need_object("function")?;
    let seal = match call.object("extra_content")? {
        Some(mut extra) => match extra.object("google")? {
            Some(mut google) => google.text("thought_signature")?.map(str::to_owned),
            None => None,
        },
        None => None,
    };
    let read = ToolCall {
        id: call.need_text("id")?.to_owned(),
        name: function.need_text("name")?.to_owned(),
        arguments: function.text("arguments")?.unwrap_or_default().to_owned(),
        seal,
    };
    function.rest(left_out);
    call.leave("index", &mut LeftOut::default());
    call.rest(left_out);
    Ok(read)
}
