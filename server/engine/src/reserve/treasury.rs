//! Where the caps of all processes together are kept.
//!
//! Owns what is asked of it and what it answers. A process spends by itself only what was set aside
//! for it, its *slice*; all slices and everything spent never pass the cap together.

use crate::reserve::month::Month;
use async_trait::async_trait;
use contract::{LimitScope, NanoUsd, TenantId};

/// Sets slices of caps aside for this process, durably.
#[async_trait]
pub trait Treasury: Send + Sync {
    /// Tells what this process holds of each scope, which may be less than it was given, and gets
    /// more of those it is short of. One step for each scope; the same twice changes nothing twice.
    async fn exchange(
        &self,
        tenant: TenantId,
        month: Month,
        asks: Vec<SliceAsk>,
    ) -> Result<Given, TreasuryDown>;

    /// The number of the life that this process can prove to live; `None`: it can prove none at this
    /// moment. A slice is good for the life it was given in: between two of them the others may have
    /// given the process up, and have shared out what it held.
    fn life(&self) -> Option<u64>;

    /// Asks the other processes to hand back what they do not need of this workspace.
    async fn call_in(&self, tenant: TenantId);
}

/// What an exchange came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The life of this process that the slices are good for.
    pub life: u64,
    /// What it holds from now on.
    pub slices: Vec<Slice>,
}

/// The treasury did not answer. The cause is logged where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the treasury did not answer")]
pub struct TreasuryDown;

/// What a process holds of one scope and what it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceAsk {
    /// The scope.
    pub scope: LimitScope,
    /// Its cap; `None`: nothing is wanted.
    pub cap: Option<NanoUsd>,
    /// The slice it holds from now on, before it gets more; never less than what it has spent and
    /// promised. `None`: it holds none.
    pub holds: Option<NanoUsd>,
    /// Spent of it.
    pub spent: NanoUsd,
    /// Promised to turns that run.
    pub reserved: NanoUsd,
    /// What is missing; zero where nothing is.
    pub needs: NanoUsd,
    /// The slice is handed back whole: nothing is promised, and everything spent is in the ledger.
    pub ends: bool,
}

/// What a process holds of one scope from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The scope.
    pub scope: LimitScope,
    /// The whole slice, spent part included.
    pub granted: NanoUsd,
    /// The slice is new: what this process had spent before is counted in `spent_elsewhere`.
    pub fresh: bool,
    /// Spent before, and spent by or promised to other processes.
    pub elsewhere: NanoUsd,
    /// Spent before, and by other processes, as far as they have told.
    pub spent_elsewhere: NanoUsd,
}

impl Slice {
    /// Other processes hold something they have not spent.
    pub(super) fn others_spare(&self) -> bool {
        self.elsewhere > self.spent_elsewhere
    }
}
