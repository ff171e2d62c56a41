//! The conversation as it is sent.
//!
//! Owns what is asked ([`Ask`]) and what is sent (`Prompt`). Refuses empty conversations and ones
//! that no model could read.

mod compose;

pub use compose::{Ask, AskMessage, Asker, Broken, SystemPrompt};
pub(crate) use compose::{Prompt, compose, estimate_input};
