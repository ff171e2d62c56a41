//! What a Claude model's name tells of what it understands, wherever it is asked.
//!
//! Owns the few differences that make a model refuse a whole request. Refuses to know any model by
//! its full name: a list would be out of date with the next one, so a model is told by its
//! generation, and an unknown one is taken for the newest.

/// A generation, e.g. 4 and 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Generation(pub(crate) u8, pub(crate) u8);

/// How a model is asked to reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thinking {
    /// It cannot be.
    Never,
    /// With a number of tokens.
    Budget,
    /// With a word; unasked it does not.
    Effort,
    /// With a word; unasked it does as it likes.
    Always,
}

impl Generation {
    /// The first number of a name, and the one right behind it: names had the generation ahead of
    /// the size until 3.7 and behind it since, and dates of eight digits behind that.
    pub(crate) fn of(name: &str) -> Self {
        let name = name.trim_start_matches("claude-");
        if name.starts_with("v2") || name.starts_with("instant") {
            return Self(2, 0);
        }
        let mut numbers = name
            .split('-')
            .map(|part| part.parse().ok())
            .skip_while(Option::is_none);
        match (numbers.next().flatten(), numbers.next().flatten()) {
            (Some(major), minor) => Self(major, minor.unwrap_or(0)),
            (None, _) => Self(u8::MAX, 0),
        }
    }

    /// How it is asked to reason.
    pub(crate) const fn thinking(self) -> Thinking {
        match self {
            Self(5.., _) => Thinking::Always,
            Self(4, 6..) => Thinking::Effort,
            Self(4, _) | Self(3, 7..) => Thinking::Budget,
            Self(..) => Thinking::Never,
        }
    }

    /// It takes a temperature or a share of probability at all.
    pub(crate) fn takes_sampling(self) -> bool {
        self < Self(4, 7)
    }

    /// It takes both at once.
    pub(crate) fn takes_both_samplings(self) -> bool {
        self < Self(4, 1)
    }
}
