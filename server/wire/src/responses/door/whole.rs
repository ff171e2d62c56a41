//! A whole answer as one response.

use super::shape;
use crate::chat::Part;
use crate::door::{Answer, Head};
use serde_json::Value;

pub(crate) fn whole(head: &Head, answer: &Answer) -> Value {
    let items = answer.parts.iter().enumerate();
    let items: Vec<Value> = items
        .filter_map(|(at, part)| item(head, at, part))
        .collect();
    shape::ended(head, answer.finish, answer.usage, items.into()).into()
}

fn item(head: &Head, at: usize, part: &Part) -> Option<Value> {
    let id = |kind| shape::item_id(kind, head, at);
    Some(match part {
        Part::Text(text) => shape::message(&id("msg"), "completed", Some(text)),
        Part::Reasoning(reasoning) => shape::reasoning(&id("rs"), reasoning),
        Part::ToolCall(call) => shape::call(&id("fc"), "completed", call),
        Part::Image(_) | Part::ToolResult(_) => return None,
    })
}
