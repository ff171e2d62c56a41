//! What a limiter is asked and what it answers.

use crate::limits::asker::PaceLimit;
use async_trait::async_trait;
use contract::{LimitScope, TenantId};
use std::sync::Arc;
use std::time::Duration;

/// When to come back where all answers at once are being written: nobody knows when one ends.
pub const SLOT_WAIT: Duration = Duration::from_secs(5);

/// Decides whether a question comes too fast. One decision over everything that applies: a question
/// that is refused by one limit consumes nothing of any other.
#[async_trait]
pub trait Limiter: Send + Sync {
    /// Takes one request, a place among those at once, and the expected tokens, of every limit or of
    /// none. A limiter that cannot decide decides for this process alone; it never fails.
    async fn take(&self, wish: Wish<'_>) -> Result<Box<dyn Slot>, Reached>;
}

/// What one question wants.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The workspace.
    pub tenant: TenantId,
    /// The limits that apply.
    pub limits: &'a [PaceLimit],
    /// Tokens it is expected to use.
    pub tokens: u64,
}

/// What was taken. It is given back exactly once, by whoever guards it.
pub trait Slot: Send + Sync {
    /// Gives back the place among those at once, and what was not used. Never waits.
    fn give_back(self: Box<Self>, used: Used);
}

/// What became of a question that was let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// Nobody was asked: the request is given back too.
    Nothing,
    /// Something was used and nobody knows how much: what was expected stays taken.
    Unknown,
    /// So many tokens. More than expected is charged to the minutes that follow.
    Tokens(u64),
}

/// The limit that stopped a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Whose.
    pub scope: LimitScope,
    /// The alias it is for; `None`: all models together.
    pub model: Option<Arc<str>>,
    /// Of what.
    pub what: What,
    /// When to come back; `None` where that is no matter of minutes.
    pub retry_in: Option<Duration>,
}

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Questions a minute.
    Requests,
    /// Tokens a minute.
    Tokens,
    /// Answers being written at once.
    Concurrent,
    /// Money in a calendar month.
    Spend,
}

impl Reached {
    /// The one that takes longer to pass: both must.
    pub(super) fn longer(self, other: Option<Self>) -> Self {
        match other {
            Some(other) if other.retry_in >= self.retry_in => other,
            _ => self,
        }
    }
}
