//! Responses as we serve them.
//!
//! Owns the reading of a program's request, the writing of answers, and the request that is handed
//! on as it came. Refusals are those of chat completions.

pub(crate) mod document;
mod items;
mod open;
mod pass;
mod read;
mod settings;
mod shape;
mod stream;
mod whole;

pub(crate) use pass::pass;
pub(crate) use read::read;
pub(crate) use stream::ResponseWriter;
pub(crate) use whole::whole;
