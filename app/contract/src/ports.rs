//! The ports: what pages may ask of the backend. Authorisation stands behind them, in one place.

use crate::audit::{RecordFilter, RecordsView};
use crate::branding::{BrandFields, BrandRefusal, BrandingView};
use crate::caller::Caller;
use crate::chat::{ConversationView, SearchHit, SendMessage, Sidebar, TurnOpened};
use crate::domains::{DomainPage, DomainsView};
use crate::error::AppResult;
use crate::identity::{
    InvitationOffer, InvitationView, MemberSessions, MemberView, SessionView, TeamView,
};
use crate::ids::{AgencyId, ConnectionId, ConversationId, KeyId, MemberId, MessageId, TenantId};
use crate::keys::{
    CheckSubject, KeyChange, KeyDraft, KeyEnvironment, KeysView, Proof, TypedSecret,
};
use crate::models::{ModelsView, NotSaved, RouteDraft, RouteForm};
use crate::overview::{GuideStep, OverviewView};
use crate::programs::ProgramsView;
use crate::prompt::{PromptDraft, PromptView};
use crate::savings::{CacheKeep, CachePurge, SavingsView};
use crate::sealing::{SealingView, ServiceDraft};
use crate::sign_on::{ConnectionPage, LinkView, SignOnDoors, SignOnView};
use crate::staff::{
    AgencyView, ClientList, ClientSearch, ClientView, GuestOffer, GuestsView, HealthView, Staff,
    StaffOffer,
};
use crate::workspace::{Deletion, WorkspaceView};
use async_trait::async_trait;
use std::sync::Arc;

/// The ports, as they travel in a request's context.
#[derive(Clone)]
pub struct Ports {
    /// Conversations.
    pub chat: Arc<dyn ChatPort>,
    /// People and sessions.
    pub people: Arc<dyn PeoplePort>,
    /// Provider keys.
    pub keys: Arc<dyn KeysPort>,
    /// The key that seals the workspace.
    pub sealing: Arc<dyn SealingPort>,
    /// What giving answers again saves.
    pub savings: Arc<dyn SavingsPort>,
    /// Where models lead.
    pub models: Arc<dyn ModelsPort>,
    /// Keys for programs.
    pub programs: Arc<dyn ProgramsPort>,
    /// The record of who did what.
    pub audit: Arc<dyn AuditPort>,
    /// The workspace itself.
    pub workspace: Arc<dyn WorkspacePort>,
    /// Names of the workspace's own.
    pub domains: Arc<dyn DomainsPort>,
    /// Guests of the workspace.
    pub guests: Arc<dyn GuestsPort>,
    /// The platform host.
    pub platform: Arc<dyn PlatformPort>,
    /// How the workspace fares.
    pub overview: Arc<dyn OverviewPort>,
    /// What every model is told.
    pub prompt: Arc<dyn PromptPort>,
    /// What the workspace looks like.
    pub branding: Arc<dyn BrandingPort>,
    /// Identity providers of the workspace.
    pub sign_on: Arc<dyn SignOnPort>,
}

/// Identity providers of the workspace, as pages read them. Changes are plain form posts handled by the
/// HTTP edge.
#[async_trait]
pub trait SignOnPort: Send + Sync {
    /// The ways in, for whoever stands at the door.
    async fn doors(&self, tenant: TenantId) -> AppResult<SignOnDoors>;
    /// Every connection and every domain of addresses. Needs [`crate::Role::may_manage_sign_on`].
    async fn sign_on(&self, caller: &Caller) -> AppResult<SignOnView>;
    /// One connection. Needs [`crate::Role::may_manage_sign_on`].
    async fn connection(&self, caller: &Caller, id: ConnectionId) -> AppResult<ConnectionPage>;
    /// The caller's links, and the connections they could link.
    async fn links(&self, caller: &Caller) -> AppResult<Vec<LinkView>>;
}

