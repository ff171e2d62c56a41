//! The workspace's instructions to every model: versions, sealed, the newest in force.
//!
//! Owns writing one, going back to one and setting two side by side, behind [`contract::PromptPort`].
//! Refuses to change a version that is there, and to put its text anywhere but where it is sealed: the
//! record names versions.

mod read_prompt;
mod write_prompt;

use crate::chat::sealed_text::SealedText;
use crate::fault;
use crate::tenancy::Snapshots;
use crate::vault::Vault;
use async_trait::async_trait;
use contract::prompt::{PromptDraft, PromptView};
use contract::{AppError, AppResult, Caller, ErrorCode, PromptPort};
use store::Store;

/// Instructions of all workspaces. Cloning is cheap.
#[derive(Clone)]
pub struct Prompts {
    store: Store,
    vault: Vault,
    snapshots: Snapshots,
}

impl Prompts {
    /// Over its parts.
    #[must_use]
    pub const fn new(store: Store, vault: Vault, snapshots: Snapshots) -> Self {
        Self {
            store,
            vault,
            snapshots,
        }
    }

    /// The texts of the caller's workspace; asked for before a transaction begins.
    async fn sealed_text(&self, caller: &Caller) -> AppResult<SealedText> {
        let unlocked = self.vault.unlock(caller.tenant()).await;
        unlocked
            .map(SealedText::new)
            .map_err(|error| fault::vault("unlocking a workspace", error))
    }
}

#[async_trait]
impl PromptPort for Prompts {
    async fn prompt(&self, caller: &Caller, compare: Option<(u32, u32)>) -> AppResult<PromptView> {
        if !caller.role().may_see_prompt() {
            return Err(AppError::new(
                ErrorCode::Denied,
                "The instructions are for owners, admins and auditors of this workspace.",
            ));
        }
        self.read(caller, compare).await
    }

    async fn save_prompt(&self, caller: &Caller, draft: PromptDraft) -> AppResult<u32> {
        may_manage(caller)?;
        self.save(caller, draft).await
    }

    async fn restore_prompt(&self, caller: &Caller, version: u32) -> AppResult<u32> {
        may_manage(caller)?;
        self.restore(caller, version).await
    }
}

fn may_manage(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_prompt() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "The instructions are written by owners and admins of this workspace.",
    ))
}

/// Versions count up from 1 in both worlds.
fn version_of(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or_default()
}

fn stored_version(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}
