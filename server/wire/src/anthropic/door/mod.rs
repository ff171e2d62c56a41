//! Anthropic's messages as we serve them.
//!
//! Owns the reading of a program's request, the writing of answers and of refusals, and the request
//! that is handed on as it came.

mod blocks;
pub(crate) mod document;
mod read;
mod stream;
mod trouble;
mod whole;

pub(crate) use read::{pass, read};
pub(crate) use stream::MessageWriter;
pub(crate) use trouble::refusal;
pub(crate) use whole::whole;
