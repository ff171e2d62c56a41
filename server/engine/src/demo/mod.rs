//! The built-in demo model.
//!
//! Owns answers that need no key and no network: the same for the same conversation, useful to look
//! at, and saying in their first line that they are a demo. Refuses to pass for a real model.

mod compose;
mod sections;
mod speak;

pub(crate) use speak::{DemoAnswer, MAX_OUTPUT_TOKENS};
