//! What a provider's answer is made of, in one vocabulary for every dialect.
//!
//! Owns the event and its terminal states. Refuses provider text other than the answer itself:
//! error messages may echo prompts and keys, so only their class and code pass.

use crate::fault::Refused;
use crate::usage::Usage;
use serde_json::Value;

/// One step of an answer. After `Error` nothing follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireEvent {
    /// More of the visible answer; never empty.
    Text(String),
    /// How likely each token of the text since the last of these was, as its provider has it: one object
    /// for each token, never empty. Comes only where it was asked for in the provider's own language.
    Likelihoods(Vec<Value>),
    /// More of the reasoning that comes before it; never empty.
    Reasoning(String),
    /// The provider's proof of the reasoning since the last one, or the reasoning itself in a form
    /// that only the provider reads. Goes back to it with the next line.
    ReasoningSeal {
        /// As it came.
        seal: String,
        /// It is the reasoning itself.
        redacted: bool,
    },
    /// The model asks for a tool; its arguments follow.
    ToolCall {
        /// Counts the calls of this answer from 0.
        index: u32,
        /// Names the call; never empty.
        id: String,
        /// The tool.
        name: String,
        /// See [`crate::chat::ToolCall::seal`].
        seal: Option<String>,
    },
    /// More of a call's arguments, JSON in pieces; never empty.
    ToolArguments {
        /// Whose.
        index: u32,
        /// The piece.
        json: String,
    },
    /// Token counts. A later one replaces an earlier one.
    Usage(Usage),
    /// The model stopped by itself; usage may still follow.
    Finish(FinishReason),
    /// The answer is over and was not completed.
    Error(WireError),
}

/// Why the model stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FinishReason {
    /// A natural end.
    Stop,
    /// The output limit was reached: the answer is truncated.
    Length,
    /// The model asked for a tool.
    ToolCalls,
    /// The provider withheld the rest.
    ContentFilter,
}

/// Why an answer that had begun is not complete.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The provider said so inside the stream.
    #[error("the provider reported an error inside the stream: {0}")]
    Refused(Refused),
    /// The stream ended without a finish reason or a terminator.
    #[error("the stream ended before the answer did")]
    Cut,
    /// One event was larger than the limit; the stream cannot be trusted any more.
    #[error("an event exceeded {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
}