/// Guests of the workspace: people of the agency or the operator who open it as an administrator.
#[async_trait]
pub trait GuestsPort: Send + Sync {
    /// What a code lets somebody do; `NotFound` when unknown, used, expired or another workspace's.
    async fn offer(&self, tenant: TenantId, code: &str) -> AppResult<GuestOffer>;
    /// Who was here, and whether they may come. Needs [`crate::Role::may_receive_guests`].
    async fn guests(&self, caller: &Caller) -> AppResult<GuestsView>;
}

/// The platform host, as its pages read it. Changes are plain form posts handled by the HTTP edge. What
/// somebody has no grant for answers [`crate::ErrorCode::NotFound`], as what is not there.
#[async_trait]
pub trait PlatformPort: Send + Sync {
    /// What a staff invitation offers; `NotFound` when unknown, used or expired.
    async fn staff_invitation(&self, token: &str) -> AppResult<StaffOffer>;
    /// Clients of an agency that the reader belongs to.
    async fn clients(
        &self,
        staff: &Staff,
        agency: AgencyId,
        search: ClientSearch,
    ) -> AppResult<ClientList>;
    /// One client that the reader looks after.
    async fn client(&self, staff: &Staff, id: TenantId) -> AppResult<ClientView>;
    /// People of an agency that the reader runs.
    async fn team(&self, staff: &Staff, agency: AgencyId) -> AppResult<AgencyView>;
    /// Every workspace. For operators.
    async fn workspaces(&self, staff: &Staff, search: ClientSearch) -> AppResult<ClientList>;
    /// Every agency. For operators.
    async fn agencies(&self, staff: &Staff) -> AppResult<Vec<AgencyView>>;
    /// How the installation fares. For operators.
    async fn health(&self, staff: &Staff) -> AppResult<HealthView>;
}

/// How the workspace fares. Needs [`crate::Role::may_see_overview`].
#[async_trait]
pub trait OverviewPort: Send + Sync {
    /// Everything the page shows, also of a workspace that is sealed.
    async fn overview(&self, caller: &Caller) -> AppResult<OverviewView>;
    /// Leaves a step of the guided start out, or takes it up again. Needs
    /// [`crate::Role::may_manage_members`].
    async fn skip_step(&self, caller: &Caller, step: GuideStep, skip: bool) -> AppResult<()>;
}

/// The workspace's instructions. Reading needs [`crate::Role::may_see_prompt`], changing
/// [`crate::Role::may_manage_prompt`]. A version holds on every process once its transaction is
/// committed and the notice of it has arrived.
#[async_trait]
pub trait PromptPort: Send + Sync {
    /// What is in force, the versions before it, and two of them side by side where `compare` names
    /// them. [`crate::ErrorCode::NotFound`]: there is no such version.
    async fn prompt(&self, caller: &Caller, compare: Option<(u32, u32)>) -> AppResult<PromptView>;
    /// Puts a new version in force and says which. [`crate::ErrorCode::Invalid`]: empty, too long, or
    /// what is in force already. [`crate::ErrorCode::Conflict`]: somebody wrote one since.
    async fn save_prompt(&self, caller: &Caller, draft: PromptDraft) -> AppResult<u32>;
    /// Puts a new version in force that says what `version` says.
    async fn restore_prompt(&self, caller: &Caller, version: u32) -> AppResult<u32>;
}

/// What the workspace looks like: one draft that owners and admins share, and versions that were
/// published. Needs [`crate::Role::may_manage_brand`].
#[async_trait]
pub trait BrandingPort: Send + Sync {
    /// The draft, or what is published, with its proof; `typed`: how these fields would look instead.
    async fn branding(
        &self,
        caller: &Caller,
        typed: Option<BrandFields>,
    ) -> AppResult<BrandingView>;
    /// Keeps the fields as the draft. `seen`: [`BrandingView::seen`] of the form;
    /// [`crate::ErrorCode::Conflict`]: somebody else changed it since.
    async fn save_draft(
        &self,
        caller: &Caller,
        seen: &str,
        fields: BrandFields,
    ) -> Result<(), BrandRefusal>;
    /// The fields become the workspace's look, on every process.
    async fn publish(
        &self,
        caller: &Caller,
        seen: &str,
        fields: BrandFields,
    ) -> Result<(), BrandRefusal>;
    /// Throws the draft away.
    async fn discard_draft(&self, caller: &Caller) -> AppResult<()>;
    /// Publishes an older version once more.
    async fn roll_back(&self, caller: &Caller, version: u32) -> AppResult<()>;
}

