//! Renaming, pinning, deleting and bringing back.

use super::Chat;
use super::title::cleaned;
use crate::fault;
use contract::{AppError, AppResult, Caller, ConversationId, ErrorCode};
use store::StoreError;

impl Chat {
    /// Gives a title.
    pub(super) async fn rename_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
        title: &str,
    ) -> AppResult<()> {
        let title = cleaned(title).ok_or_else(|| {
            AppError::new(ErrorCode::Invalid, "A title needs at least one letter.")
        })?;
        let sealed = self
            .sealed_text(caller)
            .seal_title(id, &title)
            .map_err(|error| fault::internal("sealing a title", error))?;
        let changed = async {
            let mut tx = self.store.tenant(caller).await?;
            let changed =
                store::conversations::rename(&mut tx, caller.member(), id, &sealed).await?;
            tx.commit().await?;
            Ok(changed)
        };
        existed(changed.await)
    }

    /// Keeps at the top, or lets go.
    pub(super) async fn pin_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
        pinned: bool,
    ) -> AppResult<()> {
        let changed = async {
            let mut tx = self.store.tenant(caller).await?;
            let changed = store::conversations::pin(&mut tx, caller.member(), id, pinned).await?;
            tx.commit().await?;
            Ok(changed)
        };
        existed(changed.await)
    }

    /// Takes out of the list; a job removes it for good after thirty days.
    pub(super) async fn delete_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
    ) -> AppResult<()> {
        let changed = async {
            let mut tx = self.store.tenant(caller).await?;
            let changed = store::conversations::delete(&mut tx, caller.member(), id).await?;
            tx.commit().await?;
            Ok(changed)
        };
        existed(changed.await)
    }

    /// Undoes a deletion.
    pub(super) async fn restore_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
    ) -> AppResult<()> {
        let changed = async {
            let mut tx = self.store.tenant(caller).await?;
            let changed = store::conversations::restore(&mut tx, caller.member(), id).await?;
            tx.commit().await?;
            Ok(changed)
        };
        existed(changed.await)
    }
}

fn existed(changed: Result<bool, StoreError>) -> AppResult<()> {
    if changed.map_err(|error| fault::internal("changing a conversation", error))? {
        Ok(())
    } else {
        Err(AppError::not_found())
    }
}
