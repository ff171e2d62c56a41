//! Gemini's `generateContent` as we serve it.
//!
//! Owns the reading of a program's request, the writing of answers and of refusals, and the request
//! that is handed on as it came. Google's parsers take every name in two spellings, and so do we.

mod parts;
mod read;
mod schema;
mod settings;
mod stream;
mod trouble;
mod whole;

pub(crate) use read::{pass, read};
pub(crate) use stream::ContentWriter;
pub(crate) use trouble::refusal;
pub(crate) use whole::whole;