/// Keys for programs, as pages read them. Changes are plain form posts handled by the HTTP edge: what
/// they make is shown once, and never travels through here.
#[async_trait]
pub trait ProgramsPort: Send + Sync {
    /// Every key, and what a new one can be for. Needs [`crate::Role::may_see_keys`].
    async fn programs(&self, caller: &Caller) -> AppResult<ProgramsView>;
}

/// Conversations of the caller. Ids of somebody else answer [`crate::ErrorCode::NotFound`].
#[async_trait]
pub trait ChatPort: Send + Sync {
    /// Conversation list, models, meter.
    async fn sidebar(&self, caller: &Caller) -> AppResult<Sidebar>;
    /// One conversation along its chosen branch.
    async fn conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
    ) -> AppResult<ConversationView>;
    /// Stores the question and starts answering it on a task of its own.
    async fn open_turn(&self, caller: &Caller, message: SendMessage) -> AppResult<TurnOpened>;
    /// Stops the answer and the upstream call behind it. Stopping a finished answer is no error.
    async fn stop_turn(&self, caller: &Caller, answer: MessageId) -> AppResult<()>;
    /// Makes the branch through `message` the chosen one.
    async fn choose_branch(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        message: MessageId,
    ) -> AppResult<ConversationView>;
    /// Gives a new title.
    async fn rename(&self, caller: &Caller, id: ConversationId, title: String) -> AppResult<()>;
    /// Keeps at the top, or lets go.
    async fn pin(&self, caller: &Caller, id: ConversationId, pinned: bool) -> AppResult<()>;
    /// Takes out of the list; [`ChatPort::restore`] brings it back.
    async fn delete(&self, caller: &Caller, id: ConversationId) -> AppResult<()>;
    /// Undoes a deletion.
    async fn restore(&self, caller: &Caller, id: ConversationId) -> AppResult<()>;
    /// Finds words in the caller's own conversations, newest first, at most 50.
    async fn search(&self, caller: &Caller, query: String) -> AppResult<Vec<SearchHit>>;
}

/// People of the workspace and the caller's own sessions, as pages read them. Changes are plain
/// form posts handled by the HTTP edge, so that they work without any script.
#[async_trait]
pub trait PeoplePort: Send + Sync {
    /// The caller's signed-in browsers, newest use first.
    async fn sessions(&self, caller: &Caller) -> AppResult<Vec<SessionView>>;
    /// Everybody who is signed in, the caller first. Needs [`crate::Role::may_end_sessions`].
    async fn everybodys_sessions(&self, caller: &Caller) -> AppResult<Vec<MemberSessions>>;
    /// Everybody in the workspace. Needs [`crate::Role::may_manage_members`].
    async fn members(&self, caller: &Caller) -> AppResult<Vec<MemberView>>;
    /// The workspace's teams, by name. Needs [`crate::Role::may_manage_members`].
    async fn teams(&self, caller: &Caller) -> AppResult<Vec<TeamView>>;
    /// Invitations not used yet. Needs [`crate::Role::may_manage_members`].
    async fn invitations(&self, caller: &Caller) -> AppResult<Vec<InvitationView>>;
    /// What an invitation link offers; `NotFound` when unknown, used or expired.
    async fn invitation(&self, tenant: TenantId, token: String) -> AppResult<InvitationOffer>;
}

