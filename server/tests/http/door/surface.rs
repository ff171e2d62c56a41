//! One question in three languages, and what their answers have in common.

use super::Program;
use crate::rig::browser::Page;
use serde_json::{Value, json};

/// A language that programs speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Chat,
    Responses,
    Messages,
}

/// All of them.
pub(super) const ALL: [Surface; 3] = [Surface::Chat, Surface::Responses, Surface::Messages];

impl Surface {
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Chat => "/v1/chat/completions",
            Self::Responses => "/v1/responses",
            Self::Messages => "/v1/messages",
        }
    }

    /// A request with one question.
    pub(super) fn question(self, model: &str, text: &str) -> Value {
        let lines = json!([{"role": "user", "content": text}]);
        match self {
            Self::Chat => json!({"model": model, "messages": lines}),
            Self::Responses => json!({"model": model, "input": text, "store": false}),
            Self::Messages => json!({"model": model, "max_tokens": 64, "messages": lines}),
        }
    }

    /// The same, wanted piece by piece.
    pub(super) fn streamed(self, model: &str, text: &str) -> Value {
        let mut body = self.question(model, text);
        body["stream"] = true.into();
        if self == Self::Chat {
            body["stream_options"] = json!({"include_usage": true});
        }
        body
    }

    /// Words of a whole answer.
    pub(super) fn words(self, body: &Value) -> String {
        let words = match self {
            Self::Chat => &body["choices"][0]["message"]["content"],
            Self::Responses => &body["output"][0]["content"][0]["text"],
            Self::Messages => &body["content"][0]["text"],
        };
        words.as_str().unwrap_or_default().to_owned()
    }

    /// Words of an answer that came piece by piece.
    pub(super) fn said(self, events: &[Value]) -> String {
        let piece = |event: &Value| {
            let piece = match self {
                Self::Chat => &event["choices"][0]["delta"]["content"],
                Self::Responses if event["type"] == "response.output_text.delta" => &event["delta"],
                Self::Messages => &event["delta"]["text"],
                Self::Responses => &Value::Null,
            };
            piece.as_str().map(str::to_owned)
        };
        events.iter().filter_map(piece).collect()
    }

    /// Tokens read and written, wherever an answer tells them.
    pub(super) fn counts(self, body: &Value) -> (u64, u64) {
        let (usage, read, written) = match self {
            Self::Chat => (&body["usage"], "prompt_tokens", "completion_tokens"),
            Self::Responses | Self::Messages => (&body["usage"], "input_tokens", "output_tokens"),
        };
        let count = |name: &str| usage[name].as_u64().unwrap();
        (count(read), count(written))
    }

    /// The event at the end of a stream that tells the counts, as a body.
    pub(super) fn told(self, events: &[Value]) -> Value {
        let told = events.iter().rev().find_map(|event| {
            let body = match self {
                Self::Responses => &event["response"],
                _ => event,
            };
            body["usage"].is_object().then(|| body.clone())
        });
        told.unwrap()
    }

    /// What a refusal calls itself: the code of one language, the type of the other.
    pub(super) fn name_of(self, body: &Value) -> String {
        let error = &body["error"];
        assert!(
            !error["message"].as_str().unwrap_or_default().is_empty(),
            "{body}"
        );
        let name = match self {
            Self::Messages => {
                assert_eq!(body["type"], "error", "{body}");
                &error["type"]
            }
            Self::Chat | Self::Responses if error["code"].is_null() => &error["type"],
            Self::Chat | Self::Responses => &error["code"],
        };
        name.as_str().unwrap_or_default().to_owned()
    }

    pub(super) async fn ask(self, program: &Program, model: &str, text: &str) -> Page {
        program.post(self.path(), &self.question(model, text)).await
    }

    pub(super) async fn follow(self, program: &Program, model: &str, text: &str) -> Page {
        program.post(self.path(), &self.streamed(model, text)).await
    }
}

impl Page {
    /// The JSON of every event; `[DONE]` and comments are left out.
    pub(super) fn events(&self) -> Vec<Value> {
        let lines = self
            .body
            .lines()
            .filter_map(|line| line.strip_prefix("data: "));
        let json = lines.filter(|data| *data != "[DONE]");
        json.map(|data| serde_json::from_str(data).unwrap())
            .collect()
    }

    /// A refusal as JSON, whatever its status.
    pub(super) fn refusal(&self) -> Value {
        assert!(self.status >= 400, "{}: {}", self.status, self.body);
        assert_eq!(
            self.header("content-type"),
            "application/json",
            "{}",
            self.body
        );
        serde_json::from_str(&self.body).unwrap()
    }
}
