//! Who asks through a programs' door: what a recognised key stands for.

use contract::{MemberId, Role, SessionId, TeamId, VirtualKeyId};
use engine::Environment;
use std::sync::Arc;

/// A program with a key that is good now. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The key.
    pub id: VirtualKeyId,
    /// What the workspace calls it.
    pub name: Arc<str>,
    /// The only environment it reaches: its routes, and the provider keys that pay there.
    pub environment: Environment,
    /// The team it is for.
    pub team: Option<TeamId>,
    /// The teams it counts as: the one it is for, else those of the member it is for.
    pub teams: Arc<[TeamId]>,
    /// The member it is for. Their own limits, and provider keys of their own, hold for it.
    pub member: Option<MemberId>,
    /// What that member may do, now.
    pub role: Option<Role>,
    /// The session whose token it is; `None`: not a person's.
    pub session: Option<SessionId>,
    /// Aliases it may ask; `None`: every one of its environment.
    pub models: Option<Arc<[String]>>,
    /// Whom the ledger names: the member it is for, else who made it, else the key itself in a member's
    /// place, because the operator made it or its maker is gone. Not whose provider keys pay: that is
    /// [`Program::member`].
    pub owner: MemberId,
}

impl Program {
    /// Whether it may ask this alias.
    #[must_use]
    pub fn may_ask(&self, alias: &str) -> bool {
        let models = self.models.as_deref();
        models.is_none_or(|models| models.iter().any(|model| model == alias))
    }
}
