//! Token counts in one convention, whatever convention the provider has.
//!
//! Owns the five disjoint classes. Refuses to guess: a provider that sent no counts has no
//! `Usage`; estimating is the caller's decision and is marked there.

use serde::{Deserialize, Serialize};

/// Tokens of one upstream call. The five classes never overlap, so that each can have a price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Input tokens the provider read anew.
    pub fresh_input: u64,
    /// Input tokens the provider took from its own prompt cache.
    pub cached_input: u64,
    /// Input tokens the provider read anew and put into its own prompt cache, where it charges for
    /// that.
    pub cache_write: u64,
    /// Output tokens spent on reasoning that the reader does not see.
    pub reasoning: u64,
    /// Output tokens of the visible answer.
    pub output: u64,
}

impl Usage {
    /// What two calls used together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            fresh_input: self.fresh_input.saturating_add(other.fresh_input),
            cached_input: self.cached_input.saturating_add(other.cached_input),
            cache_write: self.cache_write.saturating_add(other.cache_write),
            reasoning: self.reasoning.saturating_add(other.reasoning),
            output: self.output.saturating_add(other.output),
        }
    }

    /// Everything the provider read.
    #[must_use]
    pub const fn input_total(self) -> u64 {
        self.fresh_input
            .saturating_add(self.cached_input)
            .saturating_add(self.cache_write)
    }

    /// Everything the provider wrote, reasoning included.
    #[must_use]
    pub const fn output_total(self) -> u64 {
        self.reasoning.saturating_add(self.output)
    }
}
