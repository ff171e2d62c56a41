//! Server-sent events, whatever the network cuts them into.
//!
//! Owns the framing of the WHATWG event stream: comments, `CRLF`, `LF` and lone `CR`, several
//! data lines, a byte-order mark, characters cut in two; and the writing of events. Refuses events
//! above a size limit.

mod decode;
mod encode;

pub use decode::{Decoder, Oversized, SseEvent};
pub(crate) use encode::{write_data, write_event};
