//! People of the platform host, and what its pages show: who runs the installation, who sells
//! workspaces, and the clients they look after.

use crate::ids::{AgencyId, GuestId, StaffId, StaffSessionId, TenantId};
use crate::money::NanoUsd;
use serde::{Deserialize, Serialize};

/// What somebody may do on the platform host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// In which agency; `None`: the operator, who may do everything.
    pub agency: Option<(AgencyId, String)>,
    /// Brings in others and makes clients.
    pub owner: bool,
    /// Looks after these clients only; `None`: all of the agency.
    pub only: Option<Vec<TenantId>>,
    /// May open a client's workspace as an administrator.
    pub may_open: bool,
}

/// Somebody signed in on the platform host. Built only from a verified session there; it is nobody on
/// any workspace's host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    id: StaffId,
    session: StaffSessionId,
    name: String,
    email: String,
    grants: Vec<Grant>,
}

impl Staff {
    /// Called by the HTTP edge after it has matched session and host; nowhere else.
    #[must_use]
    pub const fn new(
        id: StaffId,
        session: StaffSessionId,
        name: String,
        email: String,
        grants: Vec<Grant>,
    ) -> Self {
        Self {
            id,
            session,
            name,
            email,
            grants,
        }
    }

    /// The person.
    #[must_use]
    pub const fn id(&self) -> StaffId {
        self.id
    }

    /// The browser's session.
    #[must_use]
    pub const fn session(&self) -> StaffSessionId {
        self.session
    }

    /// Display name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sign-in address.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Runs the installation.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        self.grants.iter().any(|grant| grant.agency.is_none())
    }

    /// The agencies they belong to, with whether as an owner.
    pub fn agencies(&self) -> impl Iterator<Item = (AgencyId, &str, bool)> {
        self.grants.iter().filter_map(|grant| {
            let (id, name) = grant.agency.as_ref()?;
            Some((*id, name.as_str(), grant.owner))
        })
    }

    /// The grant that reaches a workspace of `agency`: the agency's own before the operator's.
    #[must_use]
    pub fn grant_for(&self, agency: Option<AgencyId>, workspace: TenantId) -> Option<&Grant> {
        let theirs = self.grants.iter().find(|grant| {
            let of_agency = grant.agency.as_ref().map(|(id, _)| *id);
            let listed = |only: &Vec<TenantId>| only.contains(&workspace);
            of_agency.is_some() && of_agency == agency && grant.only.as_ref().is_none_or(listed)
        });
        theirs.or_else(|| self.grants.iter().find(|grant| grant.agency.is_none()))
    }

    /// May bring people into an agency and make clients for it.
    #[must_use]
    pub fn may_run(&self, agency: AgencyId) -> bool {
        self.is_operator() || self.agencies().any(|(id, _, owner)| id == agency && owner)
    }

    /// Which workspaces their list holds.
    #[must_use]
    pub fn scope_of(&self, agency: AgencyId) -> Option<&Grant> {
        let mut all = self.grants.iter();
        all.find(|grant| grant.agency.as_ref().is_some_and(|(id, _)| *id == agency))
    }
}

/// Whether a workspace may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientState {
    /// In use.
    Active,
    /// Closed for now; nothing is lost.
    Suspended,
    /// About to be gone.
    Deleting,
}

impl ClientState {
    /// In words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Deleting => "Being deleted",
        }
    }
}

/// What is asked of a list of workspaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientSearch {
    /// Part of a name, a short name or a host; empty: all.
    pub text: String,
    /// Counted from 1.
    pub page: u32,
}

/// Numbers of one workspace, read from inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientFacts {
    /// People with an account.
    pub members: u64,
    /// What was spent since the first of the month (UTC).
    pub spent_month: NanoUsd,
    /// Sealed provider keys of the workspace and its teams, in use.
    pub keys: u64,
    /// Those whose last check ended in a refusal.
    pub keys_in_trouble: u64,
    /// When somebody last used it, milliseconds since 1970-01-01 UTC; `None`: never.
    pub last_used_ms: Option<i64>,
}

/// A workspace in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// The workspace.
    pub id: TenantId,
    /// Short name in addresses.
    pub slug: String,
    /// The client's name.
    pub name: String,
    /// Whether it may be used.
    pub state: ClientState,
    /// Host that links are written with.
    pub host: Option<String>,
    /// Scheme, host and port of it.
    pub address: Option<String>,
    /// Who sells it, by name.
    pub agency: Option<String>,
    /// Limit per calendar month.
    pub budget: Option<NanoUsd>,
    /// Version of its schema, and the one this program has.
    pub version: (i32, i32),
    /// Its schema could not be brought to this version.
    pub migration_trouble: bool,
    /// `None`: they could not be read just now.
    pub facts: Option<ClientFacts>,
}

/// One page of a list of workspaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientList {
    /// By name.
    pub rows: Vec<ClientRow>,
    /// All that fit the search.
    pub found: u64,
    /// Rows of a full page.
    pub per_page: u32,
    /// First day of the month that spending is counted in.
    pub month_ms: i64,
}

