//! What a turn tells whoever follows it.
//!
//! Owns the order: a `Started` before the first `Text`; any number of `Text`; exactly one `Ended`,
//! always last. Where the asker takes back half answers ([`crate::Broken::Restart`]), another
//! `Started` may come after text: then all text before it is withdrawn. After a `Continued` it is not:
//! the text that follows joins on to it. A turn that fails or is stopped before any text has no
//! `Started`.

use crate::fault::Fault;
use crate::limits::Reached;
use contract::keys::KeyScope;
use contract::{AttemptId, CacheStatus, NanoUsd, Saved};
use std::time::Duration;
use wire::{Usage, WireEvent};

/// One step of a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineEvent {
    /// An attempt is committed to: its text follows, and text before it is withdrawn.
    Started(Started),
    /// Another attempt goes on where the one before broke off; the text stays.
    Continued(Started),
    /// More of the answer; never empty.
    Text(String),
    /// More of it that is no text: reasoning, or the call of a tool. Told to programs only.
    Piece(WireEvent),
    /// The turn is over; nothing follows.
    Ended(Ended),
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The attempt, as the ledger knows it. Answers from the cache get an id without a row.
    pub attempt: AttemptId,
    /// The provider's stored name, or `demo`.
    pub provider: &'static str,
    /// The workspace's own name of the key that pays.
    pub key_name: String,
    /// Whose key it is.
    pub scope: KeyScope,
    /// The provider's name of the model.
    pub model: String,
    /// The built-in demo model answers.
    pub demo: bool,
    /// What the cache has to do with it.
    pub cache: CacheStatus,
    /// Upstream calls made so far, this one included; 0 from the cache.
    pub attempts: u32,
    /// How long the target took to begin; zero where nobody was asked.
    pub waited: Duration,
    /// The request was handed on as it was written.
    pub as_written: bool,
    /// What of the request the target's language has no words for, and was left out.
    pub left_out: Vec<&'static str>,
}

/// How a turn ended and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub how: How,
    /// Tokens of the attempt that ended the turn; `None` where nothing was used.
    pub usage: Option<Usage>,
    /// `usage` or `cost` contain our estimate, because a provider sent no counts.
    pub estimated: bool,
    /// Cost of all attempts of the turn; `None` where a price is unknown.
    pub cost: Option<NanoUsd>,
    /// From asking to the first text.
    pub first_text: Option<Duration>,
    /// From asking to the end.
    pub total: Duration,
    /// Upstream calls made; 0 from the cache.
    pub attempts: u32,
    /// The limit that stopped the turn, where one did.
    pub limit: Option<Reached>,
    /// What the cache had to do with it.
    pub cache: CacheStatus,
    /// What an answer that was there already, or that somebody else was being given, saved.
    pub saved: Option<Saved>,
    /// What the provider's own prompt cache saved in the attempt that `usage` is of, by the prices
    /// that apply; `None`: nothing came from it, or a price is unknown.
    pub saved_by_provider: Option<NanoUsd>,
    /// When another try makes sense, where somebody said so.
    pub retry_after: Option<Duration>,
    /// Whose key the last attempt was made with; `None`: there was none.
    pub payer: Option<KeyScope>,
}

impl Ended {
    /// The end of a turn in which nothing was used, after `total`.
    #[must_use]
    pub const fn without_answer(how: How, total: Duration) -> Self {
        Self {
            how,
            usage: None,
            estimated: false,
            cost: None,
            first_text: None,
            total,
            attempts: 0,
            limit: None,
            cache: CacheStatus::Off,
            saved: None,
            saved_by_provider: None,
            retry_after: None,
            payer: None,
        }
    }
}

/// The outcome of a turn or of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// The model ended by itself.
    Complete,
    /// The output limit was reached: visibly truncated.
    Length,
    /// The person stopped it, or went away.
    Stopped,
    /// The connection ended in the middle; what arrived is kept.
    Cut,
    /// No usable answer, or one that failed in the middle.
    Failed(Fault),
}

impl How {
    /// The stable code that is stored in the ledger: `complete`, `length`, `stopped`, `cut` or
    /// the fault's.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Length => "length",
            Self::Stopped => "stopped",
            Self::Cut => "cut",
            Self::Failed(fault) => fault.code(),
        }
    }
}
