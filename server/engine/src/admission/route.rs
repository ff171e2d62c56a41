//! The ordered targets behind a model alias.
//!
//! Owns the description of a route as an administrator wrote it. Refuses to judge it.

use crate::admission::facts::{Facts, TargetLimits};
use contract::keys::{KeyPlace, KeyProvider, KeyScope};
use contract::models::RouteOptions;
use contract::{KeyId, NanoUsd, Price};
use uuid::Uuid;

/// What a model alias points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The name members see.
    pub alias: String,
    /// How one of the targets is chosen.
    pub strategy: Strategy,
    /// The targets, best first.
    pub targets: Vec<Target>,
    /// What it allows beside.
    pub options: RouteOptions,
}

/// How a target is chosen. Those behind the first are what is fallen back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// In order; the next one only where the one before fails or is cooling.
    Priority,
    /// Conversations are shared out by weight.
    Weighted,
    /// The lowest price for the prompt and a usual answer.
    LeastCost,
    /// The shorter wait for the first text, of two drawn at random.
    LowestLatency,
    /// The fewest answers lately.
    LeastUsed,
}

impl Strategy {
    /// Every strategy, in the order they are listed.
    pub const ALL: [Self; 5] = [
        Self::Priority,
        Self::Weighted,
        Self::LeastCost,
        Self::LowestLatency,
        Self::LeastUsed,
    ];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Weighted => "weighted",
            Self::LeastCost => "least-cost",
            Self::LowestLatency => "lowest-latency",
            Self::LeastUsed => "least-used",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// One pinned model behind one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The key that pays.
    pub key: TargetKey,
    /// The provider's name of the model.
    pub model: String,
    /// What it charges; `None` is unknown, which is not free.
    pub price: Option<Price>,
    /// Most output tokens to ask for. `None`: the engine's default where a budget applies, the
    /// provider's own limit where none does.
    pub max_output: Option<u32>,
    /// Its share where conversations are shared out by weight; 0: for falling back only.
    pub weight: u32,
    /// Limits in time of its own.
    pub limits: TargetLimits,
    /// What is known of it.
    pub facts: Facts,
}

impl Target {
    /// The built-in demo model with its nominal price: 1 USD per million tokens read, 2 written.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            key: TargetKey {
                id: None,
                secret: Uuid::nil(),
                name: "Demo".to_owned(),
                provider: Provider::Demo,
                base_url: None,
                place: KeyPlace::default(),
                scope: KeyScope::Workspace,
            },
            model: "demo".to_owned(),
            price: Some(Price::new(NanoUsd::from_usd(1), NanoUsd::from_usd(2))),
            max_output: Some(crate::demo::MAX_OUTPUT_TOKENS),
            weight: 1,
            limits: TargetLimits::default(),
            facts: demo_facts(),
        }
    }
}

/// Its answers are ready-made: it reads no images, calls no tools and keeps to no form.
fn demo_facts() -> Facts {
    Facts {
        images: Some(false),
        tools: Some(false),
        structured: Some(false),
        reasoning: Some(false),
        ..Facts::default()
    }
}

/// A provider key by reference; the secret itself is opened per attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetKey {
    /// The sealed key; only the demo model has none.
    pub id: Option<KeyId>,
    /// Changes when the key gets another secret, which starts with a clean record.
    pub secret: Uuid,
    /// The workspace's own name of the key.
    pub name: String,
    /// Whose API it opens.
    pub provider: Provider,
    /// Address of the API, e.g. `https://api.openai.com/v1`; only the demo model has none.
    pub base_url: Option<String>,
    /// What else the provider needs.
    pub place: KeyPlace,
    /// Whose it is.
    pub scope: KeyScope,
}

/// The kinds of provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Built in, needs no key, says in every answer that it is a demo.
    Demo,
    /// Behind a key.
    Keyed(KeyProvider),
}

impl Provider {
    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Keyed(provider) => provider.as_str(),
        }
    }
}
