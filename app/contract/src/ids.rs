//! One type per kind of id, so that a conversation can never be passed where a member is meant.
//!
//! Ids are UUIDs. The server makes them (version 7, time ordered); this crate only carries them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to be of this kind.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID, for storage and for cryptographic context.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.simple().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

typed_ids! {
    /// A reseller that owns workspaces.
    AgencyId,
    /// One workspace. Its PostgreSQL schema and role are named `t_<id>`.
    TenantId,
    /// A person in one workspace.
    MemberId,
    /// A signed-in browser.
    SessionId,
    /// An invitation that has not been used yet.
    InvitationId,
    /// A conversation of one member.
    ConversationId,
    /// A question or an answer. An answer's id also names its turn.
    MessageId,
    /// One upstream call made for a turn.
    AttemptId,
    /// A sealed provider key.
    KeyId,
    /// A group of members in one workspace.
    TeamId,
    /// A workspace's token for programs.
    VirtualKeyId,
    /// A person of the platform host: the operator's or an agency's.
    StaffId,
    /// Such a person's signed-in browser.
    StaffSessionId,
    /// A stay of such a person in a workspace.
    GuestId,
    /// An identity provider that a workspace trusts.
    ConnectionId,
}
