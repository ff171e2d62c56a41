//! The items of a responses request.

use crate::chat::{Message, Part, Reasoning, Speaker, ToolCall, ToolResult};
use crate::door::{Fields, Item, LeftOut, Read};
use crate::openai::door::{TEXT_OR_PARTS, address};
use serde_json::Value;
use std::collections::BTreeMap;

/// Lines as they are read. Reasoning, calls and what is said with them are items of their own, and
/// become one line of the model's.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) system: Vec<String>,
    pub(super) messages: Vec<Message>,
    /// Calls so far, id and tool: a result names the call only.
    calls: BTreeMap<String, String>,
}

impl Lines {
    pub(super) fn read(&mut self, item: &Item<'_>, left_out: &mut LeftOut) -> Read<()> {
        let mut fields = item.fields()?;
        match fields.text("type")? {
            None | Some("message") => self.line(item, &mut fields, left_out)?,
            Some("function_call") => {
                let call = ToolCall {
                    id: fields.need_text("call_id")?.to_owned(),
                    name: fields.need_text("name")?.to_owned(),
                    arguments: fields.text("arguments")?.unwrap_or_default().to_owned(),
                    seal: None,
                };
                self.calls.insert(call.id.clone(), call.name.clone());
                self.say(Speaker::Assistant, vec![Part::ToolCall(call)]);
            }
            Some("function_call_output") => {
                let result = self.result(&mut fields)?;
                self.say(Speaker::User, vec![Part::ToolResult(result)]);
            }
            Some("reasoning") => {
                let reasoning = reasoning(&mut fields)?;
                self.say(Speaker::Assistant, vec![Part::Reasoning(reasoning)]);
            }
            Some(_) => {
                let must = "must be `message`, `reasoning`, `function_call` or \
                            `function_call_output`";
                return Err(fields.wrong("type", must));
            }
        }
        // Names and states that answers carry, and that are given back with them.
        for name in ["id", "status", "phase"] {
            fields.get(name);
        }
        fields.rest(left_out);
        Ok(())
    }

    fn say(&mut self, speaker: Speaker, parts: Vec<Part>) {
        match self.messages.last_mut() {
            Some(last) if last.speaker == speaker && speaker == Speaker::Assistant => {
                last.parts.extend(parts);
            }
            _ => self.messages.push(Message { speaker, parts }),
        }
    }

    fn line(
        &mut self,
        item: &Item<'_>,
        fields: &mut Fields<'_>,
        left_out: &mut LeftOut,
    ) -> Read<()> {
        let role = fields.need_text("role")?;
        let parts = content(fields, left_out)?;
        match role {
            "user" => self.say(Speaker::User, parts),
            "assistant" => self.say(Speaker::Assistant, parts),
            "system" | "developer" => {
                if !self.messages.is_empty() {
                    left_out.add(&format!("{}.place", item.path));
                }
                let mut words = String::new();
                for part in parts {
                    let Part::Text(text) = part else {
                        return Err(fields.wrong("content", "must be text for this role"));
                    };
                    words.push_str(&text);
                }
                self.system.push(words);
            }
            _ => {
                let must = "must be `user`, `assistant`, `system` or `developer`";
                return Err(fields.wrong("role", must));
            }
        }
        Ok(())
    }

    fn result(&mut self, fields: &mut Fields<'_>) -> Read<ToolResult> {
        let id = fields.need_text("call_id")?;
        let Some(name) = self.calls.get(id) else {
            return Err(fields.wrong("call_id", "names no call that came before it"));
        };
        let text = match fields.get("output") {
            None => return Err(fields.wrong("output", "is required")),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(_)) => {
                let mut words = String::new();
                for item in fields.list("output")?.unwrap_or_default() {
                    let mut part = item.fields()?;
                    if part.need_text("type")? != "input_text" {
                        return Err(part.wrong("type", "must be `input_text` here"));
                    }
                    words.push_str(part.text("text")?.unwrap_or_default());
                }
                words
            }
            Some(_) => return Err(fields.wrong("output", TEXT_OR_PARTS)),
        };
        Ok(ToolResult {
            id: id.to_owned(),
            name: name.clone(),
            text,
            failed: false,
        })
    }
}

fn content(fields: &mut Fields<'_>, left_out: &mut LeftOut) -> Read<Vec<Part>> {
    match fields.get("content") {
        None => Err(fields.wrong("content", "is required")),
        Some(Value::String(text)) => Ok(vec![Part::Text(text.clone())]),
        Some(Value::Array(_)) => {
            let items = fields.list("content")?.unwrap_or_default();
            let parts = items
                .iter()
                .map(|item| read_part(item, left_out).transpose());
            parts.flatten().collect()
        }
        Some(_) => Err(fields.wrong("content", TEXT_OR_PARTS)),
    }
}

/// `None`: a document, which only the dialect itself carries.
fn read_part(item: &Item<'_>, left_out: &mut LeftOut) -> Read<Option<Part>> {
    let mut part = item.fields()?;
    let read = match part.need_text("type")? {
        "input_text" | "output_text" => {
            Part::Text(part.text("text")?.unwrap_or_default().to_owned())
        }
        "refusal" => Part::Text(part.text("refusal")?.unwrap_or_default().to_owned()),
        "input_image" => {
            if part.text("detail")?.is_some_and(|detail| detail != "auto") {
                left_out.add(&part.at("detail"));
            }
            Part::Image(address(&mut part, "image_url")?)
        }
        "input_file" => {
            let must = "must be `input_text` or `input_image` for this model";
            left_out.leave_part(part.wrong("type", must));
            return Ok(None);
        }
        _ => {
            let must = "must be `input_text`, `input_image`, `output_text` or `refusal`";
            return Err(part.wrong("type", must));
        }
    };
    part.rest(left_out);
    Ok(Some(read))
}

fn reasoning(fields: &mut Fields<'_>) -> Read<Reasoning> {
    let mut words: Vec<&str> = Vec::new();
    for name in ["summary", "content"] {
        for item in fields.list(name)?.unwrap_or_default() {
            let text = item.value.get("text").and_then(Value::as_str);
            words.extend(text);
        }
    }
    let seal = fields.text("encrypted_content")?;
    let sealed = super::shape::unseal(seal.unwrap_or_default());
    Ok(Reasoning {
        text: words.join("\n\n"),
        redacted: sealed.as_ref().is_some_and(|(_, redacted)| *redacted),
        seal: sealed.map(|(seal, _)| seal),
    })
}
