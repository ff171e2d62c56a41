//! What came of a request for vectors.

use crate::fault::Fault;
use crate::limits::Reached;
use contract::keys::KeyScope;
use contract::{AttemptId, NanoUsd};
use std::time::Duration;
use wire::Usage;
use wire::embeddings::Embeddings;

/// Vectors, one for each text, and who made them.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedded {
    /// The vectors, in the order of the texts.
    pub embeddings: Embeddings,
    /// The attempt, as the ledger knows it.
    pub attempt: AttemptId,
    /// The provider's stored name.
    pub provider: &'static str,
    /// The provider's name of the model. Vectors of different models must not be compared.
    pub model: String,
    /// The workspace's own name of the key that paid.
    pub key_name: String,
    /// Whose key it is.
    pub scope: KeyScope,
    /// Tokens read; our estimate where `estimated`.
    pub usage: Option<Usage>,
    /// The provider did not say how many tokens it read.
    pub estimated: bool,
    /// Cost of all attempts; `None` where a price is unknown.
    pub cost: Option<NanoUsd>,
    /// Attempts made, this one included.
    pub attempts: u32,
}

/// Why there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotEmbedded {
    /// The class.
    pub fault: Fault,
    /// The limit that stopped it, where one did.
    pub limit: Option<Reached>,
    /// When another try makes sense, where somebody said so.
    pub retry_after: Option<Duration>,
    /// Whose key the last attempt was made with; `None`: there was none.
    pub payer: Option<KeyScope>,
    /// Attempts made.
    pub attempts: u32,
}

impl NotEmbedded {
    /// Nothing is known but the class.
    pub(crate) const fn of(fault: Fault) -> Self {
        Self {
            fault,
            limit: None,
            retry_after: None,
            payer: None,
            attempts: 0,
        }
    }
}
