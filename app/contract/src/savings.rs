//! What was saved by giving answers again, as admins see it.

use crate::cache::CacheStatus;
use crate::money::NanoUsd;
use serde::{Deserialize, Serialize};

/// Longest time for which a workspace's answers may be kept, in minutes: seven days.
pub const KEPT_MAX_MINUTES: u32 = 7 * 24 * 60;
/// Days that the page tells of.
pub const SAVINGS_DAYS: u32 = 30;

/// For how long answers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheKeep {
    /// As the installation is set.
    Usual,
    /// They are not.
    Off,
    /// For so many minutes, from 1 to [`KEPT_MAX_MINUTES`].
    Minutes(u32),
}

/// What is to be asked anew from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CachePurge {
    /// Everything.
    Everything,
    /// What was asked of this alias, or of this provider's model.
    Model(String),
    /// What was asked with this version of the workspace's instructions.
    Prompt(u32),
}

/// How many answers came about in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// All of them.
    pub all: u64,
    /// Given again, word for word the same question.
    pub exact: u64,
    /// Given to several who asked the same at the same moment.
    pub shared: u64,
    /// Given again to a question that asks the same in other words.
    #[serde(default)]
    pub similar: u64,
    /// Asked anew because somebody wanted a fresh one.
    pub fresh: u64,
}

impl Answers {
    /// Counts `count` answers of one kind.
    pub fn add(&mut self, status: CacheStatus, count: u64) {
        self.all += count;
        match status {
            CacheStatus::Exact => self.exact += count,
            CacheStatus::Shared => self.shared += count,
            CacheStatus::Similar => self.similar += count,
            CacheStatus::Bypassed => self.fresh += count,
            CacheStatus::Miss | CacheStatus::Off => {}
        }
    }

    /// Those that cost nothing.
    #[must_use]
    pub const fn from_cache(self) -> u64 {
        self.exact + self.shared + self.similar
    }
}

/// Money and tokens that were not spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotSpent {
    /// What answers that were given again had cost when they were made.
    pub by_cache: NanoUsd,
    /// Tokens, read and written, of those answers.
    pub cache_tokens: u64,
    /// Of how many of those answers nobody knows what they had cost.
    pub unpriced: u64,
    /// What tokens from the providers' prompt caches cost less than fresh ones.
    pub by_provider: NanoUsd,
    /// Tokens from the providers' prompt caches.
    pub provider_tokens: u64,
    /// Those of them whose prices are not known.
    pub unpriced_tokens: u64,
}

impl NotSpent {
    /// Both caches together.
    #[must_use]
    pub fn money(self) -> NanoUsd {
        self.by_cache + self.by_provider
    }

    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.by_cache += other.by_cache;
        self.cache_tokens += other.cache_tokens;
        self.unpriced += other.unpriced;
        self.by_provider += other.by_provider;
        self.provider_tokens += other.provider_tokens;
        self.unpriced_tokens += other.unpriced_tokens;
    }
}

/// One day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavingsDay {
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    /// Its answers.
    pub answers: Answers,
    /// What was not spent on it, demo money apart.
    pub not_spent: NotSpent,
}

/// One model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavingsModel {
    /// Stored name of the provider.
    pub provider: String,
    /// The provider's name of the model.
    pub model: String,
    /// The money is demo money.
    pub demo: bool,
    /// Its answers.
    pub answers: Answers,
    /// What was not spent on it.
    pub not_spent: NotSpent,
}

/// What came of comparing questions that ask the same in other words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimilarSavings {
    /// Questions that were compared.
    pub compared: u64,
    /// Of these, such that got an answer that was there already.
    pub served: u64,
    /// Near questions that the guard told apart.
    pub told_apart: u64,
    /// Served answers that somebody asked for again, and so were wrong.
    pub wrong: u64,
    /// The share of wrong answers that is not exceeded, one time in twenty apart, in millionths; `None`:
    /// nothing was served.
    pub wrong_at_worst: Option<u32>,
    /// Labels of the aliases that share answers so.
    pub shared_by: Vec<String>,
    /// Nothing is compared although an alias asks for it: there is nobody who makes vectors.
    pub without_encoder: bool,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavingsView {
    /// The last [`SAVINGS_DAYS`] days without a gap, oldest first, today last.
    pub days: Vec<SavingsDay>,
    /// Models that answered in them, the most answers first.
    pub models: Vec<SavingsModel>,
    /// What came of comparing questions in them.
    pub similar: SimilarSavings,
    /// For how long answers are kept.
    pub keep: CacheKeep,
    /// What [`CacheKeep::Usual`] means, in minutes; `None`: the installation keeps no answers at all.
    pub usual_minutes: Option<u32>,
    /// How often something was purged.
    pub purges: u64,
    /// Aliases that can be purged: name and label.
    pub aliases: Vec<(String, String)>,
    /// Version of the workspace's instructions, where it has any.
    pub prompt_version: Option<u32>,
    /// Whether the reader may change anything.
    pub may_change: bool,
}
