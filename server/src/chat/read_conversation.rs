//! One conversation along its chosen branch, opened and rendered.

use super::Chat;
use super::branches::Branches;
use super::receipt::stored_end;
use super::sealed_text::SealedText;
use crate::fault;
use crate::tenancy::TenantSnapshot;
use contract::chat::{ConversationView, MessageBody, MessageView};
use contract::{AppError, AppResult, Caller, ConversationId, MessageId};
use std::collections::HashMap;
use std::sync::Arc;
use store::{ConversationRow, MessageRow, MessageState, StoreError, TenantTx};

impl Chat {
    /// Reads a conversation of the caller.
    pub(super) async fn read_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
    ) -> AppResult<ConversationView> {
        let failed = |error: StoreError| fault::internal("reading a conversation", error);
        let sealed_text = self.sealed_text(caller).await?;
        let mut tx = self.store.tenant(caller).await.map_err(failed)?;
        let view = self
            .view_in(&mut tx, caller, sealed_text, (id, None))
            .await?;
        tx.commit().await.map_err(failed)?;
        Ok(view)
    }

    /// Makes the branch through `message` the chosen one and reads it.
    pub(super) async fn choose(
        &self,
        caller: &Caller,
        id: ConversationId,
        message: MessageId,
    ) -> AppResult<ConversationView> {
        let failed = |error: StoreError| fault::internal("choosing a branch", error);
        let sealed_text = self.sealed_text(caller).await?;
        let mut tx = self.store.tenant(caller).await.map_err(failed)?;
        let found = store::conversations::get(&mut tx, caller.member(), id)
            .await
            .map_err(failed)?;
        found.ok_or_else(AppError::not_found)?;
        let rows = store::messages::list(&mut tx, id).await.map_err(failed)?;
        let tree = Branches::read(rows.iter().map(|row| (row.id, row.parent_id)));
        if !tree.contains(message) {
            return Err(AppError::not_found());
        }
        let leaf = tree.newest_below(Some(message)).unwrap_or(message);
        store::conversations::set_leaf(&mut tx, id, leaf)
            .await
            .map_err(failed)?;
        let view = self
            .view_in(&mut tx, caller, sealed_text, (id, Some(leaf)))
            .await?;
        tx.commit().await.map_err(failed)?;
        Ok(view)
    }

    /// The view inside a transaction; the second of `place`: another branch than the chosen one.
    pub(super) async fn view_in(
        &self,
        tx: &mut TenantTx,
        caller: &Caller,
        sealed_text: SealedText,
        (id, leaf): (ConversationId, Option<MessageId>),
    ) -> AppResult<ConversationView> {
        let failed = |error: StoreError| fault::internal("reading a conversation", error);
        let found = store::conversations::get(tx, caller.member(), id)
            .await
            .map_err(failed)?;
        let conversation = found.ok_or_else(AppError::not_found)?;
        let rows = store::messages::list(tx, id).await.map_err(failed)?;
        let snapshot = self.snapshot(caller).await?;
        let reader = Reader {
            chat: self.clone(),
            sealed_text,
            snapshot,
        };
        // A long conversation is work for a processor, not for the event loop.
        tokio::task::spawn_blocking(move || reader.view(&conversation, rows, leaf))
            .await
            .map_err(|error| fault::internal("rendering a conversation", fault::of_task(&error)))?
    }
}

struct Reader {
    chat: Chat,
    sealed_text: SealedText,
    snapshot: Arc<TenantSnapshot>,
}

impl Reader {
    fn view(
        &self,
        conversation: &ConversationRow,
        rows: Vec<MessageRow>,
        leaf: Option<MessageId>,
    ) -> AppResult<ConversationView> {
        let tree = Branches::read(rows.iter().map(|row| (row.id, row.parent_id)));
        let path = tree.path_to(leaf.or(conversation.leaf_id));
        let mut by_id: HashMap<MessageId, MessageRow> =
            rows.into_iter().map(|row| (row.id, row)).collect();
        let mut messages = Vec::with_capacity(path.len());
        for id in path {
            let Some(row) = by_id.remove(&id) else {
                continue;
            };
            let (parent, siblings) = (row.parent_id, tree.siblings(id));
            messages.push(MessageView {
                id,
                parent,
                siblings,
                body: self.body(row)?,
            });
        }
        let title = self
            .sealed_text
            .open_title(conversation.id, &conversation.sealed_title)
            .map_err(|error| fault::internal("opening a title", error))?;
        Ok(ConversationView {
            id: conversation.id,
            title,
            pinned: conversation.pinned,
            messages,
        })
    }

    fn body(&self, row: MessageRow) -> AppResult<MessageBody> {
        let text = match row.sealed_body.as_deref() {
            Some(sealed) => self
                .sealed_text
                .open_body(row.id, sealed)
                .map_err(|error| fault::internal("opening a message", error))?,
            None => String::new(),
        };
        if row.state == MessageState::Asked {
            return Ok(MessageBody::Question { text });
        }
        let label = self
            .snapshot
            .label_of(row.alias.as_deref().unwrap_or_default());
        let end = stored_end(row.state, row.receipt, row.failure);
        // An answer in the making is followed as a stream; its kept part would only flash.
        let (text, blocks) = if end.is_none() {
            (String::new(), Vec::new())
        } else {
            let blocks = self.chat.rendered.blocks(row.id, &text);
            (text, blocks)
        };
        Ok(MessageBody::Answer {
            label,
            text,
            blocks,
            end,
        })
    }
}
