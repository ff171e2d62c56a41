//! What a browser receives while an answer is being written.
//!
//! The server renders Markdown. A *block* is finished, sanitised HTML that never changes again;
//! `open` is the HTML of the one block still being written and is replaced by every frame.

use crate::chat::Receipt;
use crate::error::AppError;
use crate::words::{Language, Said};
use serde::{Deserialize, Serialize};

/// One step of an answer. Applying the same frame twice changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum StreamFrame {
    /// Finished blocks from index `from` on, and the block still open (empty: none).
    /// A client that holds more than `from` blocks drops the surplus first.
    Blocks {
        /// Index of the first block in `blocks`.
        from: u32,
        /// Finished blocks, safe HTML.
        blocks: Vec<String>,
        /// The open block, safe HTML.
        open: String,
    },
    /// The half answer is withdrawn and a fresh attempt streams in its place.
    Restart {
        /// Why, in words for the member.
        notice: Said,
    },
    /// Another model goes on where the one before broke off; what is there stays.
    GoesOn {
        /// That it does, in words for the member.
        notice: Said,
    },
    /// The conversation got its title.
    Title {
        /// Plain text.
        title: String,
    },
    /// The answer is over; nothing follows. A stream that ends without it was interrupted.
    End {
        /// How it ended.
        end: AnswerEnd,
        /// The answer's Markdown as it is stored, which is what copying gives.
        text: String,
    },
}

/// How an answer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum AnswerEnd {
    /// Complete.
    Done {
        /// Who paid, how long it took.
        receipt: Receipt,
    },
    /// Stopped by the person; what had arrived is kept.
    Stopped {
        /// What is known of cost and time.
        receipt: Receipt,
    },
    /// The server or the provider went away in the middle; what had arrived is kept.
    Interrupted,
    /// No usable answer. The error says what to do next.
    Failed {
        /// In words for the member.
        error: AppError,
    },
}

impl StreamFrame {
    /// The same in `language`, for a browser, which has the chat's own texts only.
    #[must_use]
    pub fn settled(self, language: Language) -> Self {
        match self {
            Self::Restart { notice } => Self::Restart {
                notice: notice.settled(language),
            },
            Self::GoesOn { notice } => Self::GoesOn {
                notice: notice.settled(language),
            },
            Self::End { end, text } => Self::End {
                end: end.settled(language),
                text,
            },
            same @ (Self::Blocks { .. } | Self::Title { .. }) => same,
        }
    }
}

impl AnswerEnd {
    /// The same in `language`.
    #[must_use]
    pub fn settled(self, language: Language) -> Self {
        match self {
            Self::Done { receipt } => Self::Done {
                receipt: receipt.settled(language),
            },
            Self::Stopped { receipt } => Self::Stopped {
                receipt: receipt.settled(language),
            },
            Self::Failed { error } => Self::Failed {
                error: error.settled(language),
            },
            Self::Interrupted => Self::Interrupted,
        }
    }
}
