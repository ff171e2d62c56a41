//! What a request may hold beside words: tools, forms, pictures, and fields that only the provider
//! knows.

use super::Client;
use super::surface::{ALL, Surface};
use crate::rig::checks::Checks;
use serde_json::{Value, json};

const PICTURE: &str = "iVBORw0KGgo=";

pub(super) async fn run(checks: &mut Checks, client: &Client) {
    checks
        .run(
            "door: a tool is asked for and its result told, on every surface",
            tools(client.clone()),
        )
        .await;
    checks
        .run(
            "door: an answer has the form that was asked for",
            formed(client.clone()),
        )
        .await;
    checks
        .run("door: pictures arrive", pictures(client.clone()))
        .await;
    checks
        .run(
            "door: a request in the provider's own language arrives as it was written",
            as_written(client.clone()),
        )
        .await;
}

fn schema() -> Value {
    json!({"type": "object", "properties": {"city": {"type": "string"}}})
}

/// The tool as each language describes it.
fn tool(surface: Surface) -> Value {
    let (name, about) = ("weather", "What it is like outside.");
    match surface {
        Surface::Chat => json!({"type": "function", "function":
            {"name": name, "description": about, "parameters": schema()}}),
        Surface::Responses => json!({"type": "function", "name": name, "description": about,
            "parameters": schema(), "strict": false}),
        Surface::Messages => json!({"name": name, "description": about, "input_schema": schema()}),
    }
}

/// The id of the call, its arguments, and the lines that follow it with its result.
fn told(surface: Surface, body: &Value) -> (Value, Value, Vec<Value>) {
    match surface {
        Surface::Chat => {
            let message = &body["choices"][0]["message"];
            let call = &message["tool_calls"][0];
            let arguments = call["function"]["arguments"].as_str().unwrap();
            let result = json!({"role": "tool", "tool_call_id": call["id"], "content": "cold"});
            let lines = vec![message.clone(), result];
            (
                call["id"].clone(),
                serde_json::from_str(arguments).unwrap(),
                lines,
            )
        }
        Surface::Responses => {
            let call = &body["output"][0];
            let arguments = call["arguments"].as_str().unwrap();
            let result = json!({"type": "function_call_output", "call_id": call["call_id"], "output": "cold"});
            let lines = vec![call.clone(), result];
            (
                call["call_id"].clone(),
                serde_json::from_str(arguments).unwrap(),
                lines,
            )
        }
        Surface::Messages => {
            let call = &body["content"][0];
            let result =
                json!({"type": "tool_result", "tool_use_id": call["id"], "content": "cold"});
            let lines = vec![
                json!({"role": "assistant", "content": body["content"]}),
                json!({"role": "user", "content": [result]}),
            ];
            (call["id"].clone(), call["input"].clone(), lines)
        }
    }
}

async fn tools(client: Client) {
    for surface in ALL {
        for model in ["calls", "claude-calls"] {
            let text = client.house.canaries.fresh("question");
            let mut ask = surface.question(model, &text);
            ask["tools"] = json!([tool(surface)]);
            let first = client.program.post(surface.path(), &ask).await;
            let body: Value = first.json();
            let (id, arguments, lines) = told(surface, &body);
            assert_eq!(id, "call_1", "{surface:?} {model}");
            assert_eq!(arguments, json!({"city": "Oslo"}));
            let ended = match surface {
                Surface::Chat => body["choices"][0]["finish_reason"] == "tool_calls",
                Surface::Responses => body["status"] == "completed",
                Surface::Messages => body["stop_reason"] == "tool_use",
            };
            assert!(ended, "{body}");
            let name = if surface == Surface::Responses {
                "input"
            } else {
                "messages"
            };
            let question = json!([{"role": "user", "content": text}]);
            ask[name] = [question.as_array().unwrap().as_slice(), &lines]
                .concat()
                .into();
            let second = client.program.post(surface.path(), &ask).await;
            let said = surface.words(&second.json());
            assert_eq!(said, "It is cold.", "{surface:?} {model}: {}", second.body);
        }
    }
}

