//! The tools of a request.
//!
//! Owns `toolConfig`. Refuses to leave it out where the conversation holds calls or results: the
//! provider refuses such a conversation without it.

use crate::chat::{ChatRequest, Dropped, Part, Schema, Tool, ToolChoice};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The tools; `None` where there are none to name.
pub(super) fn encode_tools(request: &ChatRequest, dropped: &mut Vec<Dropped>) -> Option<Value> {
    let used = used(request);
    let forbidden = request.tools.is_empty() || request.tool_choice == ToolChoice::None;
    if request.parallel_tools.is_some() && !request.tools.is_empty() {
        dropped.push(Dropped("parallel tools"));
    }
    if forbidden && used.is_empty() {
        return None;
    }
    if forbidden {
        // They must be named for the conversation's sake, and nothing says that none may be called.
        dropped.push(Dropped("tool choice"));
    }
    if request.tools.iter().any(|tool| tool.strict) {
        dropped.push(Dropped("strict tools"));
    }
    let mut tools: Vec<Value> = request.tools.iter().map(encode_tool).collect();
    if tools.is_empty() {
        let anything = Schema::from(json!({"type": "object"}));
        tools.extend(used.into_iter().map(|name| spec(name, "", &anything)));
    }
    let mut config = json!({"tools": tools});
    match &request.tool_choice {
        _ if forbidden => {}
        ToolChoice::Auto | ToolChoice::None => {}
        ToolChoice::Required => config["toolChoice"] = json!({"any": {}}),
        ToolChoice::Named(name) => config["toolChoice"] = json!({"tool": {"name": name}}),
    }
    Some(config)
}

/// The names of the tools that the conversation calls.
fn used(request: &ChatRequest) -> BTreeSet<&str> {
    let parts = request.messages.iter().flat_map(|message| &message.parts);
    let names = parts.filter_map(|part| match part {
        Part::ToolCall(call) => Some(call.name.as_str()),
        Part::ToolResult(result) => Some(result.name.as_str()),
        Part::Text(_) | Part::Image(_) | Part::Reasoning(_) => None,
    });
    names.filter(|name| !name.is_empty()).collect()
}

fn encode_tool(tool: &Tool) -> Value {
    spec(&tool.name, &tool.description, &tool.parameters)
}

fn spec(name: &str, description: &str, schema: &Schema) -> Value {
    let mut spec = json!({"name": name, "inputSchema": {"json": schema}});
    if !description.trim().is_empty() {
        spec["description"] = description.into();
    }
    json!({"toolSpec": spec})
}

#[cfg(test)]
mod tests {
    use super::encode_tools;
    use crate::chat::{ChatRequest, Dropped, Message, Part, Speaker, Tool, ToolCall, ToolChoice};
    use serde_json::{Value, json};

    fn encoded(tools: bool, called: bool, choice: ToolChoice) -> (Option<Value>, Vec<Dropped>) {
        let tool = Tool {
            name: "f".into(),
            description: " ".into(),
            parameters: json!({"type": "object"}).into(),
            strict: false,
        };
        let call = Part::ToolCall(ToolCall {
            id: "a".into(),
            name: "g".into(),
            arguments: String::new(),
            seal: None,
        });
        let line = Message {
            speaker: Speaker::Assistant,
            parts: vec![call],
        };
        let request = ChatRequest {
            messages: called.then_some(line).into_iter().collect(),
            tools: tools.then_some(tool).into_iter().collect(),
            tool_choice: choice,
            ..ChatRequest::default()
        };
        let mut dropped = Vec::new();
        let tools = encode_tools(&request, &mut dropped);
        let written = |tools: Value| serde_json::from_slice(&crate::schema::write(&tools)).unwrap();
        (tools.map(written), dropped)
    }

    fn named(name: &str) -> Value {
        json!([{"toolSpec": {"name": name, "inputSchema": {"json": {"type": "object"}}}}])
    }

    #[test]
    fn the_choice_has_its_own_shapes_and_auto_has_none() {
        let table = [
            (ToolChoice::Auto, json!({"tools": named("f")})),
            (
                ToolChoice::Required,
                json!({"tools": named("f"), "toolChoice": {"any": {}}}),
            ),
            (
                ToolChoice::Named("f".into()),
                json!({"tools": named("f"), "toolChoice": {"tool": {"name": "f"}}}),
            ),
        ];
        for (choice, config) in table {
            assert_eq!(encoded(true, true, choice), (Some(config), vec![]));
        }
    }

    #[test]
    fn no_tools_means_none_unless_the_conversation_holds_calls() {
        let told = vec![Dropped("tool choice")];
        assert_eq!(encoded(true, false, ToolChoice::None), (None, vec![]));
        assert_eq!(encoded(false, false, ToolChoice::Required), (None, vec![]));
        let kept = json!({"tools": named("f")});
        assert_eq!(
            encoded(true, true, ToolChoice::None),
            (Some(kept), told.clone())
        );
        let stand_in = json!({"tools": named("g")});
        assert_eq!(
            encoded(false, true, ToolChoice::Required),
            (Some(stand_in), told)
        );
    }
}
