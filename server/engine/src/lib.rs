//! Answers a conversation with a model, in process, for one workspace at a time.
//!
//! Owns every stage between an admitted question and a settled answer:
//! [`admission`] (who may ask, with what) → [`limits`] (not too fast) → [`reserve`] (money held before it is spent) →
//! [`prompt`] (the conversation as sent) → [`cache`] (the same question answered before) →
//! [`plan`] (which target, which is cooling) → [`attempt`] (one upstream call) → [`normalise`]
//! (one vocabulary of events) → [`settle`] (the ledger). The stages hand each other values with
//! private fields, so that none can be skipped: nothing reaches a provider without an
//! [`Admission`], and only [`admit`] makes one.
//!
//! Refuses pages, routes, SQL and sessions: the ledger and the keys are traits it is given.

pub mod admission;
pub mod cache;
pub mod egress;
pub mod event;
pub mod fault;
pub mod key_check;
pub mod keys;
pub mod limits;
pub mod reserve;
pub mod semantic;
pub mod settings;
pub mod settle;
#[cfg(feature = "simulate")]
pub mod simulate;

mod attempt;
mod credential;
mod demo;
mod normalise;
mod plan;
mod prompt;
mod run;
mod stage;
mod stream;
mod tally;
mod turn;
mod vectors;

pub use admission::{
    Admission, AdmissionFacts, Environment, Facts, Provider, Refusal, Route, RouteOptions,
    Strategy, Target, TargetKey, TargetLimits, admit,
};
pub use cache::{
    AnswerStore, CacheCount, CacheKey, CachePolicy, CacheUse, KeptAnswer, Purged, Sharing, Vectors,
};
pub use egress::{Egress, EgressRefused, IpNet};
pub use event::{Ended, EngineEvent, How, Started};
pub use fault::Fault;
pub use keys::{KeyError, KeySource};
pub use limits::{
    AskerLimits, LimitBook, Limiter, MemoryLimiter, PaceLimit, Reached, SpendCap, What,
};
pub use plan::{Needs, Unfit};
pub use prompt::{
    Ask, AskMessage, Asker, Broken, Conversation, ProgramRequest, SystemPrompt, Written,
    estimate_request,
};
pub use reserve::{Given, Meters, Month, Slice, SliceAsk, Treasury, TreasuryDown};
pub use run::{Engine, EngineError};
pub use secrecy::SecretString;
pub use settings::{DemoPace, EngineSettings, Limits};
pub use settle::{Intent, Ledger, LedgerError, Settlement};
pub use stream::TurnStream;
pub use tally::Counted;
pub use tokio_util::sync::CancellationToken;
pub use vectors::{Embedded, NotEmbedded};
pub use wire::embeddings::{EmbedRequest, Embeddings, Input, Purpose};
pub use wire::{Prefill, Usage};
