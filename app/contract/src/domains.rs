//! A client's own names, as their pages show them: what was claimed, what was found when it was looked
//! at, and what to set where.
//!
//! Refuses one word for all of it: a name is its own, leads here, has a certificate and serves, and each
//! of the four is known by itself. What could not be looked at is never called wrong.

use serde::{Deserialize, Serialize};

/// Something that is true of a name, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Its owner published what was asked of them.
    Ownership,
    /// It leads to this installation.
    Routing,
    /// Browsers accept its certificate.
    Certificate,
    /// The workspace answers at it.
    Serving,
}

impl Fact {
    /// All of them, in the order in which they come true.
    pub const ALL: [Self; 4] = [
        Self::Ownership,
        Self::Routing,
        Self::Certificate,
        Self::Serving,
    ];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ownership => "ownership",
            Self::Routing => "routing",
            Self::Certificate => "certificate",
            Self::Serving => "serving",
        }
    }

    /// Reads [`Fact::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fact| fact.as_str() == name)
    }

    /// The name people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ownership => "Ownership",
            Self::Routing => "Routing",
            Self::Certificate => "Certificate",
            Self::Serving => "Serving",
        }
    }
}

/// What is known of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactState {
    /// Not there yet.
    Waiting,
    /// It is so.
    Confirmed,
    /// Something else is there.
    Wrong,
    /// It could not be looked at; says nothing about the name.
    Unknown,
    /// This installation does without.
    NotNeeded,
}

impl FactState {
    const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Confirmed,
        Self::Wrong,
        Self::Unknown,
        Self::NotNeeded,
    ];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Wrong => "wrong",
            Self::Unknown => "unknown",
            Self::NotNeeded => "not_needed",
        }
    }

    /// Reads [`FactState::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// The words people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Confirmed => "Confirmed",
            Self::Wrong => "Not right",
            Self::Unknown => "Could not check",
            Self::NotNeeded => "Not needed",
        }
    }

    /// Nothing is left to be done for it.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Confirmed | Self::NotNeeded)
    }
}

/// A fact of a name, as it was found last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactView {
    /// Which.
    pub fact: Fact,
    /// What is known.
    pub state: FactState,
    /// Since when, milliseconds since 1970-01-01 UTC.
    pub since_ms: i64,
    /// When it was looked at; `None`: not yet.
    pub checked_ms: Option<i64>,
    /// What was found, in words.
    pub evidence: String,
}

/// A record to be set where the name is looked after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsRecord {
    /// `TXT`, `CNAME`, `A` or `AAAA`.
    pub kind: String,
    /// Relative to the zone; `@` is the zone itself.
    pub name: String,
    /// The whole name.
    pub full_name: String,
    /// What it holds.
    pub value: String,
    /// Seconds.
    pub ttl_s: u32,
    /// What it is for.
    pub purpose: String,
    /// The fact it makes true.
    pub fact: Fact,
}

/// A record that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// As a zone file has it: name, type, value.
    pub record: String,
    /// What to do with it.
    pub advice: String,
}

/// Something that happened to a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainEvent {
    /// When, milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// What.
    pub what: String,
}

/// How a name came to the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainOrigin {
    /// Somebody of the workspace claimed it.
    Claimed,
    /// The operator of the installation set it.
    Operator,
    /// It is the installation's own.
    Installation,
}

/// A name of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainView {
    /// Lower case, in the letters of DNS.
    pub host: String,
    /// In the letters of its language, where those are others.
    pub unicode: Option<String>,
    /// How it came here.
    pub origin: DomainOrigin,
    /// It serves: requests for it are answered as this workspace.
    pub bound: bool,
    /// Links are written with it.
    pub is_primary: bool,
    /// In the order of [`Fact::ALL`]; empty where nothing is checked.
    pub facts: Vec<FactView>,
    /// When it is looked at next, milliseconds since 1970-01-01 UTC.
    pub next_check_ms: Option<i64>,
    /// Its record is missing, and it stops serving then.
    pub off_at_ms: Option<i64>,
    /// When it was claimed.
    pub begun_ms: Option<i64>,
}

impl DomainView {
    /// Something is still to come: it is worth while to look again soon.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.facts.iter().any(|fact| !fact.state.is_settled())
    }

    /// The state that says most about it: what is not right before what is waited for.
    #[must_use]
    pub fn weakest(&self) -> Option<&FactView> {
        let order = |fact: &&FactView| match fact.state {
            FactState::Wrong => 0,
            FactState::Waiting => 1,
            FactState::Unknown => 2,
            FactState::Confirmed | FactState::NotNeeded => 3,
        };
        self.facts.iter().min_by_key(order)
    }
}

/// What names can point at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainTargets {
    /// There is a name for CNAME records.
    pub has_name: bool,
    /// There are addresses for A and AAAA records.
    pub has_addresses: bool,
}

impl DomainTargets {
    /// Names can lead here at all.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.has_name || self.has_addresses
    }
}

/// The page of all names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainsView {
    /// The primary one first.
    pub domains: Vec<DomainView>,
    /// Other names send readers on to the primary one.
    pub redirect: bool,
    /// What names can point at.
    pub targets: DomainTargets,
}

/// The page of one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainPage {
    /// The name.
    pub domain: DomainView,
    /// The zone that the records' names are relative to.
    pub zone: String,
    /// It is the zone itself.
    pub is_apex: bool,
    /// What to set.
    pub records: Vec<DnsRecord>,
    /// What to set instead where the zone cannot hold one of these, and when that is.
    pub instead: Option<(String, Vec<DnsRecord>)>,
    /// What stands in the way.
    pub conflicts: Vec<Conflict>,
    /// Newest first.
    pub history: Vec<DomainEvent>,
    /// What names can point at.
    pub targets: DomainTargets,
    /// A text for whoever looks after the zone.
    pub instructions: String,
    /// It cannot be removed here, and why.
    pub kept_because: Option<crate::words::Said>,
    /// The name that links are written with now.
    pub primary_host: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::{Fact, FactState};

    #[test]
    fn names_are_read_back() {
        for fact in Fact::ALL {
            assert_eq!(Fact::parse(fact.as_str()), Some(fact));
        }
        for state in FactState::ALL {
            assert_eq!(FactState::parse(state.as_str()), Some(state));
        }
        assert_eq!(Fact::parse("luck"), None);
    }
}
