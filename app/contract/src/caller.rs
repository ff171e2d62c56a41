//! Who is asking: a person in a workspace, established once per request by the HTTP edge.

use crate::ids::{MemberId, SessionId, TeamId, TenantId};
use serde::{Deserialize, Serialize};

/// What a member may do in a workspace. Ordered by nothing: each right is asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything, and cannot be removed while the last of its kind.
    Owner,
    /// Keys, models, branding, members.
    Admin,
    /// Chats.
    Member,
    /// Reads settings and records; never chats, never changes anything.
    Auditor,
}

impl Role {
    /// Every role, in the order pages list them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Auditor];

    /// The stored and displayed name, lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Auditor => "auditor",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// May ask questions and pay for answers.
    #[must_use]
    pub const fn may_chat(self) -> bool {
        !matches!(self, Self::Auditor)
    }

    /// May invite and remove members.
    #[must_use]
    pub const fn may_manage_members(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// May add, rotate, disable and delete provider keys.
    #[must_use]
    pub const fn may_manage_keys(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// May see where models lead, and change it.
    #[must_use]
    pub const fn may_manage_models(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// May change what the workspace looks like.
    #[must_use]
    pub const fn may_manage_brand(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// May see which provider keys there are, and how they fare.
    #[must_use]
    pub const fn may_see_keys(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Auditor)
    }

    /// May see what giving answers again saves.
    #[must_use]
    pub const fn may_see_savings(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Auditor)
    }

    /// May say for how long answers are kept, and purge them.
    #[must_use]
    pub const fn may_manage_cache(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// May read who did what, and take it away.
    #[must_use]
    pub const fn may_read_records(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Auditor)
    }

    /// May see how the workspace fares as a whole.
    #[must_use]
    pub const fn may_see_overview(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Auditor)
    }

    /// May read the workspace's instructions and who changed them.
    #[must_use]
    pub const fn may_see_prompt(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Auditor)
    }

    /// May write a version of the workspace's instructions, and go back to an older one.
    #[must_use]
    pub const fn may_manage_prompt(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// May see who is signed in, and end it, see [`Role::may_sign_out`].
    #[must_use]
    pub const fn may_end_sessions(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// May end the sessions of somebody who is `other`: an admin never those of an owner.
    #[must_use]
    pub const fn may_sign_out(self, other: Self) -> bool {
        self.may_end_sessions() && self.may_grant(other)
    }

    /// May end the workspace, for good.
    #[must_use]
    pub const fn may_delete_workspace(self) -> bool {
        matches!(self, Self::Owner)
    }

    /// May grant `other` to somebody else: only an owner makes owners.
    #[must_use]
    pub const fn may_grant(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Owner, _) | (Self::Admin, Self::Admin | Self::Member | Self::Auditor)
        )
    }
}

/// A signed-in person on the host of their own workspace. Built only from a verified session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    tenant: TenantId,
    member: MemberId,
    session: SessionId,
    role: Role,
    name: String,
    email: String,
    teams: Vec<TeamId>,
}

impl Caller {
    /// Called by the HTTP edge after it has matched session, host and workspace; nowhere else.
    #[must_use]
    pub const fn new(
        tenant: TenantId,
        member: MemberId,
        session: SessionId,
        role: Role,
        name: String,
        email: String,
    ) -> Self {
        Self {
            tenant,
            member,
            session,
            role,
            name,
            email,
            teams: Vec::new(),
        }
    }

    /// The same person, in these teams.
    #[must_use]
    pub fn in_teams(self, teams: Vec<TeamId>) -> Self {
        Self { teams, ..self }
    }

    /// The workspace the request's host belongs to.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The person.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        self.member
    }

    /// The browser's session.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// What the person may do here.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Display name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Teams the person is in.
    #[must_use]
    pub fn teams(&self) -> &[TeamId] {
        &self.teams
    }

    /// Sign-in address.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.email
    }
}
