//! What one scope has spent this month and has promised to spend, as far as this process knows.

use crate::reserve::month::Month;
use contract::NanoUsd;
use tokio::time::Instant;

/// The books of one scope in one month.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) month: Month,
    /// Spent by this process since it holds a slice, or since it began.
    pub(super) spent: NanoUsd,
    /// Held by turns that run in this process.
    pub(super) reserved: NanoUsd,
    /// Spent before and elsewhere, as last told.
    pub(super) told: NanoUsd,
    /// Spent before, or promised to other processes, as last told.
    pub(super) elsewhere: NanoUsd,
    /// What this process may spend by itself; `None`: it holds no slice.
    pub(super) slice: Option<NanoUsd>,
    /// The life of this process that the slice was given in.
    pub(super) life: Option<u64>,
    /// Somebody has said what was spent before.
    pub(super) seeded: bool,
    /// When a turn last touched it.
    pub(super) touched: Instant,
    /// When it was last told about the others.
    pub(super) told_at: Option<Instant>,
}

impl Account {
    pub(super) fn new(month: Month) -> Self {
        Self {
            month,
            spent: NanoUsd::ZERO,
            reserved: NanoUsd::ZERO,
            told: NanoUsd::ZERO,
            elsewhere: NanoUsd::ZERO,
            slice: None,
            life: None,
            seeded: false,
            touched: Instant::now(),
            told_at: None,
        }
    }

    /// A new month starts at nothing. A clock that goes back does not bring the old one back.
    pub(super) fn roll(&mut self, month: Month) {
        if month > self.month {
            *self = Self {
                seeded: self.seeded,
                ..Self::new(month)
            };
        }
    }

    /// Spent or promised by this process.
    pub(super) fn used(&self) -> NanoUsd {
        self.spent + self.reserved
    }

    /// Whether the slice, or the cap that may have been lowered since it was given, does not cover
    /// `amount` more.
    pub(super) fn is_short(&self, cap: NanoUsd, amount: NanoUsd) -> bool {
        let wanted = self.used() + amount;
        self.slice
            .is_none_or(|slice| wanted > slice || self.elsewhere + wanted > cap)
    }

    /// What a slice lacks to cover `amount` more. A new one covers what is reserved by itself.
    pub(super) fn lacks(&self, amount: NanoUsd) -> NanoUsd {
        let lacks = |slice| (self.used() + amount - slice).max(NanoUsd::ZERO);
        self.slice.map_or(amount, lacks)
    }
}