/// Why and since when a workspace is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// As it was typed.
    pub reason: String,
    /// Who closed it.
    pub by: String,
    /// When, milliseconds since 1970-01-01 UTC.
    pub since_ms: i64,
}

/// Something staff wrote down about a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientNote {
    /// By whom.
    pub by: String,
    /// When, milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// The text.
    pub text: String,
}

/// One client, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientView {
    /// As in the list.
    pub row: ClientRow,
    /// When it was made, milliseconds since 1970-01-01 UTC.
    pub created_ms: i64,
    /// Every host it answers at, the primary one first.
    pub hosts: Vec<String>,
    /// It is closed.
    pub suspension: Option<Suspension>,
    /// Newest first, at most twenty.
    pub notes: Vec<ClientNote>,
    /// The reader may open it as an administrator.
    pub may_open: bool,
    /// The workspace lets guests come.
    pub guests_allowed: bool,
}

/// An agency, as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyView {
    /// The agency.
    pub id: AgencyId,
    /// Short name.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Its workspaces.
    pub clients: u64,
    /// Its people.
    pub people: Vec<StaffView>,
}

/// Somebody of an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffView {
    /// Empty: they have not accepted yet.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// Brings in others and makes clients.
    pub owner: bool,
    /// May open clients as an administrator.
    pub may_open: bool,
    /// Looks after so many clients only; `None`: all.
    pub only: Option<u64>,
    /// They have a password.
    pub accepted: bool,
}

/// What the page behind a staff invitation shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffOffer {
    /// For whom.
    pub email: String,
    /// Who invited.
    pub invited_by: String,
}

/// What is known of the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthView {
    /// In the order they matter.
    pub parts: Vec<HealthPart>,
    /// When it was looked at, milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// One part of the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthPart {
    /// What it is called.
    pub name: &'static str,
    /// How it fares.
    pub state: HealthState,
    /// More, in words.
    pub words: String,
}

/// How something fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthState {
    /// As it should be.
    Well,
    /// Somebody should look.
    Watch,
    /// It does not work.
    Down,
    /// It is not there, and need not be.
    Absent,
}

impl HealthState {
    /// In a word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Well => "Well",
            Self::Watch => "Look at this",
            Self::Down => "Does not work",
            Self::Absent => "Not in use",
        }
    }
}

/// What a guest is shown before they come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestOffer {
    /// Who comes.
    pub name: String,
    /// On whose behalf; empty: the operator.
    pub house: String,
    /// Why.
    pub reason: String,
    /// How long they may stay, in minutes.
    pub minutes: u32,
}

/// A stay of a guest, as owners of the workspace read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayView {
    /// The stay.
    pub id: GuestId,
    /// Who.
    pub name: String,
    /// On whose behalf; empty: the operator.
    pub house: String,
    /// Why.
    pub reason: String,
    /// Begun, milliseconds since 1970-01-01 UTC.
    pub begun_ms: i64,
    /// Over, or will be.
    pub until_ms: i64,
    /// They are still there.
    pub lasts: bool,
}

/// Guests of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestsView {
    /// Whether they may come.
    pub allowed: bool,
    /// Newest first, at most twenty.
    pub stays: Vec<StayView>,
}

#[cfg(test)]
mod tests {
    use super::{Grant, Staff};
    use crate::ids::{AgencyId, StaffId, StaffSessionId, TenantId};
    use uuid::Uuid;

    fn agency(number: u128) -> AgencyId {
        AgencyId::from_uuid(Uuid::from_u128(number))
    }

    fn workspace(number: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(number))
    }

    fn staff(grants: Vec<Grant>) -> Staff {
        Staff::new(
            StaffId::from_uuid(Uuid::from_u128(1)),
            StaffSessionId::from_uuid(Uuid::from_u128(2)),
            "Lena".to_owned(),
            "lena@agency.example".to_owned(),
            grants,
        )
    }

    fn grant(of: Option<u128>, owner: bool, only: Option<Vec<TenantId>>) -> Grant {
        Grant {
            agency: of.map(|number| (agency(number), String::new())),
            owner,
            only,
            may_open: false,
        }
    }

    #[test]
    fn a_grant_reaches_its_own_agency_and_only_the_chosen_clients() {
        let lena = staff(vec![grant(Some(7), false, Some(vec![workspace(70)]))]);
        assert!(lena.grant_for(Some(agency(7)), workspace(70)).is_some());
        assert!(lena.grant_for(Some(agency(7)), workspace(71)).is_none());
        assert!(lena.grant_for(Some(agency(8)), workspace(70)).is_none());
        assert!(lena.grant_for(None, workspace(70)).is_none());
        assert!(!lena.may_run(agency(7)) && !lena.is_operator());
    }

    #[test]
    fn an_operator_reaches_everything_and_an_owner_runs_their_own_agency() {
        let root = staff(vec![grant(None, false, None)]);
        assert!(root.grant_for(None, workspace(1)).is_some());
        assert!(root.may_run(agency(7)));
        let owner = staff(vec![grant(Some(7), true, None)]);
        assert!(owner.may_run(agency(7)) && !owner.may_run(agency(8)));
    }
}
