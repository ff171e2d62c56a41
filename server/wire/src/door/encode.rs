//! Writing an answer piece by piece, whatever the language.

use crate::event::WireEvent;
use serde_json::{Map, Value};

/// Writes one streamed answer: events in, bytes out. The other half of [`crate::Decode`].
///
/// The head is written with the first event. An answer ends with [`Encode::finish`], also after an
/// error: the error is told inside the stream, then comes what the protocol ends with, so that
/// nobody takes a broken answer for a whole one or waits for more.
pub trait Encode: Send + std::fmt::Debug {
    /// Appends what `event` means. Nothing counts after an error.
    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>);

    /// From now on events belong to the answer of this index, from 0, where a request has several. Only
    /// chat completions have.
    fn choose(&mut self, _index: u32) {}

    /// Appends the end. Without a finish reason before it, the answer ended by itself.
    fn finish(&mut self, out: &mut Vec<u8>);
}

/// What an answer is called. All of it is the caller's, who has the clock and makes ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// A part of every id in the answer: letters, digits and `_` only.
    pub id: String,
    /// The model's name, as the program asked for it.
    pub model: String,
    /// When it began, in seconds since 1970.
    pub created: u64,
    /// Settings that the language repeats, see [`super::Asked::echo`].
    pub echo: Map<String, Value>,
}
