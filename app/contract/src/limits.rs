//! Whose limit something counts against.

use crate::ids::{MemberId, TeamId, VirtualKeyId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whose spending, or whose pace, a limit is for. A question counts against every one that its asker
/// belongs to: the workspace, each of their teams, themselves, and the virtual key they used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum LimitScope {
    /// Everybody in the workspace together.
    Workspace,
    /// Everybody in a team together.
    Team(TeamId),
    /// One person.
    Member(MemberId),
    /// One virtual key, whoever uses it.
    VirtualKey(VirtualKeyId),
}

impl LimitScope {
    /// The stored name of its kind.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Team(_) => "team",
            Self::Member(_) => "member",
            Self::VirtualKey(_) => "virtual_key",
        }
    }

    /// Whose; `None` for the workspace as a whole.
    #[must_use]
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::Workspace => None,
            Self::Team(team) => Some(team.uuid()),
            Self::Member(member) => Some(member.uuid()),
            Self::VirtualKey(key) => Some(key.uuid()),
        }
    }

    /// Reads what [`LimitScope::kind`] and [`LimitScope::id`] gave.
    #[must_use]
    pub fn parse(kind: &str, id: Option<Uuid>) -> Option<Self> {
        match (kind, id) {
            ("workspace", None) => Some(Self::Workspace),
            ("team", Some(id)) => Some(Self::Team(TeamId::from_uuid(id))),
            ("member", Some(id)) => Some(Self::Member(MemberId::from_uuid(id))),
            ("virtual_key", Some(id)) => Some(Self::VirtualKey(VirtualKeyId::from_uuid(id))),
            _ => None,
        }
    }
}

/// How fast may be asked. `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Questions a minute.
    pub requests_per_minute: Option<u32>,
    /// Tokens a minute, read and written.
    pub tokens_per_minute: Option<u32>,
    /// Answers being written at once.
    pub concurrent: Option<u32>,
}

impl Pace {
    /// Nothing is limited.
    #[must_use]
    pub const fn is_free(self) -> bool {
        self.requests_per_minute.is_none()
            && self.tokens_per_minute.is_none()
            && self.concurrent.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::LimitScope;
    use crate::ids::{MemberId, TeamId, VirtualKeyId};
    use uuid::Uuid;

    #[test]
    fn a_stored_scope_reads_as_it_was_written() {
        let id = Uuid::from_u128(7);
        for scope in [
            LimitScope::Workspace,
            LimitScope::Team(TeamId::from_uuid(id)),
            LimitScope::Member(MemberId::from_uuid(id)),
            LimitScope::VirtualKey(VirtualKeyId::from_uuid(id)),
        ] {
            assert_eq!(LimitScope::parse(scope.kind(), scope.id()), Some(scope));
        }
        assert_eq!(LimitScope::parse("workspace", Some(id)), None);
        assert_eq!(LimitScope::parse("team", None), None);
        assert_eq!(LimitScope::parse("agency", Some(id)), None);
    }
}
