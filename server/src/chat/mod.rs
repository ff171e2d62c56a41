//! Conversations: from a question to its answer, and everything people do with both.
//!
//! Owns the tree of a conversation, the turn that writes an answer, and the followers that watch
//! it. Every entry takes a [`contract::Caller`]; what is not the caller's does not exist here.

mod answer_turn;
mod branches;
mod change_conversation;
mod failure_words;
mod follow_turn;
mod limit_words;
pub mod live_turns;
mod open_turn;
mod read_conversation;
mod receipt;
pub mod rendered;
pub mod sealed_text;
mod search;
mod search_conversations;
mod sidebar;
mod slowed;
mod title;
mod turn_input;

pub use follow_turn::Following;
pub use limit_words::first_of_next_month;
pub use open_turn::instructions_of;
pub use title::title_of;

use crate::fault;
use crate::tenancy::{Snapshots, TenantSnapshot};
use crate::vault::Vault;
use async_trait::async_trait;
use change_conversation::Change;
use contract::chat::{ConversationView, SearchHit, SendMessage, Sidebar, TurnOpened};
use contract::{AppError, AppResult, Caller, ChatPort, ConversationId, MessageId};
use engine::Engine;
use live_turns::LiveTurns;
use rendered::Rendered;
use sealed_text::SealedText;
use slowed::Slowed;
use std::sync::Arc;
use store::Store;
use uuid::Uuid;

/// Conversations of all workspaces on this process.
#[derive(Clone)]
pub struct Chat {
    store: Store,
    vault: Vault,
    engine: Engine,
    snapshots: Snapshots,
    live: LiveTurns,
    rendered: Rendered,
    slowed: Slowed,
    /// This process, as the database knows it.
    node: Uuid,
}

impl Chat {
    /// Over its parts.
    #[must_use]
    pub fn new(
        store: Store,
        vault: Vault,
        engine: Engine,
        snapshots: Snapshots,
        live: LiveTurns,
        node: Uuid,
    ) -> Self {
        Self {
            store,
            vault,
            engine,
            snapshots,
            live,
            rendered: Rendered::default(),
            slowed: Slowed::default(),
            node,
        }
    }

    /// Forgets rendered answers, when a workspace was sealed.
    pub fn forget_rendered(&self) {
        self.rendered.forget_all();
    }

    /// The texts of the caller's workspace. Asked for before a transaction begins: whoever waits
    /// for a key must not hold a connection meanwhile.
    async fn sealed_text(&self, caller: &Caller) -> AppResult<SealedText> {
        let unlocked = self.vault.unlock(caller.tenant()).await;
        unlocked
            .map(SealedText::new)
            .map_err(|error| fault::vault("unlocking a workspace", error))
    }

    /// What this process has counted about providers.
    #[must_use]
    pub fn counted(&self) -> engine::Counted {
        self.engine.counted()
    }

    async fn snapshot(&self, caller: &Caller) -> AppResult<Arc<TenantSnapshot>> {
        self.snapshots
            .of_id(caller.tenant())
            .await
            .map_err(|error| crate::fault::internal("loading a workspace", error))?
            .ok_or_else(AppError::not_found)
    }
}

#[async_trait]
impl ChatPort for Chat {
    async fn sidebar(&self, caller: &Caller) -> AppResult<Sidebar> {
        self.read_sidebar(caller).await
    }

    async fn conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
    ) -> AppResult<ConversationView> {
        self.read_conversation(caller, id).await
    }

    async fn open_turn(&self, caller: &Caller, message: SendMessage) -> AppResult<TurnOpened> {
        self.open(caller, message).await
    }

    async fn stop_turn(&self, caller: &Caller, answer: MessageId) -> AppResult<()> {
        self.stop(caller, answer).await
    }

    async fn choose_branch(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        message: MessageId,
    ) -> AppResult<ConversationView> {
        self.choose(caller, conversation, message).await
    }

    async fn rename(&self, caller: &Caller, id: ConversationId, title: String) -> AppResult<()> {
        self.change_conversation(caller, id, Change::Rename(title))
            .await
    }

    async fn pin(&self, caller: &Caller, id: ConversationId, pinned: bool) -> AppResult<()> {
        self.change_conversation(caller, id, Change::Pin(pinned))
            .await
    }

    async fn delete(&self, caller: &Caller, id: ConversationId) -> AppResult<()> {
        self.change_conversation(caller, id, Change::Delete).await
    }

    async fn restore(&self, caller: &Caller, id: ConversationId) -> AppResult<()> {
        self.change_conversation(caller, id, Change::Restore).await
    }

    async fn search(&self, caller: &Caller, query: String) -> AppResult<Vec<SearchHit>> {
        self.search_conversations(caller, &query).await
    }
}
