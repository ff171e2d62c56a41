//! What answers of name servers say about a name. Asks nobody.
//!
//! A fact is confirmed when all that answered agree on it; where nobody answered it is not known, and
//! never wrong.

mod ownership;
mod routing;

pub use ownership::ownership;
pub use routing::{Routes, leads_here, routing};

use contract::domains::{Conflict, FactState};

/// What is known of a fact, and from what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What is known.
    pub state: FactState,
    /// From what, in words.
    pub evidence: String,
    /// Records that stand in the way.
    pub conflicts: Vec<Conflict>,
}

impl Verdict {
    /// Without anything in the way.
    #[must_use]
    pub fn new(state: FactState, evidence: impl Into<String>) -> Self {
        Self {
            state,
            evidence: evidence.into(),
            conflicts: Vec::new(),
        }
    }
}

/// A conflict as a zone file would have it.
fn conflict((name, kind, value): (&str, &str, &str), advice: impl Into<String>) -> Conflict {
    Conflict {
        record: format!("{name}  {kind}  {}", short(value)),
        advice: advice.into(),
    }
}

/// What strangers wrote, cut to a line: without what would break one.
fn short(value: &str) -> String {
    const MOST: usize = 120;
    let plain: String = value
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(MOST)
        .collect();
    if value.chars().count() > MOST {
        format!("{plain}…")
    } else {
        plain
    }
}
