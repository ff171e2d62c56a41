//! Renaming, pinning, deleting and bringing back.

use super::Chat;
use super::title::cleaned;
use crate::fault;
use contract::{AppError, AppResult, Caller, ConversationId, ErrorCode};
use store::{StoreError, conversations};

/// What a person does to a conversation.
pub(super) enum Change {
    /// Give a title.
    Rename(String),
    /// Keep at the top, or let go.
    Pin(bool),
    /// Take out of the list; a job removes it for good after thirty days.
    Delete,
    /// Undo a deletion.
    Restore,
}

impl Chat {
    /// Changes a conversation of the caller. Somebody else's does not exist.
    pub(super) async fn change_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
        change: Change,
    ) -> AppResult<()> {
        let sealed_title = match &change {
            Change::Rename(title) => self.seal_cleaned(caller, id, title).await?,
            _ => Vec::new(),
        };
        let member = caller.member();
        let changed = async {
            let mut tx = self.store.tenant(caller).await?;
            let changed = match change {
                Change::Rename(_) => {
                    conversations::rename(&mut tx, member, id, &sealed_title).await?
                }
                Change::Pin(pinned) => conversations::pin(&mut tx, member, id, pinned).await?,
                Change::Delete => conversations::delete(&mut tx, member, id).await?,
                Change::Restore => conversations::restore(&mut tx, member, id).await?,
            };
            tx.commit().await?;
            Ok::<_, StoreError>(changed)
        };
        let changed = changed
            .await
            .map_err(|error| fault::internal("changing a conversation", error))?;
        if changed {
            Ok(())
        } else {
            Err(AppError::not_found())
        }
    }

    async fn seal_cleaned(
        &self,
        caller: &Caller,
        id: ConversationId,
        title: &str,
    ) -> AppResult<Vec<u8>> {
        let title = cleaned(title).ok_or_else(|| {
            AppError::new(ErrorCode::Invalid, "A title needs at least one letter.")
        })?;
        self.sealed_text(caller)
            .await?
            .seal_title(id, &title)
            .map_err(|error| fault::internal("sealing a title", error))
    }
}
