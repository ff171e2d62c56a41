//! Reading an answer, whatever the dialect.

use crate::event::WireEvent;

/// Largest single event of a stream, in bytes.
pub(crate) const EVENT_LIMIT: usize = 1024 * 1024;

/// Decodes one streamed answer: bytes in any chunking, events and exactly one end out.
pub trait Decode: Send + std::fmt::Debug {
    /// Reads bytes as they come and appends what they mean to `out`.
    fn feed(&mut self, bytes: &[u8], out: &mut Vec<WireEvent>);

    /// The connection ended, cleanly or not. Appends [`crate::WireError::Cut`] if the answer had
    /// not.
    fn finish(&mut self, out: &mut Vec<WireEvent>);

    /// Where the answer is.
    fn state(&self) -> Progress;

    /// Events seen so far. Comments and pings do not count: they prove a connection, not progress.
    fn events(&self) -> u64;

    /// Events that could not be read and were skipped.
    fn skipped(&self) -> u64;
}

/// How far an answer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// More is to come.
    #[default]
    Open,
    /// A finish reason was seen; only usage and the terminator may still come.
    Finished,
    /// The terminator was seen: nothing follows.
    Done,
    /// It failed: nothing that follows counts.
    Failed,
}

impl Progress {
    /// Nothing more will come.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}
