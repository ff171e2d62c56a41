//! What an answer has to do with the caches, in words both sides know.
//!
//! Owns the statuses and what a kept answer saved. Refuses to guess: a saving without a price has
//! no amount.

use crate::money::NanoUsd;
use serde::{Deserialize, Serialize};

/// Where an answer came from, as far as the cache is concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheStatus {
    /// No answers are kept: the workspace, or the installation, has switched it off.
    #[default]
    Off,
    /// Nobody had asked the same before, so the model was asked.
    Miss,
    /// A fresh answer was asked for, whatever was kept.
    Bypassed,
    /// The same question was answered before, word for word.
    Exact,
    /// The same question was being answered at that moment; this one is the same answer.
    Shared,
    /// A question that asks the same in other words was answered before.
    Similar,
}

impl CacheStatus {
    /// Every status, in the order pages list them.
    pub const ALL: [Self; 6] = [
        Self::Exact,
        Self::Shared,
        Self::Similar,
        Self::Miss,
        Self::Bypassed,
        Self::Off,
    ];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Miss => "miss",
            Self::Bypassed => "bypassed",
            Self::Exact => "exact",
            Self::Shared => "shared",
            Self::Similar => "similar",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// Nobody was asked for it, so it cost nothing.
    #[must_use]
    pub const fn is_hit(self) -> bool {
        match self {
            Self::Exact | Self::Shared | Self::Similar => true,
            Self::Off | Self::Miss | Self::Bypassed => false,
        }
    }
}

/// What the same answer used when it was made: what was saved by giving it again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written, reasoning included.
    pub output_tokens: u64,
    /// What it cost; `None`: nobody knows.
    pub cost: Option<NanoUsd>,
    /// Our estimate, because the provider sent no counts.
    pub estimated: bool,
}

#[cfg(test)]
mod tests {
    use super::CacheStatus;

    #[test]
    fn every_status_is_read_back_by_its_stored_name() {
        for status in CacheStatus::ALL {
            assert_eq!(CacheStatus::parse(status.as_str()), Some(status));
        }
        assert_eq!(CacheStatus::parse("guessed"), None);
    }
}