/// Provider keys of the workspace. Seeing those of the workspace and its teams needs
/// [`crate::Role::may_see_keys`], changing them [`crate::Role::may_manage_keys`]; where members may
/// bring keys of their own, each sees and changes theirs, and who manages keys can stop and delete
/// them. Ids of another workspace, and keys of other members, answer
/// [`crate::ErrorCode::NotFound`].
#[async_trait]
pub trait KeysPort: Send + Sync {
    /// Keys, terms, and under what they are sealed.
    async fn keys(&self, caller: &Caller) -> AppResult<KeysView>;
    /// The caller's own keys.
    async fn own_keys(&self, caller: &Caller) -> AppResult<KeysView>;
    /// Whether members may bring keys of their own from now on. Keys that are there are kept; they
    /// pay for nothing while it is not allowed.
    async fn allow_member_keys(&self, caller: &Caller, allowed: bool) -> AppResult<()>;
    /// Accepts the terms of this version. [`crate::ErrorCode::Conflict`]: the text has changed.
    async fn accept_terms(&self, caller: &Caller, version: String) -> AppResult<()>;
    /// Seals a draft at once, starts its check on a task of its own and returns the id under
    /// which `/admin/keys/checks/<id>` shows it. It is used for nothing else until
    /// [`KeysPort::seal`], and forgotten after fifteen minutes.
    async fn check(&self, caller: &Caller, draft: KeyDraft) -> AppResult<KeyId>;
    /// What is, or was last, checked under this id.
    async fn subject(&self, caller: &Caller, id: KeyId) -> AppResult<CheckSubject>;
    /// Checks a sealed key again, shown in the same way.
    async fn check_again(&self, caller: &Caller, id: KeyId) -> AppResult<()>;
    /// Takes a checked draft into use. A rotation's old secret is kept for `keep_hours`.
    /// `anyway`: although the check found it wanting.
    async fn seal(
        &self,
        caller: &Caller,
        id: KeyId,
        anyway: bool,
        keep_hours: u32,
        proof: Proof,
    ) -> AppResult<()>;
    /// Forgets a draft.
    async fn discard(&self, caller: &Caller, id: KeyId) -> AppResult<()>;
    /// Changes a sealed key in a way that can be undone.
    async fn change(&self, caller: &Caller, id: KeyId, change: KeyChange) -> AppResult<()>;
    /// Goes back to the secret before the last rotation.
    async fn take_back(&self, caller: &Caller, id: KeyId, proof: Proof) -> AppResult<()>;
    /// Erases the secret for good. What it paid for stays in the ledger.
    async fn delete(&self, caller: &Caller, id: KeyId, proof: Proof) -> AppResult<()>;
}

/// The key that seals the workspace. Rights as for [`KeysPort`].
#[async_trait]
pub trait SealingPort: Send + Sync {
    /// Under which key the workspace is sealed, and what is wrong with it.
    async fn sealing(&self, caller: &Caller) -> AppResult<SealingView>;
    /// Checks a key service live and begins the move to its key. Nothing is changed by one that
    /// fails: [`crate::ErrorCode::Invalid`] says what it said.
    async fn attach(&self, caller: &Caller, draft: ServiceDraft, proof: Proof) -> AppResult<()>;
    /// Replaces how to get in, with another identity where one is given.
    async fn replace_access(
        &self,
        caller: &Caller,
        identity: Option<String>,
        access: TypedSecret,
        proof: Proof,
    ) -> AppResult<()>;
    /// Begins the move to a new key of the same service.
    async fn rotate(&self, caller: &Caller, proof: Proof) -> AppResult<()>;
    /// Begins the move back to the installation's keyring.
    async fn detach(&self, caller: &Caller, proof: Proof) -> AppResult<()>;
}

