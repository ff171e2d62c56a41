//! Keys for programs as pages show and make them. A token itself is in no view: it is shown by the form
//! that made it, once.

use crate::ids::{MemberId, TeamId, VirtualKeyId};
use crate::keys::KeyEnvironment;
use crate::limits::Pace;
use crate::money::NanoUsd;
use serde::{Deserialize, Serialize};

/// Longest name of a program's key, in characters.
pub const PROGRAM_NAME_MAX_CHARS: usize = 60;
/// Networks that one key may name.
pub const MOST_NETWORKS: usize = 32;
/// Keys of one workspace that are not revoked.
pub const MOST_PROGRAMS: u64 = 1_000;
/// Hours for which a replaced secret may stay good.
pub const LONGEST_OVERLAP_HOURS: u32 = 720;
/// Hours for which it does where nobody says otherwise.
pub const USUAL_OVERLAP_HOURS: u32 = 24;

/// A key to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramDraft {
    /// What the workspace calls the program.
    pub name: String,
    /// The only environment it reaches.
    pub environment: KeyEnvironment,
    /// The member it is for; it dies with their account.
    pub member: Option<MemberId>,
    /// The team it is for.
    pub team: Option<TeamId>,
    /// Aliases it may ask; empty: every one of the environment.
    pub models: Vec<String>,
    /// Networks it may be used from, like `10.0.0.0/8`; empty: anywhere.
    pub networks: Vec<String>,
    /// Good until, milliseconds since 1970-01-01 UTC.
    pub expires_ms: Option<i64>,
    /// What it may spend in a calendar month (UTC).
    pub month: Option<NanoUsd>,
    /// How fast it may ask.
    pub pace: Pace,
}

impl ProgramDraft {
    /// A key for everything of an environment.
    #[must_use]
    pub fn new(name: impl Into<String>, environment: KeyEnvironment) -> Self {
        Self {
            name: name.into(),
            environment,
            member: None,
            team: None,
            models: Vec::new(),
            networks: Vec::new(),
            expires_ms: None,
            month: None,
            pace: Pace::default(),
        }
    }
}

/// Whether a key opens anything, and why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ProgramState {
    /// It does.
    Live,
    /// Its time is over.
    Expired,
    /// The member it was for is gone, or may not ask any more.
    MemberGone,
    /// Somebody took it out of use.
    Revoked {
        /// When.
        at_ms: i64,
        /// Who.
        by: String,
    },
}

/// A program's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramView {
    /// The key.
    pub id: VirtualKeyId,
    /// What the workspace calls the program.
    pub name: String,
    /// The only environment it reaches.
    pub environment: KeyEnvironment,
    /// How its token begins.
    pub begins_with: String,
    /// Last characters of its token.
    pub ends_in: String,
    /// Whether it opens anything.
    pub state: ProgramState,
    /// The member it is for, by name.
    pub member: Option<String>,
    /// The team it is for, by name.
    pub team: Option<String>,
    /// Aliases it may ask; `None`: every one of the environment.
    pub models: Option<Vec<String>>,
    /// Networks it may be used from; `None`: anywhere.
    pub networks: Option<Vec<String>>,
    /// Who made it.
    pub made_by: String,
    /// When, milliseconds since 1970-01-01 UTC.
    pub made_ms: i64,
    /// Given its present secret, where that is not the first one.
    pub rotated_ms: Option<i64>,
    /// The secret before is good until then.
    pub previous_until_ms: Option<i64>,
    /// Good until.
    pub expires_ms: Option<i64>,
    /// Last used, to the minute.
    pub last_used_ms: Option<i64>,
    /// What it has cost in this calendar month (UTC).
    pub month: NanoUsd,
    /// Calls it made in this calendar month (UTC).
    pub month_calls: u64,
    /// What it may spend in a calendar month (UTC).
    pub cap: Option<NanoUsd>,
    /// How fast it may ask.
    pub pace: Pace,
}

/// Somebody, or a team, that a key can be for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramFor<Id> {
    /// Who.
    pub id: Id,
    /// By name.
    pub name: String,
}

/// The page of programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramsView {
    /// Live ones first, each newest first.
    pub programs: Vec<ProgramView>,
    /// The environment that members chat in.
    pub environment: KeyEnvironment,
    /// Aliases there are, by environment.
    pub models: Vec<(KeyEnvironment, String)>,
    /// Members that a key can be for.
    pub members: Vec<ProgramFor<MemberId>>,
    /// Teams that a key can be for.
    pub teams: Vec<ProgramFor<TeamId>>,
    /// Whether the caller may make, rotate and revoke.
    pub may_change: bool,
}
