//! What a model's name tells of what it understands.
//!
//! Owns the few differences that make a model refuse a whole request. Refuses to know any model by
//! its full name: a list would be out of date with the next one, so Claude is told by its
//! generation, and an unknown one is taken for the newest.

/// A model, as far as requests differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Model {
    /// Claude of this generation, e.g. 4 and 6.
    Claude(u8, u8),
    /// Amazon Nova.
    Nova,
    /// All others, and inference profiles whose names tell nothing.
    Other,
}

/// Where a mark for the provider's prompt cache may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CacheMarks {
    /// Nowhere: the model refuses them.
    Nowhere,
    /// Right after a text.
    AfterText,
    /// After anything.
    Anywhere,
}

/// How a model is asked to reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thinking {
    /// It cannot be.
    Never,
    /// With a number of tokens.
    Budget,
    /// With a word; unasked it does not.
    Effort,
    /// With a word; unasked it does as it likes.
    Always,
}

impl Model {
    /// Reads an id, an id with a region ahead, or an ARN.
    pub(super) fn of(id: &str) -> Self {
        if let Some((_, name)) = id.split_once("anthropic.") {
            let (major, minor) = generation(name.trim_start_matches("claude-"));
            Self::Claude(major, minor)
        } else if id.contains("amazon.nova") {
            Self::Nova
        } else {
            Self::Other
        }
    }

    /// Where a mark for the prompt cache may stand.
    pub(super) fn cache_marks(self) -> CacheMarks {
        match self {
            Self::Claude(major, minor) if (major, minor) >= (3, 7) => CacheMarks::Anywhere,
            Self::Nova => CacheMarks::AfterText,
            Self::Claude(..) | Self::Other => CacheMarks::Nowhere,
        }
    }

    /// How it is asked to reason.
    pub(super) fn thinking(self) -> Thinking {
        match self {
            Self::Claude(major, _) if major >= 5 => Thinking::Always,
            Self::Claude(4, 6..) => Thinking::Effort,
            Self::Claude(4, _) | Self::Claude(3, 7..) => Thinking::Budget,
            Self::Claude(..) | Self::Nova | Self::Other => Thinking::Never,
        }
    }

    /// It reads reasoning that is given back. Seals are Claude's alone, and a conversation that
    /// moved from it to another model would be refused for them.
    pub(super) fn takes_reasoning(self) -> bool {
        self.thinking() != Thinking::Never
    }

    /// It takes a temperature or a share of probability at all.
    pub(super) fn takes_sampling(self) -> bool {
        !matches!(self, Self::Claude(major, minor) if (major, minor) >= (4, 7))
    }

    /// It takes both at once.
    pub(super) fn takes_both_samplings(self) -> bool {
        !matches!(self, Self::Claude(major, minor) if (major, minor) >= (4, 1))
    }

    /// The result of a tool may say that the tool failed.
    pub(super) fn takes_result_status(self) -> bool {
        !matches!(self, Self::Other)
    }
}

/// The first number of a name, and the one right behind it: names had the generation ahead of the
/// size until 3.7 and behind it since, and dates of eight digits behind that.
fn generation(name: &str) -> (u8, u8) {
    if name.starts_with("v2") || name.starts_with("instant") {
        return (2, 0);
    }
    let mut numbers = name
        .split('-')
        .map(|part| part.parse().ok())
        .skip_while(Option::is_none);
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(major), minor) => (major, minor.unwrap_or(0)),
        (None, _) => (u8::MAX, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::Model::{self, Claude, Nova, Other};
    use super::{CacheMarks, Thinking};

    #[test]
    fn names_tell_the_generation() {
        let table = [
            ("anthropic.claude-v2:1", Claude(2, 0)),
            ("anthropic.claude-instant-v1", Claude(2, 0)),
            ("anthropic.claude-3-haiku-20240307-v1:0", Claude(3, 0)),
            ("us.anthropic.claude-3-7-sonnet-20250219-v1:0", Claude(3, 7)),
            ("eu.anthropic.claude-sonnet-4-20250514-v1:0", Claude(4, 0)),
            ("anthropic.claude-haiku-4-5-20251001-v1:0", Claude(4, 5)),
            ("global.anthropic.claude-opus-4-6-v1", Claude(4, 6)),
            ("anthropic.claude-opus-5", Claude(5, 0)),
            ("anthropic.claude-fable-5-1", Claude(5, 1)),
            ("anthropic.claude-mythos-preview", Claude(255, 0)),
            (
                "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-7",
                Claude(4, 7),
            ),
            ("us.amazon.nova-2-lite-v1:0", Nova),
            ("meta.llama4-maverick-17b-instruct-v1:0", Other),
            (
                "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc",
                Other,
            ),
        ];
        for (id, model) in table {
            assert_eq!(Model::of(id), model, "{id}");
        }
    }

    #[test]
    fn generations_differ_where_requests_would_be_refused() {
        let table = [
            (Claude(3, 5), CacheMarks::Nowhere, Thinking::Never, true),
            (Claude(3, 7), CacheMarks::Anywhere, Thinking::Budget, true),
            (Claude(4, 5), CacheMarks::Anywhere, Thinking::Budget, true),
            (Claude(4, 6), CacheMarks::Anywhere, Thinking::Effort, true),
            (Claude(4, 7), CacheMarks::Anywhere, Thinking::Effort, false),
            (Claude(5, 0), CacheMarks::Anywhere, Thinking::Always, false),
            (Nova, CacheMarks::AfterText, Thinking::Never, true),
            (Other, CacheMarks::Nowhere, Thinking::Never, true),
        ];
        for (model, marks, thinking, sampling) in table {
            assert_eq!(model.cache_marks(), marks, "{model:?}");
            assert_eq!(model.thinking(), thinking, "{model:?}");
            assert_eq!(model.takes_sampling(), sampling, "{model:?}");
        }
    }
}
