//! What the ledger is told. Ids, names, numbers: never a word of the conversation.

use crate::admission::{Admission, Environment, Provider, Target};
use crate::event::How;
use async_trait::async_trait;
use contract::{
    AttemptId, KeyId, MemberId, MessageId, NanoUsd, Price, TeamId, TenantId, VirtualKeyId,
};
use std::time::{Duration, SystemTime};
use uuid::Uuid;
use wire::Usage;

/// The durable record. Both calls must be idempotent by attempt.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Returns once the intent is durable. No text of the attempt is released before.
    async fn intend(&self, intent: Intent) -> Result<(), LedgerError>;

    /// Closes an attempt. Called exactly once for each attempt for which `intend` was called, even
    /// where that failed; it is tried again a few times after an error.
    async fn settle(&self, settlement: Settlement) -> Result<(), LedgerError>;
}

/// The ledger did not take an entry. The cause is logged where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ledger did not take the entry")]
pub struct LedgerError;

/// An attempt is about to be made, or being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The attempt; the key of both entries.
    pub attempt: AttemptId,
    /// The turn it is made for.
    pub turn: MessageId,
    /// The workspace.
    pub tenant: TenantId,
    /// Who asked; `None`: a program that is nobody's.
    pub member: Option<MemberId>,
    /// Their teams at this moment; what is spent stays with these, whoever leaves them later.
    pub teams: Vec<TeamId>,
    /// The virtual key they came with.
    pub virtual_key: Option<VirtualKeyId>,
    /// The process that makes it.
    pub node: Uuid,
    /// Environment of key and route.
    pub environment: Environment,
    /// Name of the model alias.
    pub alias: String,
    /// The key that pays; `None` for the demo model.
    pub key: Option<KeyId>,
    /// The workspace's name of that key at this time.
    pub key_name: String,
    /// Stored name of the provider.
    pub provider: &'static str,
    /// The provider's name of the model.
    pub model: String,
    /// Demo money, not real money.
    pub demo: bool,
    /// 1 for the first attempt of a turn, 2 for its first fallback; 0 where the model was only asked whether
    /// a kept answer fits.
    pub number: u32,
    /// The price applied; `None` is unknown.
    pub price: Option<Price>,
    /// Held for the turn at this moment, in nano-USD.
    pub reserved: NanoUsd,
    /// Our estimate of the tokens that will be read.
    pub estimated_input: u64,
    /// Bytes of everything sent.
    pub prompt_bytes: u64,
    /// When.
    pub at: SystemTime,
}

/// What only the attempt itself knows of its intent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// See [`Intent::number`].
    pub(crate) number: u32,
    /// Held for the turn.
    pub(crate) reserved: NanoUsd,
    /// Our estimate of the tokens that will be read.
    pub(crate) estimated_input: u64,
    /// Bytes of everything sent.
    pub(crate) prompt_bytes: u64,
}

impl Intent {
    /// A fresh one, now, for what `admission` asks of `target`.
    pub(crate) fn of(admission: &Admission, target: &Target, sizes: Sizes) -> Self {
        Self {
            attempt: AttemptId::from_uuid(Uuid::now_v7()),
            turn: admission.turn(),
            tenant: admission.tenant(),
            member: admission.member(),
            teams: admission.limits().teams.clone(),
            virtual_key: admission.limits().virtual_key,
            node: admission.node(),
            environment: admission.environment(),
            alias: admission.route().alias.clone(),
            key: target.key.id,
            key_name: target.key.name.clone(),
            provider: target.key.provider.as_str(),
            model: target.model.clone(),
            demo: target.key.provider == Provider::Demo,
            number: sizes.number,
            price: target.price,
            reserved: sizes.reserved,
            estimated_input: sizes.estimated_input,
            prompt_bytes: sizes.prompt_bytes,
            at: SystemTime::now(),
        }
    }
}

/// An attempt is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The intent it closes, whole, so that a ledger that never saw it can still write the row.
    pub intent: Intent,
    /// How the attempt ended.
    pub how: How,
    /// Tokens used; `None` where the provider did no work.
    pub usage: Option<Usage>,
    /// `usage` and `cost` are our estimate.
    pub estimated: bool,
    /// `usage` at the intent's price; `None` where the price is unknown, zero where nothing is
    /// charged.
    pub cost: Option<NanoUsd>,
    /// Bytes of text received.
    pub completion_bytes: u64,
    /// From the attempt's begin to its first text.
    pub first_text: Option<Duration>,
    /// From the attempt's begin to its end.
    pub total: Duration,
    /// When it ended.
    pub at: SystemTime,
}
