//! The lines of a `generateContent` request.

use crate::chat::{Image, Message, Part, Reasoning, Speaker, ToolCall, ToolResult};
use crate::door::{Fields, Item, LeftOut, Read};
use serde_json::Value;

/// Said of what only the dialect itself carries.
const PICTURES_ONLY: &str = "must be of a picture, like `image/png`, for this model";
/// Most calls that may wait for their results at once.
const MOST_OPEN: usize = 256;

/// Instructions: the texts of one content.
pub(super) fn system(fields: &mut Fields<'_>, left_out: &mut LeftOut) -> Read<Vec<String>> {
    let Some(mut content) = fields.either_object("systemInstruction", "system_instruction")? else {
        return Ok(Vec::new());
    };
    let mut texts = Vec::new();
    for item in content.list("parts")?.unwrap_or_default() {
        let mut part = item.fields()?;
        texts.push(part.need_text("text")?.to_owned());
        part.rest(left_out);
    }
    content.get("role");
    content.rest(left_out);
    Ok(texts)
}

/// Lines as they are read.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) messages: Vec<Message>,
    /// Calls without a result so far, id and tool. Older programs name neither call nor result; a
    /// result is then the first open call's of its tool.
    open: Vec<(String, String)>,
    calls: usize,
}

impl Lines {
    pub(super) fn read(&mut self, item: &Item<'_>, left_out: &mut LeftOut) -> Read<()> {
        let mut line = item.fields()?;
        let speaker = match line.text("role")? {
            None | Some("user" | "function") => Speaker::User,
            Some("model") => Speaker::Assistant,
            Some(_) => return Err(line.wrong("role", "must be `user` or `model`")),
        };
        let items = line.list("parts")?;
        let items = items.ok_or_else(|| line.wrong("parts", "is required"))?;
        let mut parts = Vec::new();
        for item in &items {
            for part in self.part(item, left_out)? {
                add(part, &mut parts);
            }
        }
        self.messages.push(Message { speaker, parts });
        line.rest(left_out);
        Ok(())
    }

    fn part(&mut self, item: &Item<'_>, left_out: &mut LeftOut) -> Read<Vec<Part>> {
        let mut part = item.fields()?;
        let seal = part.either_text("thoughtSignature", "thought_signature")?;
        let seal = seal.filter(|seal| !seal.is_empty()).map(str::to_owned);
        let thought = part.flag("thought")?.unwrap_or(false);
        let text = part.text("text")?;
        let read = if let Some(call) = part.either_object("functionCall", "function_call")? {
            vec![self.call(call, seal, left_out)?]
        } else if let Some(result) = part.either_object("functionResponse", "function_response")? {
            vec![self.result(result, left_out)?]
        } else if let Some(blob) = part.either_object("inlineData", "inline_data")? {
            inline(blob, left_out)?.into_iter().collect()
        } else if let Some(file) = part.either_object("fileData", "file_data")? {
            by_address(file, left_out)?.into_iter().collect()
        } else if let Some(text) = text {
            said(text, thought, seal)
        } else {
            let must = "must hold `text`, `inlineData`, `fileData`, `functionCall` or \
                        `functionResponse`";
            return Err(item.wrong(must));
        };
        part.rest(left_out);
        Ok(read)
    }

    fn call(
        &mut self,
        mut call: Fields<'_>,
        seal: Option<String>,
        left_out: &mut LeftOut,
    ) -> Read<Part> {
        let name = call.need_text("name")?.to_owned();
        let id = call.text("id")?.filter(|id| !id.is_empty());
        let id = id.map_or_else(|| format!("call_{}", self.calls), str::to_owned);
        self.calls += 1;
        call.object("args")?;
        let arguments = call
            .get("args")
            .map_or_else(|| "{}".to_owned(), Value::to_string);
        if self.open.len() == MOST_OPEN {
            let why = format!(
                "must not be the {}th that waits for its result",
                MOST_OPEN + 1
            );
            return Err(call.wrong("name", why));
        }
        call.rest(left_out);
        self.open.push((id.clone(), name.clone()));
        Ok(Part::ToolCall(ToolCall {
            id,
            name,
            arguments,
            seal,
        }))
    }

