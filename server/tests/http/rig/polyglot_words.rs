//! What the provider for programs says, in each language it speaks.

use serde_json::{Value, json};

/// Tokens that every prompt is said to have.
pub(crate) const READ: u64 = 12;
/// Tokens that every answer is said to have.
pub(crate) const WRITTEN: u64 = 7;
/// Words of a refusal that nobody may repeat.
pub(crate) const PRIVATE: &str = "organisation org-qzprivate of the account";

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Chat,
    Messages,
}

impl Language {
    /// The language at a path.
    pub(super) fn at(path: &str) -> Option<Self> {
        if path.ends_with("/chat/completions") {
            Some(Self::Chat)
        } else if path.ends_with("/messages") {
            Some(Self::Messages)
        } else {
            None
        }
    }

    pub(super) fn refusal(model: &str) -> String {
        let (kind, code) = match model {
            "limited" | "busy-once" => ("rate_limit_error", "rate_limit_exceeded"),
            "no-credit" => ("billing_error", "insufficient_quota"),
            "revoked" => ("authentication_error", "invalid_api_key"),
            "forbidden-content" => ("invalid_request_error", "content_policy_violation"),
            "too-long" => ("invalid_request_error", "context_length_exceeded"),
            "overloaded" => ("overloaded_error", "overloaded"),
            _ => ("api_error", "server_error"),
        };
        let error = json!({"type": kind, "code": code, "message": PRIVATE});
        json!({"type": "error", "error": error}).to_string()
    }

    /// An error where an answer should begin.
    pub(super) fn error_inside(self) -> String {
        let error = json!({"type": "overloaded_error", "code": "overloaded", "message": PRIVATE});
        match self {
            Self::Chat => data(&json!({"error": error})),
            Self::Messages => event(&json!({"type": "error", "error": error})),
        }
    }

    pub(super) fn begin(self) -> String {
        match self {
            Self::Chat => chunk(&json!({"role": "assistant", "content": ""}), None),
            Self::Messages => event(&json!({"type": "message_start", "message": {
                "id": "msg_up", "type": "message", "role": "assistant", "model": "m",
                "content": [], "stop_reason": null, "stop_sequence": null,
                "usage": {"input_tokens": READ, "output_tokens": 1},
            }})),
        }
    }

    /// What stands before the first piece of text.
    pub(super) fn open(self) -> String {
        match self {
            Self::Chat => String::new(),
            Self::Messages => start(&json!({"type": "text", "text": ""})),
        }
    }

    /// A piece of text with how likely it was, which only one of the languages has words for.
    pub(super) fn weighed(self, text: &str) -> String {
        match self {
            Self::Chat => {
                let token =
                    json!({"token": text, "logprob": -0.25, "bytes": null, "top_logprobs": []});
                let choice = json!({
                    "index": 0, "delta": {"content": text}, "finish_reason": null,
                    "logprobs": {"content": [token], "refusal": null},
                });
                data(&json!({
                    "id": "up", "object": "chat.completion.chunk", "created": 1, "model": "m",
                    "choices": [choice],
                }))
            }
            Self::Messages => self.text(text),
        }
    }

    /// A piece of text.
    pub(super) fn text(self, text: &str) -> String {
        match self {
            Self::Chat => chunk(&json!({"content": text}), None),
            Self::Messages => delta(&json!({"type": "text_delta", "text": text})),
        }
    }

    pub(super) fn call(self, id: &str, name: &str, arguments: &str) -> String {
        match self {
            Self::Chat => {
                let function = json!({"name": name, "arguments": arguments});
                let call = json!({"index": 0, "id": id, "type": "function", "function": function});
                chunk(&json!({"tool_calls": [call]}), None)
            }
            Self::Messages => {
                let block = json!({"type": "tool_use", "id": id, "name": name, "input": {}});
                let words = json!({"type": "input_json_delta", "partial_json": arguments});
                start(&block) + &delta(&words)
            }
        }
    }

    pub(super) fn end(self, called: bool) -> String {
        match self {
            Self::Chat => {
                let reason = if called { "tool_calls" } else { "stop" };
                let usage = json!({"choices": [], "usage": {
                    "prompt_tokens": READ, "completion_tokens": WRITTEN,
                    "total_tokens": READ + WRITTEN,
                }});
                let end = chunk(&json!({}), Some(reason));
                format!("{end}{}data: [DONE]\n\n", data(&usage))
            }
            Self::Messages => {
                let reason = if called { "tool_use" } else { "end_turn" };
                let stop = event(&json!({"type": "content_block_stop", "index": 0}));
                let counts = event(&json!({
                    "type": "message_delta",
                    "delta": {"stop_reason": reason, "stop_sequence": null},
                    "usage": {"output_tokens": WRITTEN},
                }));
                stop + &counts + &event(&json!({"type": "message_stop"}))
            }
        }
    }

    /// What is said to a request.
    pub(super) fn said(model: &str, body: &Value) -> String {
        let last = &body["messages"].as_array().and_then(|lines| lines.last());
        let content = last.map_or(&Value::Null, |last| &last["content"]);
        match model {
            "formed" => json!({"name": "Oslo", "warm": false}).to_string(),
            "sees" => {
                let parts = content.as_array().map(Vec::as_slice).unwrap_or_default();
                let picture = |part: &&Value| {
                    let kind = part["type"].as_str().unwrap_or_default();
                    kind == "image_url" || kind == "image"
                };
                format!("{} pictures", parts.iter().filter(picture).count())
            }
            _ => {
                let text = content.as_str().or_else(|| content[0]["text"].as_str());
                format!("You said: {}", text.unwrap_or_default())
            }
        }
    }

    /// The result of a tool, where the conversation has come that far.
    pub(super) fn tool_result(self, body: &Value) -> Option<String> {
        let lines = body["messages"].as_array()?;
        let last = lines.last()?;
        match self {
            Self::Chat => (last["role"] == "tool").then(|| text_of(&last["content"])),
            Self::Messages => {
                let parts = last["content"].as_array()?;
                let result = parts.iter().find(|part| part["type"] == "tool_result")?;
                Some(text_of(&result["content"]))
            }
        }
    }
}

/// Vectors of three numbers, as numbers or as the bytes of them, for as many texts as were sent.
pub(super) fn vectors(body: &Value) -> String {
    let count = body["input"].as_array().map_or(1, Vec::len);
    let vector = if body["encoding_format"] == "base64" {
        json!("AAAAPwAAgL4AAIA/")
    } else {
        json!([0.5, -0.25, 1.0])
    };
    let one = |index: usize| json!({"object": "embedding", "index": index, "embedding": vector});
    let data: Vec<Value> = (0..count).map(one).collect();
    let usage = json!({"prompt_tokens": READ, "total_tokens": READ});
    json!({"object": "list", "data": data, "model": body["model"], "usage": usage}).to_string()
}

fn text_of(content: &Value) -> String {
    let text = content.as_str().or_else(|| content[0]["text"].as_str());
    text.unwrap_or_default().to_owned()
}

fn data(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn event(value: &Value) -> String {
    let kind = value["type"].as_str().unwrap_or_default();
    format!("event: {kind}\ndata: {value}\n\n")
}

fn chunk(delta: &Value, reason: Option<&str>) -> String {
    let choice = json!({"index": 0, "delta": delta, "finish_reason": reason});
    data(&json!({
        "id": "up", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [choice],
    }))
}

fn start(block: &Value) -> String {
    event(&json!({"type": "content_block_start", "index": 0, "content_block": block}))
}

fn delta(delta: &Value) -> String {
    event(&json!({"type": "content_block_delta", "index": 0, "delta": delta}))
}
