//! The ports: what pages may ask of the backend. Authorisation stands behind them, in one place.

use crate::caller::Caller;
use crate::chat::{ConversationView, SearchHit, SendMessage, Sidebar, TurnOpened};
use crate::error::AppResult;
use crate::identity::{InvitationOffer, InvitationView, MemberView, SessionView};
use crate::ids::{ConversationId, MessageId, TenantId};
use async_trait::async_trait;
use std::sync::Arc;

/// The ports, as they travel in a request's context.
#[derive(Clone)]
pub struct Ports {
    /// Conversations.
    pub chat: Arc<dyn ChatPort>,
    /// People and sessions.
    pub people: Arc<dyn PeoplePort>,
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
    /// Everybody in the workspace. Needs [`crate::Role::may_manage_members`].
    async fn members(&self, caller: &Caller) -> AppResult<Vec<MemberView>>;
    /// Invitations not used yet. Needs [`crate::Role::may_manage_members`].
    async fn invitations(&self, caller: &Caller) -> AppResult<Vec<InvitationView>>;
    /// What an invitation link offers; `NotFound` when unknown, used or expired.
    async fn invitation(&self, tenant: TenantId, token: String) -> AppResult<InvitationOffer>;
}
