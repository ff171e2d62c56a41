//! What went wrong between us and an identity provider, for the people who can mend it.
//!
//! Administrators read what was expected and what came; whoever stands at the door reads none of it. What a
//! provider said is cut and cleaned before it stands in a sentence of ours.

use std::fmt;

/// Longest text of a provider's that is repeated, in characters.
const LONGEST_SAID: usize = 200;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A short name, for the record.
    pub code: &'static str,
    /// What an administrator reads.
    pub explained: String,
}

impl Fault {
    /// A fault named `code`.
    #[must_use]
    pub fn new(code: &'static str, explained: impl Into<String>) -> Self {
        Self {
            code,
            explained: explained.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.explained)
    }
}

impl std::error::Error for Fault {}

/// What somebody else said, as it may stand in a sentence.
#[must_use]
pub fn quoted(said: &str) -> String {
    let plain = said.chars().filter(|letter| !letter.is_control());
    let mut text: String = plain.take(LONGEST_SAID + 1).collect();
    if text.chars().count() > LONGEST_SAID {
        text = text.chars().take(LONGEST_SAID).collect();
        text.push('…');
    }
    format!("“{text}”")
}
