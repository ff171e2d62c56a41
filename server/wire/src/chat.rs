//! A conversation in one vocabulary for every dialect.
//!
//! Owns what can be asked of a model: lines with text, images, tool calls and their results, and
//! the settings that every provider knows under some name. Refuses to be any provider's shape; a
//! dialect that cannot carry something says so with a [`Dropped`].

pub use crate::schema::Schema;

use serde_json::Value;

/// What is asked of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChatRequest {
    /// Instructions, ahead of the conversation; each is one paragraph of its own.
    pub system: Vec<String>,
    /// Lines, oldest first.
    pub messages: Vec<Message>,
    /// Tools that the model may call.
    pub tools: Vec<Tool>,
    /// Whether it must.
    pub tool_choice: ToolChoice,
    /// Several calls in one line; `None`: as the provider does.
    pub parallel_tools: Option<bool>,
    /// The form of the answer.
    pub form: AnswerForm,
    /// Most tokens the answer may have, reasoning included; `None`: as many as the target gives.
    pub max_output: Option<u32>,
    /// Randomness, 0 to 2.
    pub temperature: Option<f64>,
    /// Share of probability that is drawn from, 0 to 1.
    pub top_p: Option<f64>,
    /// Texts that end the answer.
    pub stop: Vec<String>,
    /// For answers that can be repeated, where a provider can.
    pub seed: Option<i64>,
    /// How much the model reasons; `None`: as the provider does.
    pub reasoning: Option<Effort>,
}

/// Which model is asked.
#[derive(Clone, Copy, Debug)]
pub struct To<'a> {
    /// The provider's name of the model.
    pub model: &'a str,
    /// Most tokens the answer may have, reasoning included; `None`: the provider's own limit.
    pub max_output: Option<u32>,
}

impl To<'_> {
    /// The smaller of this limit and the request's.
    #[must_use]
    pub fn limit(self, request: &ChatRequest) -> Option<u32> {
        match (self.max_output, request.max_output) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }
}

/// A line of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who says it.
    pub speaker: Speaker,
    /// What, in order.
    pub parts: Vec<Part>,
}

impl Message {
    /// A line of plain text.
    #[must_use]
    pub fn text(speaker: Speaker, text: impl Into<String>) -> Self {
        Self {
            speaker,
            parts: vec![Part::Text(text.into())],
        }
    }
}

/// Who says a line. Instructions are not a line, see [`ChatRequest::system`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The person, or the program that ran a tool.
    User,
    /// The model.
    Assistant,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// A picture.
    Image(Image),
    /// What the model thought before it answered.
    Reasoning(Reasoning),
    /// The model asks for a tool.
    ToolCall(ToolCall),
    /// What a tool gave.
    ToolResult(ToolResult),
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Image {
    /// The bytes themselves.
    Inline {
        /// Like `image/png`.
        media_type: String,
        /// Base64, standard alphabet with padding.
        base64: String,
    },
    /// An address that the provider reads from.
    Url(String),
}

/// A piece of reasoning, to be given back to the model that made it exactly as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasoning {
    /// The words, where the provider shows them.
    pub text: String,
    /// The provider's own proof, or the reasoning itself in a form only the provider reads.
    pub seal: Option<String>,
    /// `seal` is the reasoning itself, and there are no words.
    pub redacted: bool,
}

/// A tool that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCall {
    /// Names the call; the result repeats it.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments, a JSON object as text.
    pub arguments: String,
    /// The provider's proof of the reasoning behind the call, given back as it came.
    pub seal: Option<String>,
}

impl ToolCall {
    /// The arguments as an object. Anything else is none, and told.
    pub(crate) fn object(&self, dropped: &mut Vec<Dropped>) -> Value {
        if let Ok(Value::Object(object)) = serde_json::from_str(&self.arguments) {
            return Value::Object(object);
        }
        if !self.arguments.trim().is_empty() {
            dropped.push(Dropped("tool call arguments"));
        }
        Value::Object(serde_json::Map::new())
    }
}

/// What a tool gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolResult {
    /// The call's id.
    pub id: String,
    /// The tool; some dialects name it instead of the call.
    pub name: String,
    /// What it gave, as text.
    pub text: String,
    /// It failed.
    pub failed: bool,
}

/// A tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The schema of its arguments.
    pub parameters: Schema,
    /// The arguments must match the schema exactly.
    pub strict: bool,
}

/// Whether tools must be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// As the model likes.
    #[default]
    Auto,
    /// None may be.
    None,
    /// At least one must be.
    Required,
    /// This one must be.
    Named(String),
}

/// The form of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AnswerForm {
    /// Words.
    #[default]
    Text,
    /// Any JSON object.
    Json,
    /// JSON of this schema.
    Schema {
        /// Its name.
        name: String,
        /// The schema.
        schema: Schema,
        /// The answer must match it exactly.
        strict: bool,
    },
}

/// How much a model reasons before it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effort {
    /// Not at all, where that is possible.
    None,
    /// A little.
    Low,
    /// Some.
    Medium,
    /// A lot.
    High,
}

impl Effort {
    /// The word that most dialects use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Something of a request that a dialect cannot carry, e.g. `seed` or `image url`. Told, never
/// left out in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dropped(pub &'static str);

/// A request as a provider reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The body, JSON.
    pub body: Vec<u8>,
    /// What could not be carried, each once, in alphabetical order.
    pub dropped: Vec<Dropped>,
}

impl Encoded {
    /// Writes `body`, an object.
    #[must_use]
    pub fn new(body: &Value, mut dropped: Vec<Dropped>) -> Self {
        dropped.sort_unstable();
        dropped.dedup();
        Self {
            body: crate::schema::write(body),
            dropped,
        }
    }
}
