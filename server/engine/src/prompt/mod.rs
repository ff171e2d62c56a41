//! The conversation as it is sent.
//!
//! Owns what is asked ([`Ask`]) and what is sent (`Prompt`). Refuses empty conversations and ones
//! that no model could read.

mod compose;

pub use compose::{
    Ask, AskMessage, Asker, Broken, Conversation, ProgramRequest, SystemPrompt, Written,
    estimate_request,
};
pub(crate) use compose::{Prompt, compose, estimate_input, wanted_output};
