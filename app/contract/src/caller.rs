//! Who is asking: a person in a workspace, established once per request by the HTTP edge.

use crate::ids::{ConnectionId, MemberId, SessionId, TeamId, TenantId};
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
    /// One of the agency's or the operator's people, who opened the workspace as an administrator for
    /// half an hour. Looks after models and settings. Never chats, never touches people, keys, what seals
    /// the workspace, or its end. Nobody is given this role, and no member has it.
    Guest,
}

impl Role {
    /// Every role that a member can have, in the order pages list them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Auditor];

    /// Every right that does not depend on a second person, by what it lets somebody do, in the order lists of
    /// them show.
    pub const RIGHTS: [(&'static str, fn(Self) -> bool); 18] = [
        ("chat", Self::may_chat),
        ("see how the workspace fares", Self::may_see_overview),
        ("manage members", Self::may_manage_members),
        ("end sessions of others", Self::may_end_sessions),
        ("manage keys", Self::may_manage_keys),
        ("see keys", Self::may_see_keys),
        ("manage models", Self::may_manage_models),
        ("see instructions", Self::may_see_prompt),
        ("write instructions", Self::may_manage_prompt),
        ("manage the look", Self::may_manage_brand),
        ("manage domains", Self::may_manage_domains),
        ("see savings", Self::may_see_savings),
        ("manage kept answers", Self::may_manage_cache),
        ("read records", Self::may_read_records),
        ("export records", Self::may_export_records),
        ("say whether guests may come", Self::may_receive_guests),
        ("delete the workspace", Self::may_delete_workspace),
        ("make owners", Self::may_make_owners),
    ];

    /// The stored and displayed name, lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Auditor => "auditor",
            Self::Guest => "guest",
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
        matches!(self, Self::Owner | Self::Admin | Self::Member)
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
        matches!(self, Self::Owner | Self::Admin | Self::Guest)
    }

    /// May change what the workspace looks like.
    #[must_use]
    pub const fn may_manage_brand(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Guest)
    }

    /// May see which provider keys there are, and how they fare.
    #[must_use]
    pub const fn may_see_keys(self) -> bool {
        matches!(
            self,
            Self::Owner | Self::Admin | Self::Auditor | Self::Guest
        )
    }

    /// May see what giving answers again saves.
    #[must_use]
    pub const fn may_see_savings(self) -> bool {
        matches!(
            self,
            Self::Owner | Self::Admin | Self::Auditor | Self::Guest
        )
    }

    /// May say for how long answers are kept, and purge them.
    #[must_use]
    pub const fn may_manage_cache(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Guest)
    }

    /// May read who did what.
    #[must_use]
    pub const fn may_read_records(self) -> bool {
        matches!(
            self,
            Self::Owner | Self::Admin | Self::Auditor | Self::Guest
        )
    }

    /// May take the record of who did what away.
    #[must_use]
    pub const fn may_export_records(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Auditor)
    }

    /// May add and remove names of the workspace's own.
    #[must_use]
    pub const fn may_manage_domains(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// May say whether guests may come, and is told when one does.
    #[must_use]
    pub const fn may_receive_guests(self) -> bool {
        matches!(self, Self::Owner)
    }

    /// May see how the workspace fares as a whole.
    #[must_use]
    pub const fn may_see_overview(self) -> bool {
        matches!(
            self,
            Self::Owner | Self::Admin | Self::Auditor | Self::Guest
        )
    }

    /// May read the workspace's instructions and who changed them.
    #[must_use]
    pub const fn may_see_prompt(self) -> bool {
        matches!(
            self,
            Self::Owner | Self::Admin | Self::Auditor | Self::Guest
        )
    }

    /// May write a version of the workspace's instructions, and go back to an older one.
    #[must_use]
    pub const fn may_manage_prompt(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Guest)
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

    /// May say which identity providers the workspace trusts, and what follows from what they say.
    #[must_use]
    pub const fn may_manage_sign_on(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// May end the workspace, for good.
    #[must_use]
    pub const fn may_delete_workspace(self) -> bool {
        matches!(self, Self::Owner)
    }

    /// May make somebody an owner.
    #[must_use]
    pub const fn may_make_owners(self) -> bool {
        self.may_grant(Self::Owner)
    }

    /// May grant `other` to somebody else: only an owner makes owners.
    #[must_use]
    pub const fn may_grant(self, other: Self) -> bool {
        matches!(
            (self, other),
            (
                Self::Owner,
                Self::Owner | Self::Admin | Self::Member | Self::Auditor
            ) | (Self::Admin, Self::Admin | Self::Member | Self::Auditor)
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
    stay: Option<Stay>,
    connection: Option<ConnectionId>,
    strength: Vec<String>,
}

/// On whose behalf a guest is here, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// The agency's name; empty: the operator.
    pub house: String,
    /// The stay ends then, milliseconds since 1970-01-01 UTC.
    pub until_ms: i64,
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
            stay: None,
            connection: None,
            strength: Vec::new(),
        }
    }

    /// The same person, whose session began like this: through a connection or with a password.
    #[must_use]
    pub fn signed_on(self, connection: Option<ConnectionId>, strength: Vec<String>) -> Self {
        Self {
            connection,
            strength,
            ..self
        }
    }

    /// The identity provider that vouched for the person; `None`: a password of ours.
    #[must_use]
    pub const fn connection(&self) -> Option<ConnectionId> {
        self.connection
    }

    /// How the person proved who they are when the session began: RFC 8176 names such as `pwd`.
    #[must_use]
    pub fn strength(&self) -> &[String] {
        &self.strength
    }

    /// Somebody who is no member: `stay` says on whose behalf they are here. Built only from a stay
    /// that lasts. What they may do is [`Role::Guest`]'s, whatever role was given.
    #[must_use]
    pub fn as_guest(self, stay: Stay) -> Self {
        Self {
            role: Role::Guest,
            stay: Some(stay),
            ..self
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

    /// The person. A guest's id is one that no member has.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        self.member
    }

    /// The member, for columns that name one. `None`: a guest, who is none.
    #[must_use]
    pub fn author(&self) -> Option<MemberId> {
        self.stay.is_none().then_some(self.member)
    }

    /// On whose behalf a guest is here; `None`: a member.
    #[must_use]
    pub const fn stay(&self) -> Option<&Stay> {
        self.stay.as_ref()
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

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn a_guest_is_never_made_and_never_gets_at_people_keys_or_the_end() {
        assert_eq!(Role::parse("guest"), None);
        for role in Role::ALL {
            assert!(!role.may_grant(Role::Guest), "{role:?}");
            assert!(!Role::Guest.may_grant(role));
        }
        let guest = Role::Guest;
        let denied = [
            guest.may_chat(),
            guest.may_manage_members(),
            guest.may_manage_keys(),
            guest.may_export_records(),
            guest.may_receive_guests(),
            guest.may_delete_workspace(),
        ];
        assert_eq!(denied, [false; 6]);
    }
}
