//! What a program asked for, and what of it was wrong or could not be carried.

use crate::chat::ChatRequest;
use serde_json::{Map, Value};

/// Most names that are told; the list goes into a header.
const MOST_LEFT_OUT: usize = 32;
/// Longest name that is told, in bytes.
const LONGEST_NAME: usize = 64;

/// A result of reading.
pub(crate) type Read<T> = Result<T, WrongInput>;

/// A request, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The model's name as the workspace knows it.
    pub alias: String,
    /// The answer is wanted piece by piece.
    pub stream: bool,
    /// Token counts are wanted at the end of a stream.
    pub include_usage: bool,
    /// The conversation.
    pub request: ChatRequest,
    /// The answer that this one goes on from, where the language has such a thing.
    pub previous: Option<String>,
    /// The answer is to be kept, so that another can go on from it.
    pub store: bool,
    /// How many answers are wanted, 1 to 8.
    pub answers: u32,
    /// Settings that the language repeats in its answer, see [`super::Head::echo`].
    pub echo: Map<String, Value>,
    /// What could not be carried.
    pub left_out: LeftOut,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            alias: String::new(),
            stream: false,
            include_usage: false,
            request: ChatRequest::default(),
            previous: None,
            store: false,
            answers: 1,
            echo: Map::new(),
            left_out: LeftOut::default(),
        }
    }
}

/// Fields of a request that mean something to somebody and were left out. Told, never left out in
/// silence. At most 32 names of at most 64 bytes, sorted, each once; places in lists are not told
/// apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    names: Vec<String>,
    as_is_only: Option<WrongInput>,
}

impl LeftOut {
    /// The names, like `messages[].name`.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// `Some`: something of the conversation itself was left out, a document or a recording, so
    /// [`Asked::request`] is not what was asked. A target of the same dialect can be handed the
    /// request as it came, see [`super::Door::pass`]; for all others this is the refusal.
    #[must_use]
    pub const fn as_is_only(&self) -> Option<&WrongInput> {
        self.as_is_only.as_ref()
    }

    /// Leaves out a part of the conversation.
    pub(crate) fn leave_part(&mut self, wrong: WrongInput) {
        if let Some(field) = &wrong.field {
            self.add(field);
        }
        self.as_is_only.get_or_insert(wrong);
    }

    pub(crate) fn add(&mut self, path: &str) {
        let mut name = String::new();
        let mut in_list = false;
        for letter in path.chars() {
            match letter {
                '[' => in_list = true,
                ']' => in_list = false,
                '0'..='9' if in_list => continue,
                _ => {}
            }
            name.push(letter);
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte);
        if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(plain) {
            "a field of an odd name".clone_into(&mut name);
        }
        if let Err(at) = self.names.binary_search(&name)
            && self.names.len() < MOST_LEFT_OUT
        {
            self.names.insert(at, name);
        }
    }
}

/// A request that cannot be read. The words are ours and repeat nothing of what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", field.as_ref().map(|field| format!("{field}: ")).unwrap_or_default())]
pub struct WrongInput {
    /// Which field, like `messages[2].content[0].type`; `None`: the body as a whole.
    pub field: Option<String>,
    /// What is wrong with it, in plain words.
    pub reason: String,
}

impl WrongInput {
    pub(crate) fn body(reason: impl Into<String>) -> Self {
        Self {
            field: None,
            reason: reason.into(),
        }
    }

    pub(crate) fn at(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            reason: reason.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LeftOut;

    #[test]
    fn names_are_told_once_and_are_bounded() {
        let mut left = LeftOut::default();
        for at in 0..3 {
            left.add(&format!("messages[{at}].name"));
        }
        left.add("logit_bias");
        left.add("a\r\nset-cookie: b");
        left.add(&"x".repeat(65));
        assert_eq!(
            left.names(),
            ["a field of an odd name", "logit_bias", "messages[].name"]
        );
        for at in 0..100 {
            left.add(&format!("f{at}"));
        }
        assert_eq!(left.names().len(), 32);
    }
}
