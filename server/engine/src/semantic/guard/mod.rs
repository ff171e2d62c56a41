//! Whether an answer to one question may stand for another that only sounds alike.
//!
//! Vectors place `enable` beside `disable`, 48213 beside 48231 and Köln-Bonn beside Bonn-Köln. The guard reads
//! both questions word by word and refuses where they say different things: numbers, units, times, names,
//! code, negation, opposites, who does what to whom, what kind of answer is asked for, the language, and
//! the words that are left when all that is known to be the same is taken away.
//!
//! Owns [`Facts`] (what a question says, read once when it is kept) and [`agree`]. It is deterministic, asks nobody and
//! takes microseconds. Its words are in `lexicon/`, one file a language; a language without one is compared
//! word for word. Refuses rather than guesses: a difference it does not understand is a difference.

mod compare;
mod facts;
mod language;
mod lexicon;
mod tokens;

pub use compare::{Difference, agree};
pub use facts::Facts;

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
