//! What a model is asked: the conversation along the branch that ends in the question.

use super::branches::Branches;
use super::open_turn::Question;
use super::sealed_text::SealedText;
use crate::fault;
use contract::{AppResult, MessageId};
use engine::{Ask, AskMessage, Asker, Broken, Conversation, SystemPrompt};
use std::collections::HashMap;
use store::{MessageRow, MessageState};

/// The opened texts of a branch, oldest first.
pub(super) struct TurnInput {
    messages: Vec<AskMessage>,
}

impl TurnInput {
    /// Opens the texts from the first question to `question`. Answers without any text (failed
    /// before the first word) are left out together with nothing else: the model sees what the
    /// person sees.
    pub(super) fn read(
        sealed_text: &SealedText,
        rows: &[MessageRow],
        question: &Question,
    ) -> AppResult<Self> {
        let tree = Branches::read(rows.iter().map(|row| (row.id, row.parent_id)));
        let by_id: HashMap<MessageId, &MessageRow> = rows.iter().map(|row| (row.id, row)).collect();
        let before = question
            .parent
            .map(|parent| tree.path_to(Some(parent)))
            .unwrap_or_default();
        let mut messages = Vec::with_capacity(before.len() + 1);
        for row in before.iter().filter_map(|id| by_id.get(id)) {
            let Some(sealed) = row.sealed_body.as_deref() else {
                continue;
            };
            let text = sealed_text
                .open_body(row.id, sealed)
                .map_err(|error| fault::internal("opening a conversation", error))?;
            let role = if row.state == MessageState::Asked {
                Asker::User
            } else {
                Asker::Assistant
            };
            if !text.is_empty() {
                messages.push(AskMessage { role, text });
            }
        }
        messages.push(AskMessage {
            role: Asker::User,
            text: question.text.clone(),
        });
        Ok(Self { messages })
    }

    /// The engine's input. `again`: the person wants another answer, not the same one.
    pub(super) fn ask(self, system: Option<SystemPrompt>, again: bool) -> Ask {
        Ask {
            broken: Broken::Restart,
            system,
            conversation: Conversation::Chat(self.messages),
            bypass_cache: again,
        }
    }
}