/// What giving answers again saves. Seeing it needs [`crate::Role::may_see_savings`], changing which
/// answers are kept [`crate::Role::may_manage_cache`].
#[async_trait]
pub trait SavingsPort: Send + Sync {
    /// The last days, and how the cache is set.
    async fn savings(&self, caller: &Caller) -> AppResult<SavingsView>;
    /// Sets for how long answers are kept. [`crate::ErrorCode::Invalid`]: no such time.
    async fn set_cache(&self, caller: &Caller, keep: CacheKeep) -> AppResult<()>;
    /// Lets what is named be asked anew from now on. [`crate::ErrorCode::Invalid`]: no name.
    async fn purge_cache(&self, caller: &Caller, what: CachePurge) -> AppResult<()>;
}

/// Model aliases of the workspace and where they lead. Needs [`crate::Role::may_manage_models`].
#[async_trait]
pub trait ModelsPort: Send + Sync {
    /// Every alias with its targets, judged as `seen_as` would meet them.
    async fn models(&self, caller: &Caller, seen_as: Option<MemberId>) -> AppResult<ModelsView>;
    /// What the form for an alias is made from; `None`: for a new one.
    async fn route_form(
        &self,
        caller: &Caller,
        which: Option<(KeyEnvironment, String)>,
    ) -> AppResult<RouteForm>;
    /// Creates or changes an alias, whole. [`crate::ErrorCode::Conflict`]: somebody else changed it
    /// since the form was made.
    async fn save_route(&self, caller: &Caller, draft: RouteDraft) -> Result<(), NotSaved>;
    /// Removes an alias. Conversations that used it stay readable.
    async fn remove_route(
        &self,
        caller: &Caller,
        environment: KeyEnvironment,
        alias: &str,
    ) -> AppResult<()>;
}

/// The record of who did what. Needs [`crate::Role::may_read_records`].
#[async_trait]
pub trait AuditPort: Send + Sync {
    /// Fifty records at most, newest first, and what a check of the whole log found.
    async fn records(&self, caller: &Caller, filter: RecordFilter) -> AppResult<RecordsView>;
}

/// The workspace itself. Needs [`crate::Role::may_delete_workspace`].
#[async_trait]
pub trait WorkspacePort: Send + Sync {
    /// What there is in it.
    async fn workspace(&self, caller: &Caller) -> AppResult<WorkspaceView>;
    /// Deletes it with everything in it. `typed` repeats its name: [`crate::ErrorCode::Invalid`] when
    /// it does not. [`crate::ErrorCode::Conflict`]: the server may not, the operator has to.
    async fn delete_workspace(
        &self,
        caller: &Caller,
        typed: &str,
        proof: Proof,
    ) -> AppResult<Deletion>;
}

/// Names of the workspace's own. Needs [`crate::Role::may_manage_domains`]. A name that the workspace does
/// not have answers [`crate::ErrorCode::NotFound`], whoever has it.
#[async_trait]
pub trait DomainsPort: Send + Sync {
    /// Every name.
    async fn domains(&self, caller: &Caller) -> AppResult<DomainsView>;
    /// One name: what to set, what stands in the way, what happened.
    async fn domain(&self, caller: &Caller, host: &str) -> AppResult<DomainPage>;
    /// Claims a name as it was typed. Gives it back as it is stored.
    /// [`crate::ErrorCode::Invalid`]: it cannot be a name of a workspace;
    /// [`crate::ErrorCode::Conflict`]: it is claimed or in use.
    async fn claim(&self, caller: &Caller, typed: &str) -> AppResult<String>;
    /// Looks at a name now. [`crate::ErrorCode::Throttled`]: it was looked at a moment ago.
    async fn look(&self, caller: &Caller, host: &str) -> AppResult<()>;
    /// Links are written with this name from now on.
    async fn make_primary(&self, caller: &Caller, host: &str) -> AppResult<()>;
    /// Whether other names send readers on to the primary one.
    async fn redirect(&self, caller: &Caller, on: bool) -> AppResult<()>;
    /// Removes a name. `typed` repeats it.
    async fn remove(&self, caller: &Caller, host: &str, typed: &str) -> AppResult<()>;
}
