//! How fast may be asked, counted for all processes of the installation together.
//!
//! Owns the limiter over Redis and what happens without one: a process that cannot reach Redis counts
//! by itself and allows its share of every limit, one part in as many as there are processes. Counts
//! in Redis are kept by its clock. Refuses content and names of people: what is stored is ids, times
//! and aliases, and all of it goes by itself.

mod amount;
mod change_limit;
mod shared;
#[cfg(test)]
mod tests;

pub use amount::{nano_usd, usd_in_words};
pub use change_limit::{remove_limit, replace_limit, set_limit, set_workspace_month};
pub use shared::SharedLimiter;

use async_trait::async_trait;
use engine::limits::{Slot, Wish};
use engine::{Limiter, MemoryLimiter, Reached};

/// The limiter of a process.
#[derive(Clone)]
pub enum Counting {
    /// There is no Redis: this process counts by itself.
    Alone(MemoryLimiter),
    /// Together with the other processes.
    Together(SharedLimiter),
}

impl Counting {
    /// Decisions that were made without the other processes because Redis was lost.
    #[must_use]
    pub fn decided_alone(&self) -> u64 {
        match self {
            Self::Alone(_) => 0,
            Self::Together(shared) => shared.decided_alone(),
        }
    }

    /// Tells how many processes there are.
    pub fn set_processes(&self, count: u32) {
        if let Self::Together(shared) = self {
            shared.set_processes(count);
        }
    }

    /// Says again that the answers being written here are still being written.
    pub async fn keep_places(&self) {
        if let Self::Together(shared) = self {
            shared.keep_places().await;
        }
    }
}

#[async_trait]
impl Limiter for Counting {
    async fn take(&self, wish: Wish<'_>) -> Result<Box<dyn Slot>, Reached> {
        match self {
            Self::Alone(memory) => memory.decide(wish),
            Self::Together(shared) => shared.take(wish).await,
        }
    }
}
