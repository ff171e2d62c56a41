//! The workspace's instructions, where a route says that they hold for programs too.

use super::Programs;
use super::trouble::sealed;
use crate::chat::instructions_of;
use crate::fault;
use crate::tenancy::{AliasRoute, TenantSnapshot};
use engine::SystemPrompt;
use wire::door::Trouble;

impl Programs {
    /// The instructions that apply to `entry`. A program is told their version and never their text.
    pub(super) async fn instructions(
        &self,
        snapshot: &TenantSnapshot,
        entry: &AliasRoute,
    ) -> Result<Option<SystemPrompt>, Trouble> {
        if !entry.route.options.instructs_programs || snapshot.prompt.is_none() {
            return Ok(None);
        }
        let unlocked = self.vault.unlock(snapshot.id).await;
        let unlocked =
            unlocked.map_err(|error| sealed(&fault::vault("unlocking a workspace", error)))?;
        instructions_of(snapshot, unlocked).map_err(|error| {
            sealed(&fault::internal(
                "opening the workspace's instructions",
                error,
            ))
        })
    }
}
