//! The record of who did what, as the page of it shows it.

use serde::{Deserialize, Serialize};

/// Records of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// All of them.
    #[default]
    Everything,
    /// What was done to provider keys.
    Keys,
    /// What they were used for, day by day.
    Uses,
    /// Keys for programs.
    Programs,
    /// The key that seals the workspace.
    Sealing,
    /// Sign-ins, invitations, teams.
    People,
    /// Models, limits, brand.
    Settings,
    /// The records themselves: exports, and keys to verify them.
    Records,
}

impl RecordKind {
    /// Every kind, in the order pages list them.
    pub const ALL: [Self; 8] = [
        Self::Everything,
        Self::Keys,
        Self::Uses,
        Self::Programs,
        Self::Sealing,
        Self::People,
        Self::Settings,
        Self::Records,
    ];

    /// The name in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Keys => "keys",
            Self::Uses => "uses",
            Self::Programs => "programs",
            Self::Sealing => "sealing",
            Self::People => "people",
            Self::Settings => "settings",
            Self::Records => "records",
        }
    }

    /// Reads [`RecordKind::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Everything => "Everything",
            Self::Keys => "Provider keys",
            Self::Uses => "Use of provider keys",
            Self::Programs => "Keys for programs",
            Self::Sealing => "The key that seals",
            Self::People => "People and sign-ins",
            Self::Settings => "Models, limits, settings",
            Self::Records => "Exports and records",
        }
    }

    /// First words of the stored actions of this kind; empty: all.
    #[must_use]
    pub const fn families(self) -> &'static [&'static str] {
        match self {
            Self::Everything => &[],
            Self::Keys => &["key", "key_terms", "member_keys"],
            Self::Uses => &["key_use"],
            Self::Programs => &["virtual_key"],
            Self::Sealing => &["kms"],
            Self::People => &[
                "session",
                "invitation",
                "team",
                "member",
                "guest",
                "guests",
                "sign_on",
            ],
            Self::Settings => &[
                "route",
                "limit",
                "cache",
                "brand",
                "workspace",
                "domain",
                "prompt",
                "price",
                "guide",
            ],
            Self::Records => &["audit", "ledger"],
        }
    }
}

/// Which records, and from where on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordFilter {
    /// Of this kind.
    pub kind: RecordKind,
    /// Not before this moment, milliseconds since 1970-01-01 UTC.
    pub from_ms: Option<i64>,
    /// Before this moment.
    pub until_ms: Option<i64>,
    /// Older than the record with this number; `None`: the newest.
    pub before: Option<i64>,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordView {
    /// 1, 2, 3 and so on, without gaps.
    pub seq: i64,
    /// When.
    pub at_ms: i64,
    /// Who, by the name they had.
    pub who: String,
    /// It was a member; otherwise the operator, or the installation itself.
    pub is_member: bool,
    /// What, in words.
    pub what: String,
    /// To what.
    pub about: String,
    /// More, in words; empty: nothing.
    pub more: String,
}

/// What a check of the whole log found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LogState {
    /// No record was changed, removed or put in.
    Whole {
        /// Records that follow one another.
        records: u64,
        /// Records from before they were chained, about which nothing can be said.
        before_chain: i64,
        /// The last record that a signature outside the log names.
        signed_to: Option<i64>,
        /// When it was checked.
        checked_ms: i64,
    },
    /// The first record that is not as it was.
    Broken {
        /// Its number.
        seq: i64,
        /// In words, after "Record 7: ".
        problem: String,
        /// When it was checked.
        checked_ms: i64,
    },
    /// The log is long, and the check goes on.
    Checking,
    /// It could not be read to its end just now.
    Unknown,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsView {
    /// Newest first.
    pub records: Vec<RecordView>,
    /// There are older ones, before this number.
    pub older: Option<i64>,
    /// What a check of the whole log found.
    pub log: LogState,
}

