//! The limits that concern one question of one asker.

use contract::{LimitScope, NanoUsd, Pace, TeamId, VirtualKeyId};
use std::sync::Arc;

/// Whom the asker counts as besides themselves and the workspace, and the limits that apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskerLimits {
    /// Their teams at this moment. The ledger keeps them: what was spent stays with the teams it was
    /// spent in, whoever joins or leaves later.
    pub teams: Vec<TeamId>,
    /// The virtual key they came with.
    pub virtual_key: Option<VirtualKeyId>,
    /// What may be spent in a calendar month, besides the workspace's own limit. All hold.
    pub caps: Vec<SpendCap>,
    /// How fast may be asked. All hold.
    pub paces: Vec<PaceLimit>,
}

/// What may be spent in a calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendCap {
    /// By whom together.
    pub scope: LimitScope,
    /// How much.
    pub cap: NanoUsd,
}

/// How fast may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaceLimit {
    /// By whom together.
    pub scope: LimitScope,
    /// The alias it is for; `None`: all models together.
    pub model: Option<Arc<str>>,
    /// How fast.
    pub pace: Pace,
}
