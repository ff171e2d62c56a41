//! Writes a workspace down.

use super::shape::Document;
use super::state::State;
use crate::chat::sealed_text::SealedText;
use crate::cli::Refused;
use crate::cli::open::Opened;
use contract::TenantId;

/// The document of a workspace; `prompt`: with its instructions, which are content.
///
/// # Errors
/// When storage fails, or the workspace is sealed and its instructions are asked for.
pub async fn export(opened: &Opened, tenant: TenantId, prompt: bool) -> Result<Document, Refused> {
    let sealed = if prompt {
        Some(SealedText::new(opened.vault.unlock(tenant).await?))
    } else {
        None
    };
    let mut tx = opened.store.enter(tenant).await?;
    let host = &opened.config.server.platform_host;
    let state = State::read(&mut tx, host, &[], sealed.as_ref()).await?;
    tx.commit().await?;
    Ok(state.document(prompt))
}