/// What a stored action means, as the middle of "Mia … the key main". `None`: it is not known here.
#[must_use]
pub fn action_in_words(action: &str) -> Option<&'static str> {
    Some(match action {
        "key.added" => "Sealed a provider key",
        "key.rotated" => "Rotated a provider key",
        "key.taken_back" => "Took a rotated key back",
        "key.disabled" => "Disabled a provider key",
        "key.enabled" => "Enabled a provider key",
        "key.deleted" => "Deleted a provider key",
        "key.dates_set" => "Set a key’s dates",
        "key_terms.accepted" => "Accepted the terms for keys",
        "key_use.summed" => "Use of a key in one day",
        "member_keys.allowed" => "Allowed members’ own keys",
        "member_keys.forbidden" => "Stopped allowing members’ own keys",
        "virtual_key.made" => "Made a key for a program",
        "virtual_key.rotated" => "Rotated a program’s key",
        "virtual_key.revoked" => "Revoked a program’s key",
        "virtual_key.minted" => "Made a token of an hour",
        "kms.attached" => "Attached a key of the workspace’s own",
        "kms.access_replaced" => "Replaced the access to the key service",
        "kms.rotated" => "Gave the workspace a new key",
        "kms.rewrapped" => "Wrapped the workspace’s key anew",
        "kms.moving" => "Began to seal everything anew",
        "kms.settled" => "Everything is sealed under the new key",
        "kms.detached" => "Went back to the installation’s keyring",
        "kms.repaired" => "Put back what says which key seals",
        "session.begun" => "Signed in",
        "session.begun_as_demo" => "Signed in with one press (demo)",
        "session.refused" => "A sign-in was refused",
        "session.begun_by_sign_on" => "Signed in through an identity provider",
        "session.sign_on_refused" => "A sign-in through an identity provider was refused",
        "session.ended_by_provider" => "Signed out by an identity provider",
        "member.joined_by_sign_on" => "Joined through an identity provider",
        "sign_on.made" => "Added an identity provider",
        "sign_on.changed" => "Changed an identity provider",
        "sign_on.admission_changed" => "Changed whom an identity provider brings in",
        "sign_on.tested" => "Tested an identity provider",
        "sign_on.switched_on" => "Switched an identity provider on",
        "sign_on.switched_off" => "Switched an identity provider off",
        "sign_on.enforced" => "Made an identity provider the way in",
        "sign_on.not_enforced" => "Let passwords be again",
        "sign_on.people_confirmed" => "Said that an identity provider’s people are the same",
        "sign_on.removed" => "Removed an identity provider",
        "sign_on.linked" => "Linked an account at an identity provider",
        "sign_on.unlinked" => "Took a link to an identity provider away",
        "sign_on.mail_domain_added" => "Added a domain of e-mail addresses",
        "sign_on.mail_domain_proven" => "Proved a domain of e-mail addresses",
        "sign_on.mail_domain_lost" => "A domain of e-mail addresses is not proven any more",
        "sign_on.mail_domain_removed" => "Removed a domain of e-mail addresses",
        "session.ended_everywhere" => "Signed out everywhere",
        "session.ended_for" => "Signed somebody out of a browser",
        "session.ended_all_for" => "Signed somebody out everywhere",
        "invitation.made" => "Invited somebody",
        "invitation.revoked" => "Withdrew an invitation",
        "invitation.accepted" => "Accepted an invitation",
        "team.made" => "Made a team",
        "team.removed" => "Removed a team",
        "team.joined" => "Put somebody into a team",
        "team.left" => "Took somebody out of a team",
        "route.set" => "Set a model’s route",
        "route.removed" => "Removed a model’s route",
        "limit.set" => "Set a limit",
        "limit.removed" => "Removed a limit",
        "cache.set" => "Set how long answers are kept",
        "cache.purged" => "Had answers asked anew",
        "brand.logo_set" => "Set a logo",
        "brand.set" => "Changed the look",
        "brand.picture_added" => "Uploaded a picture",
        "brand.drafted" => "Kept a draft of the look",
        "brand.draft_discarded" => "Threw away a draft of the look",
        "brand.published" => "Published a look",
        "brand.rolled_back" => "Went back to an older look",
        "member.role_set" => "Changed a role",
        "price.set" => "Set a model’s price",
        "prompt.set" => "Changed the workspace’s instructions",
        "domain.claimed" => "Claimed a domain",
        "domain.proven" => "A domain was proven",
        "domain.switched_off" => "A domain stopped serving",
        "domain.removed" => "Removed a domain",
        "domain.made_primary" => "Chose the domain for links",
        "domain.redirect_on" => "Had other domains lead to the primary one",
        "domain.redirect_off" => "Stopped other domains leading to the primary one",
        "prompt.restored" => "Went back to older instructions",
        "guide.skipped" => "Left out a step of the start",
        "guide.taken_up" => "Took up a step of the start again",
        "workspace.applied" => "Applied a document",
        "workspace.environment_set" => "Chose where members chat",
        "workspace.host_added" => "Added a host",
        "workspace.host_made_primary" => "Chose the host for links",
        "workspace.host_removed" => "Removed a host",
        "workspace.renamed" => "Renamed the workspace",
        "workspace.created" => "Created the workspace",
        "workspace.deleted" => "Deleted the workspace",
        "workspace.suspended" => "Suspended the workspace",
        "workspace.resumed" => "Opened the workspace again",
        "guest.came" => "Opened the workspace as an administrator",
        "guest.left" => "Left the workspace as an administrator",
        "guests.allowed" => "Let people of the agency come in",
        "guests.forbidden" => "Stopped letting people of the agency come in",
        "audit.exported" => "Exported these records",
        "audit.evidence_taken" => "Took an evidence pack",
        "audit.key_printed" => "Took the key that verifies exports",
        "ledger.exported" => "Exported the ledger",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::RecordKind;

    #[test]
    fn kinds_are_read_back_and_no_family_has_two() {
        let mut seen = std::collections::BTreeSet::new();
        for kind in RecordKind::ALL {
            assert_eq!(RecordKind::parse(kind.as_str()), Some(kind));
            for family in kind.families() {
                assert!(seen.insert(*family), "{family}");
            }
        }
        assert_eq!(RecordKind::parse("nonsense"), None);
    }
}
