//! How a workspace fares as a whole, and what is left to do until its people can work in it.

use crate::keys::KeyEnvironment;
use crate::money::NanoUsd;
use serde::{Deserialize, Serialize};

/// Days that [`OverviewView::days`] looks back, today among them.
pub const OVERVIEW_DAYS: usize = 7;

/// One step of the guided start, in the order they are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuideStep {
    /// The workspace has a colour or a logo of its own.
    Brand,
    /// A provider accepted one of its keys.
    Key,
    /// A question was answered.
    FirstChat,
    /// There is somebody else, or somebody was invited.
    Invite,
    /// It answers at a host of the client's own.
    Domain,
}

impl GuideStep {
    /// Every step, in order.
    pub const ALL: [Self; 5] = [
        Self::Brand,
        Self::Key,
        Self::FirstChat,
        Self::Invite,
        Self::Domain,
    ];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Brand => "brand",
            Self::Key => "key",
            Self::FirstChat => "first_chat",
            Self::Invite => "invite",
            Self::Domain => "domain",
        }
    }

    /// Reads [`GuideStep::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// What it asks for is there, now.
    Done,
    /// Somebody decided that it is not for this workspace.
    Skipped,
    /// It is not there.
    Open,
}

/// What was spent in this calendar month (UTC), by the whole workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthSpend {
    /// Spent so far, demo money included: the limit counts it.
    pub spent: NanoUsd,
    /// What may be spent.
    pub limit: Option<NanoUsd>,
    /// What the month will have cost if it goes on like this; `None` on its first day.
    pub pace: Option<NanoUsd>,
    /// When the next month begins, in words.
    pub resets: crate::words::Said,
}

/// One day, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewDay {
    /// Its first moment, milliseconds since 1970-01-01 UTC.
    pub day_ms: i64,
    /// Answers that were given, from the cache too.
    pub answers: u64,
    /// Calls to a provider that failed. Another target may have answered all the same.
    pub failed_calls: u64,
}

/// How the workspace's and its teams' provider keys fare.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysHealth {
    /// Keys in use.
    pub in_use: usize,
    /// Those of them whose last check was good.
    pub healthy: usize,
    /// Those that a provider has something against: name, and what.
    pub in_trouble: Vec<(String, String)>,
    /// Those that were not reached, or never checked.
    pub unknown: usize,
    /// To be rotated or expiring within fourteen days: name, and the day in milliseconds.
    pub due: Vec<(String, i64)>,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewView {
    /// The guided start, each step as it is now.
    pub steps: Vec<(GuideStep, StepState)>,
    /// Whether the reader may skip steps.
    pub may_skip: bool,
    /// Where members chat.
    pub environment: KeyEnvironment,
    /// This month.
    pub month: MonthSpend,
    /// The last [`OVERVIEW_DAYS`] days without a gap, oldest first.
    pub days: Vec<OverviewDay>,
    /// Provider keys.
    pub keys: KeysHealth,
    /// People.
    pub members: u64,
    /// Invitations that wait: for whom, and until when in milliseconds.
    pub invitations: Vec<(String, i64)>,
    /// What is wrong with the key that seals the workspace, in words.
    pub sealing_trouble: Option<String>,
}

impl OverviewView {
    /// Whether anything of the guided start is left.
    #[must_use]
    pub fn is_starting(&self) -> bool {
        self.steps
            .iter()
            .any(|(_, state)| *state == StepState::Open)
    }
}

#[cfg(test)]
mod tests {
    use super::GuideStep;

    #[test]
    fn steps_are_read_as_they_are_written() {
        for step in GuideStep::ALL {
            assert_eq!(GuideStep::parse(step.as_str()), Some(step));
        }
        assert_eq!(GuideStep::parse("nonsense"), None);
    }
}