async fn formed(client: Client) {
    for surface in ALL {
        let text = client.house.canaries.fresh("question");
        let mut ask = surface.question("formed", &text);
        let form =
            json!({"type": "json_schema", "name": "city", "strict": true, "schema": schema()});
        match surface {
            Surface::Chat => {
                let inner = json!({"name": "city", "strict": true, "schema": schema()});
                ask["response_format"] = json!({"type": "json_schema", "json_schema": inner});
            }
            Surface::Responses => ask["text"] = json!({"format": form}),
            Surface::Messages => {
                let form = json!({"type": "json_schema", "schema": schema()});
                ask["output_config"] = json!({"format": form});
            }
        }
        let page = client.program.post(surface.path(), &ask).await;
        let words = surface.words(&page.json());
        let read: Value = serde_json::from_str(&words).unwrap();
        assert_eq!(read, json!({"name": "Oslo", "warm": false}));
        let heard = client.provider.heard(&text).pop().unwrap();
        let asked = &heard.body["response_format"]["json_schema"]["schema"];
        assert_eq!(
            asked["properties"]["city"]["type"], "string",
            "{}",
            heard.raw
        );
    }
}

async fn pictures(client: Client) {
    let data = format!("data:image/png;base64,{PICTURE}");
    for surface in ALL {
        let text = client.house.canaries.fresh("question");
        let mut ask = surface.question("sees", "");
        let (place, parts) = match surface {
            Surface::Chat => (
                "messages",
                json!([{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": data}}]),
            ),
            Surface::Responses => (
                "input",
                json!([{"type": "input_text", "text": text}, {"type": "input_image", "image_url": data}]),
            ),
            Surface::Messages => {
                let source = json!({"type": "base64", "media_type": "image/png", "data": PICTURE});
                let picture = json!({"type": "image", "source": source});
                ("messages", json!([{"type": "text", "text": text}, picture]))
            }
        };
        ask[place] = json!([{"role": "user", "content": parts}]);
        let page = client.program.post(surface.path(), &ask).await;
        assert_eq!(page.status, 200, "{surface:?}: {}", page.body);
        assert_eq!(surface.words(&page.json()), "1 pictures", "{surface:?}");
    }
}

async fn as_written(client: Client) {
    for (surface, model) in [(Surface::Chat, "plain"), (Surface::Messages, "claude")] {
        let text = client.house.canaries.fresh("question");
        // A field nobody here knows, a number that would lose its last digits, and odd spaces.
        let odd = "\"of_tomorrow\":  {\"deep\": [1.00000000000000000001, null]}";
        let ask = surface.question(model, &text).to_string();
        let ask = format!("{{{odd},{}", &ask[1..]);
        let page = client.program.post_raw(surface.path(), ask).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.header("x-left-out"), "", "nothing was");
        let heard = client.provider.heard(&text).pop().unwrap();
        assert!(
            heard.raw.contains(odd.split_once(' ').unwrap().1.trim()),
            "{}",
            heard.raw
        );
        assert_eq!(heard.body["model"], "plain", "the provider's own name");
        assert!(
            !heard.head.contains(&client.program.token),
            "{}",
            heard.head
        );
        // To a provider of another language it is left out, and that is said.
        let other = if surface == Surface::Chat {
            "claude"
        } else {
            "plain"
        };
        let ask = surface.question(other, &text).to_string();
        let ask = format!("{{{odd},{}", &ask[1..]);
        let page = client.program.post_raw(surface.path(), ask).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.header("x-left-out"), "of_tomorrow");
        assert!(
            !client
                .provider
                .heard(&text)
                .pop()
                .unwrap()
                .raw
                .contains("of_tomorrow")
        );
    }
}