    fn result(&mut self, mut result: Fields<'_>, left_out: &mut LeftOut) -> Read<Part> {
        let name = result.need_text("name")?;
        let id = result.text("id")?.filter(|id| !id.is_empty());
        let asked = self.open.iter().position(|(call, tool)| {
            let named = id.is_none_or(|id| id == call);
            named && tool == name
        });
        let Some(asked) = asked else {
            return Err(result.wrong("name", "names no open call that came before it"));
        };
        let (id, name) = self.open.remove(asked);
        result.need_object("response")?;
        let response = result.get("response").cloned().unwrap_or_default();
        result.rest(left_out);
        let failed = response.get("error").is_some_and(|error| !error.is_null());
        // A text alone is how texts are wrapped; see the encoder.
        let alone = response.as_object().filter(|object| object.len() == 1);
        let alone = alone.and_then(|object| object.values().next()?.as_str());
        let wrapped = response.get("error").or_else(|| response.get("result"));
        let text = match alone.filter(|_| wrapped.is_some()) {
            Some(text) => text.to_owned(),
            None => response.to_string(),
        };
        Ok(Part::ToolResult(ToolResult {
            id,
            name,
            text,
            failed,
        }))
    }
}

/// Words, words of reasoning, and a proof with them or alone.
fn said(text: &str, thought: bool, seal: Option<String>) -> Vec<Part> {
    let reasoning = |text: &str, seal| {
        Part::Reasoning(Reasoning {
            text: text.to_owned(),
            seal,
            redacted: false,
        })
    };
    if thought {
        return vec![reasoning(text, seal)];
    }
    let words = (!text.is_empty()).then(|| Part::Text(text.to_owned()));
    let proof = seal.map(|seal| reasoning("", Some(seal)));
    words.into_iter().chain(proof).collect()
}

/// A proof that stands alone is of the reasoning right before it.
fn add(part: Part, parts: &mut Vec<Part>) {
    match (parts.last_mut(), part) {
        (Some(Part::Reasoning(last)), Part::Reasoning(proof))
            if last.seal.is_none() && proof.text.is_empty() =>
        {
            last.seal = proof.seal;
        }
        (_, part) => parts.push(part),
    }
}

/// `None`: a document or a recording, which only the dialect itself carries.
fn inline(mut blob: Fields<'_>, left_out: &mut LeftOut) -> Read<Option<Part>> {
    let media_type = blob
        .either_text("mimeType", "mime_type")?
        .unwrap_or_default();
    if !media_type.starts_with("image/") {
        left_out.leave_part(blob.wrong("mimeType", PICTURES_ONLY));
        return Ok(None);
    }
    let data = blob.need_text("data")?;
    blob.rest(left_out);
    Ok(Some(Part::Image(Image::Inline {
        media_type: media_type.to_owned(),
        base64: standard(data),
    })))
}

/// Google's libraries write base64 in either alphabet, with and without padding.
fn standard(base64: &str) -> String {
    let letters = base64.chars().map(|letter| match letter {
        '-' => '+',
        '_' => '/',
        letter => letter,
    });
    let mut text: String = letters.collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn by_address(mut file: Fields<'_>, left_out: &mut LeftOut) -> Read<Option<Part>> {
    let media_type = file.either_text("mimeType", "mime_type")?;
    if media_type.is_some_and(|media_type| !media_type.starts_with("image/")) {
        left_out.leave_part(file.wrong("mimeType", PICTURES_ONLY));
        return Ok(None);
    }
    let Some(url) = file.either_text("fileUri", "file_uri")? else {
        return Err(file.wrong("fileUri", "is required"));
    };
    file.rest(left_out);
    Ok(Some(Part::Image(Image::Url(url.to_owned()))))
}
