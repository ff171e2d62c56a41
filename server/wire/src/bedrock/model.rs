//! What a model's name tells of what it understands.
//!
//! Owns the few differences that make a model refuse a whole request; those between the generations
//! of Claude are [`crate::claude`]'s. Refuses to know any model by its full name: a list would be out
//! of date with the next one.

use crate::claude::{Generation, Thinking};

/// A model, as far as requests differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Model {
    /// Claude of this generation.
    Claude(Generation),
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

impl Model {
    /// Reads an id, an id with a region ahead, or an ARN.
    pub(super) fn of(id: &str) -> Self {
        if let Some((_, name)) = id.split_once("anthropic.") {
            Self::Claude(Generation::of(name))
        } else if id.contains("amazon.nova") {
            Self::Nova
        } else {
            Self::Other
        }
    }

    /// Where a mark for the prompt cache may stand.
    pub(super) fn cache_marks(self) -> CacheMarks {
        match self {
            Self::Claude(generation) if generation >= Generation(3, 7) => CacheMarks::Anywhere,
            Self::Nova => CacheMarks::AfterText,
            Self::Claude(..) | Self::Other => CacheMarks::Nowhere,
        }
    }

    /// How it is asked to reason.
    pub(super) fn thinking(self) -> Thinking {
        match self {
            Self::Claude(generation) => generation.thinking(),
            Self::Nova | Self::Other => Thinking::Never,
        }
    }

    /// It reads reasoning that is given back. Seals are Claude's alone, and a conversation that
    /// moved from it to another model would be refused for them.
    pub(super) fn takes_reasoning(self) -> bool {
        self.thinking() != Thinking::Never
    }

    /// It takes a temperature or a share of probability at all.
    pub(super) fn takes_sampling(self) -> bool {
        !matches!(self, Self::Claude(generation) if !generation.takes_sampling())
    }

    /// It takes both at once.
    pub(super) fn takes_both_samplings(self) -> bool {
        !matches!(self, Self::Claude(generation) if !generation.takes_both_samplings())
    }

    /// The result of a tool may say that the tool failed.
    pub(super) fn takes_result_status(self) -> bool {
        !matches!(self, Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::CacheMarks;
    use super::Model::{self, Nova, Other};
    use crate::claude::{Generation, Thinking};

    const fn claude(major: u8, minor: u8) -> Model {
        Model::Claude(Generation(major, minor))
    }

    #[test]
    fn names_tell_the_generation() {
        let table = [
            ("anthropic.claude-v2:1", claude(2, 0)),
            ("anthropic.claude-instant-v1", claude(2, 0)),
            ("anthropic.claude-3-haiku-20240307-v1:0", claude(3, 0)),
            ("us.anthropic.claude-3-7-sonnet-20250219-v1:0", claude(3, 7)),
            ("eu.anthropic.claude-sonnet-4-20250514-v1:0", claude(4, 0)),
            ("anthropic.claude-haiku-4-5-20251001-v1:0", claude(4, 5)),
            ("global.anthropic.claude-opus-4-6-v1", claude(4, 6)),
            ("anthropic.claude-opus-5", claude(5, 0)),
            ("anthropic.claude-fable-5-1", claude(5, 1)),
            ("anthropic.claude-mythos-preview", claude(255, 0)),
            (
                "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-7",
                claude(4, 7),
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
            (claude(3, 5), CacheMarks::Nowhere, Thinking::Never, true),
            (claude(3, 7), CacheMarks::Anywhere, Thinking::Budget, true),
            (claude(4, 5), CacheMarks::Anywhere, Thinking::Budget, true),
            (claude(4, 6), CacheMarks::Anywhere, Thinking::Effort, true),
            (claude(4, 7), CacheMarks::Anywhere, Thinking::Effort, false),
            (claude(5, 0), CacheMarks::Anywhere, Thinking::Always, false),
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
