//! What is asked.

/// Texts to be made vectors of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmbedRequest {
    /// The texts, at most [`super::EmbedDialect::most_inputs`] at once.
    pub inputs: Vec<Input>,
    /// Length of a vector; `None`: the model's own.
    pub dimensions: Option<u32>,
    /// What the vectors are for; some models make others for questions than for answers.
    pub purpose: Purpose,
}

/// One text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Words.
    Text(String),
    /// Words as the numbers that one family of models knows them by.
    Tokens(Vec<u32>),
}

/// What vectors are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Nobody said.
    #[default]
    Unsaid,
    /// To be found.
    Document,
    /// To find with.
    Query,
    /// To be compared with each other.
    Likeness,
}

impl EmbedRequest {
    /// The inputs as words; `None`: one of them is not.
    pub(crate) fn texts(&self) -> Option<Vec<&str>> {
        self.inputs.iter().map(Input::text).collect()
    }
}

impl Input {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Tokens(_) => None,
        }
    }
}
