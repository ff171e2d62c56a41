//! The keys of a workspace as its snapshot holds them: what recognising one needs, and no secret.

use super::program::Program;
use crate::config::Network;
use contract::{MemberId, VirtualKeyId};
use engine::Environment;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use store::MemberRow;
use store::virtual_keys::{KeyHash, VirtualKeyKind, VirtualKeyRow};

/// Keys of one workspace held in memory at once: its programs', its people's and those revoked in the
/// last week.
pub const MOST_KNOWN: u32 = 5_000;

/// Every key that may be presented to the doors of one workspace.
#[derive(Default)]
pub struct KnownKeys(HashMap<VirtualKeyId, KnownKey>);

/// One of them.
pub(super) struct KnownKey {
    /// Of its secret.
    pub(super) hash: KeyHash,
    /// Of the one before, and until when that is good.
    pub(super) previous: Option<(KeyHash, i64)>,
    /// Where it may be used from; `None`: anywhere.
    pub(super) networks: Option<Vec<Network>>,
    /// Good until, milliseconds since 1970-01-01 UTC.
    pub(super) expires_ms: Option<i64>,
    /// Dead.
    pub(super) revoked: bool,
    /// It is for somebody who is gone, or who may not ask any more.
    pub(super) member_gone: bool,
    /// When its use was last noted by this process, as this snapshot knows.
    pub(super) noted_ms: AtomicI64,
    /// What it opens.
    pub(super) program: Program,
}

impl KnownKeys {
    /// Of stored keys and of the people in the workspace. What cannot be read is no key.
    #[must_use]
    pub fn new(rows: Vec<VirtualKeyRow>, members: &[MemberRow]) -> Self {
        let read = |row: VirtualKeyRow| Some((row.id, known(row, members)?));
        Self(rows.into_iter().filter_map(read).collect())
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, id: VirtualKeyId) -> Option<&KnownKey> {
        self.0.get(&id)
    }
}

fn known(row: VirtualKeyRow, members: &[MemberRow]) -> Option<KnownKey> {
    let there = |id: MemberId| members.iter().find(|member| member.id == id);
    let member = row.member.and_then(there);
    let may_ask = member.is_some_and(|member| {
        let in_team = row.team.is_none_or(|team| member.teams.contains(&team));
        member.role.may_chat() && in_team
    });
    let networks = row.networks.map(|written| {
        let read = written.into_iter().map(Network::try_from);
        // A network that cannot be read lets nobody in.
        read.filter_map(Result::ok).collect()
    });
    let maker = row.made_by.and_then(there).map(|member| member.id);
    let teams = match (row.team, member) {
        (Some(team), _) => vec![team],
        (None, Some(member)) => member.teams.clone(),
        (None, None) => Vec::new(),
    };
    let session = match row.kind {
        VirtualKeyKind::Program => None,
        VirtualKeyKind::Person(session) => Some(session),
    };
    Some(KnownKey {
        hash: row.hash,
        previous: row.previous,
        networks,
        expires_ms: row.expires_ms,
        revoked: row.revoked_ms.is_some(),
        member_gone: row.for_member && !may_ask,
        noted_ms: AtomicI64::new(row.last_used_ms.unwrap_or(0)),
        program: Program {
            id: row.id,
            name: row.name.into(),
            environment: Environment::parse(&row.environment)?,
            team: row.team,
            teams: teams.into(),
            member: row.member,
            role: member.filter(|_| row.for_member).map(|it| it.role),
            session,
            models: row.models.map(Arc::from),
            owner: row
                .member
                .or(maker)
                .unwrap_or_else(|| MemberId::from_uuid(row.id.uuid())),
        },
    })
}
