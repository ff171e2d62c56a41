//! A whole answer as one response.

use super::shape;
use crate::chat::Part;
use crate::door::{Answer, Head};
use serde_json::Value;

pub(crate) fn whole(head: &Head, answer: &Answer) -> Value {
    let mut likelihoods = answer.likelihoods.as_slice();
    let mut items = Vec::new();
    for (at, part) in answer.parts.iter().enumerate() {
        // They are collected over all words; nearly every answer has one line of them.
        let of_words = matches!(part, Part::Text(_)).then(|| std::mem::take(&mut likelihoods));
        items.extend(item(head, at, part, of_words.unwrap_or_default()));
    }
    shape::ended(head, answer.finish, answer.usage, items.into()).into()
}

fn item(head: &Head, at: usize, part: &Part, likelihoods: &[Value]) -> Option<Value> {
    let id = |kind| shape::item_id(kind, head, at);
    Some(match part {
        Part::Text(text) => {
            let words = shape::output_text(text, likelihoods);
            shape::message(&id("msg"), "completed", Some(words))
        }
        Part::Reasoning(reasoning) => shape::reasoning(&id("rs"), reasoning),
        Part::ToolCall(call) => shape::call(&id("fc"), "completed", call),
        Part::Image(_) | Part::ToolResult(_) => return None,
    })
}
