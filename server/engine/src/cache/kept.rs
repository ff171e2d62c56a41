//! A complete answer, who gave it, and what it used.

use crate::admission::Provider;
use contract::{NanoUsd, Saved};
use std::time::{Duration, SystemTime};
use wire::Usage;

/// Bytes an entry costs beside its texts: the answer itself and its count of owners (some 240), four
/// allocations, its places in a hash table and in the order of use, both of which are kept half empty.
const OVERHEAD: usize = 640;
/// Largest text kept; a longer one would push out too many others.
pub(crate) const TEXT_MAX_BYTES: usize = 256 * 1024;

/// A complete answer and who gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The whole text.
    pub text: String,
    /// Who answered.
    pub provider: Provider,
    /// The workspace's name of the key that paid.
    pub key_name: String,
    /// The alias that was asked.
    pub alias: String,
    /// The provider's name of the model that answered.
    pub model: String,
    /// Version of the workspace's instructions.
    pub prompt_version: Option<u32>,
    /// What it used; `None`: nobody counted.
    pub usage: Option<Usage>,
    /// `usage` and `cost` are our estimate.
    pub estimated: bool,
    /// What it cost; `None`: nobody knows.
    pub cost: Option<NanoUsd>,
    /// The workspace's count of purges when its question was admitted.
    pub epoch: u64,
    /// When it was complete.
    pub made: SystemTime,
    /// For how long it was to be kept then.
    pub good_for: Duration,
}

impl KeptAnswer {
    /// What is saved each time it is given again.
    #[must_use]
    pub fn saved(&self) -> Saved {
        let usage = self.usage.unwrap_or_default();
        Saved {
            input_tokens: usage.input_total(),
            output_tokens: usage.output_total(),
            cost: self.cost,
            estimated: self.estimated,
        }
    }

    /// Bytes it takes in memory.
    pub(crate) fn size(&self) -> u64 {
        let texts = [&self.text, &self.key_name, &self.alias, &self.model];
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        u64::try_from(bytes + OVERHEAD).unwrap_or(u64::MAX)
    }

    /// Whether it is worth keeping.
    pub(crate) fn may_be_kept(&self) -> bool {
        !self.text.is_empty() && self.text.len() <= TEXT_MAX_BYTES
    }

    #[cfg(test)]
    pub(crate) fn for_tests(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            provider: Provider::Demo,
            key_name: "Demo".to_owned(),
            alias: "fast".to_owned(),
            model: "tiny".to_owned(),
            prompt_version: Some(3),
            usage: None,
            estimated: false,
            cost: Some(NanoUsd::ZERO),
            epoch: 0,
            made: SystemTime::now(),
            good_for: Duration::from_mins(10),
        }
    }
}
