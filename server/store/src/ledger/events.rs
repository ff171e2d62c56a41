//! The two events of an attempt, as they travel through the inbox.

use contract::{
    AttemptId, KeyId, MemberId, MessageId, NanoUsd, Price, TeamId, TenantId, VirtualKeyId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An attempt is about to be made, or being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The attempt.
    pub attempt: AttemptId,
    /// The turn it is made for.
    pub turn: MessageId,
    /// The workspace.
    pub tenant: TenantId,
    /// Who asked; `None`: a program that is nobody's.
    pub member: Option<MemberId>,
    /// Their teams at that time.
    #[serde(default)]
    pub teams: Vec<TeamId>,
    /// The virtual key they came with.
    #[serde(default)]
    pub virtual_key: Option<VirtualKeyId>,
    /// The process that makes it.
    pub node: Uuid,
    /// `development`, `staging` or `production`.
    pub environment: String,
    /// Model alias.
    pub alias: String,
    /// The key that pays; none for the demo model.
    pub key: Option<KeyId>,
    /// The key's name at this time.
    pub key_name: String,
    /// Stored name of the provider.
    pub provider: String,
    /// The provider's name of the model.
    pub model: String,
    /// Demo money.
    pub demo: bool,
    /// 1 for the first attempt of a turn, 2 for its first fallback.
    pub number: i32,
    /// The price applied; `None` is unknown.
    pub price: Option<Price>,
    /// Held for the turn.
    pub reserved: NanoUsd,
    /// Our estimate of the tokens that will be read.
    pub estimated_input: i64,
    /// Bytes of everything sent.
    pub prompt_bytes: i64,
    /// When, milliseconds since 1970-01-01 UTC.
    pub started_ms: i64,
}

/// An attempt is over. Holds its intent whole, so that either event alone can write the row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// What it closes.
    pub intent: Intent,
    /// How it ended.
    pub state: LedgerState,
    /// Tokens and cost are our estimate.
    pub estimated: bool,
    /// Tokens; `None` where the provider did no work.
    pub tokens: Option<Tokens>,
    /// Cost; `None` where the price is unknown.
    pub cost: Option<NanoUsd>,
    /// Bytes of text received.
    pub completion_bytes: i64,
    /// Milliseconds from the attempt's begin to its first text.
    pub first_text_ms: Option<i64>,
    /// Milliseconds from the attempt's begin to its end.
    pub total_ms: i64,
    /// When.
    pub settled_ms: i64,
}

/// Tokens by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Read, not from the provider's cache.
    pub fresh_input: i64,
    /// Read from the provider's cache.
    pub cached_input: i64,
    /// Read anew and put into the provider's cache.
    #[serde(default)]
    pub cache_write: i64,
    /// Written without being shown.
    pub reasoning: i64,
    /// Written.
    pub output: i64,
}

/// How far an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LedgerState {
    /// Not settled yet.
    Open,
    /// Settled with the provider's own counts.
    Settled,
    /// Settled with our estimate.
    Estimated,
    /// Stopped by the person.
    Stopped,
    /// The provider failed.
    Failed,
    /// Cut off by the provider or by the end of our process.
    Interrupted,
}

impl LedgerState {
    pub(crate) const ALL: [Self; 6] = [
        Self::Open,
        Self::Settled,
        Self::Estimated,
        Self::Stopped,
        Self::Failed,
        Self::Interrupted,
    ];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settled => "settled",
            Self::Estimated => "estimated",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// An event on its way into the inbox.
pub(crate) enum Event {
    Intent(Intent),
    Settlement(Settlement),
}

impl Event {
    pub(crate) const fn intent(&self) -> &Intent {
        match self {
            Self::Intent(intent) => intent,
            Self::Settlement(settlement) => &settlement.intent,
        }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Intent(_) => "intent",
            Self::Settlement(_) => "settlement",
        }
    }

    pub(crate) fn payload(&self) -> Result<serde_json::Value, serde_json::Error> {
        match self {
            Self::Intent(intent) => serde_json::to_value(intent),
            Self::Settlement(settlement) => serde_json::to_value(settlement),
        }
    }
}
