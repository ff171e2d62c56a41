//! People, sessions and invitations as pages show them.

use crate::caller::Role;
use crate::ids::{InvitationId, MemberId, SessionId, TeamId};
use serde::{Deserialize, Serialize};

/// Shortest password accepted, in characters (NIST SP 800-63B-4, single factor: 15; we keep the
/// 12 of the OWASP guidance because sign-in is throttled and breached words are refused).
pub const PASSWORD_MIN_CHARS: usize = 12;

/// A signed-in browser of the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// The session.
    pub id: SessionId,
    /// Browser and system in words, e.g. "Firefox on Linux".
    pub device: String,
    /// Signed in, milliseconds since 1970-01-01 UTC.
    pub created_ms: i64,
    /// Last used.
    pub seen_ms: i64,
    /// Ends by itself.
    pub expires_ms: i64,
    /// The one this page was asked for with.
    pub current: bool,
}

/// A member and where they are signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberSessions {
    /// The person.
    pub member: MemberId,
    /// Display name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The reader may end these sessions.
    pub may_end: bool,
    /// Last used first.
    pub sessions: Vec<SessionView>,
}

/// A member as the members page lists them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberView {
    /// The person.
    pub id: MemberId,
    /// Display name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Teams they are in.
    pub teams: Vec<TeamId>,
}

/// A team of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamView {
    /// The team.
    pub id: TeamId,
    /// Its name, unique in the workspace.
    pub name: String,
}

/// Longest name of a team, in characters.
pub const TEAM_NAME_MAX_CHARS: usize = 60;

/// An invitation that waits to be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationView {
    /// The invitation.
    pub id: InvitationId,
    /// For whom.
    pub email: String,
    /// The role they will have.
    pub role: Role,
    /// Good until, milliseconds since 1970-01-01 UTC.
    pub expires_ms: i64,
}

/// What the page behind an invitation link shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationOffer {
    /// For whom.
    pub email: String,
    /// The role they will have.
    pub role: Role,
    /// Who invited.
    pub invited_by: String,
}
