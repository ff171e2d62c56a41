//! A question becomes a turn: checked, admitted, stored, and answered on a task of its own.

use super::answer_turn::Turn;
use super::failure_words::refusal_words;
use super::limit_words::{LimitReader, limit_words};
use super::sealed_text::{SealedText, SealedTextError};
use super::title::title_of;
use super::turn_input::TurnInput;
use super::{Chat, branches::Branches};
use crate::fault;
use crate::policy;
use crate::tenancy::{AliasRoute, TenantSnapshot};
use crate::vault::{Unlocked, VaultError};
use contract::chat::{Ask, MessageBody, MessageView, QUESTION_MAX_BYTES, SendMessage, TurnOpened};
use contract::{AppError, AppResult, Caller, ConversationId, ErrorCode, MessageId, Said, said};
use engine::SystemPrompt;
use store::{MessageRow, NewAnswerRow, NewQuestionRow, StoreError, TenantTx};
use uuid::Uuid;

/// Longest token a browser may send along, in bytes.
const TOKEN_BYTES: usize = 64;

impl Chat {
    /// Opens a turn and starts answering it. The same token twice answers with the first turn.
    pub(super) async fn open(
        &self,
        caller: &Caller,
        message: SendMessage,
    ) -> AppResult<TurnOpened> {
        check(&message)?;
        let snapshot = self.snapshot(caller).await?;
        crate::billing::seed_meter(&self.store, &self.engine, caller.tenant()).await?;
        let entry = snapshot.route_of(caller, message.alias.as_deref());
        let answer = MessageId::from_uuid(Uuid::now_v7());
        let conversation = message
            .conversation
            .unwrap_or_else(|| ConversationId::from_uuid(Uuid::now_v7()));
        let reader = LimitReader::of(caller, &snapshot);
        let admission = policy::admit(caller, &snapshot, entry, answer, conversation, self.node)
            .map_err(|refusal| refusal_words(&refusal, &reader))?;
        let entry = entry.ok_or_else(AppError::not_found)?;
        if let Some(reached) = self.slowed.stops(caller, &entry.model.alias) {
            return Err(limit_words(&reached, &reader));
        }
        let sealed_text = self.sealed_text(caller).await?;
        let prompt = self.prompt(caller, &snapshot, &sealed_text).await?;
        let opening = Opening {
            chat: self,
            caller,
            sealed_text,
            entry,
            answer,
            conversation,
        };
        let stored = match opening.store(&message).await? {
            // The other one is stored by now, and is found this time.
            Stored::Raced => opening.store(&message).await?,
            stored => stored,
        };
        let opened = match stored {
            Stored::Again(opened) => return Ok(*opened),
            Stored::Fresh(opened) => opened,
            Stored::Raced => {
                return Err(fault::internal(
                    "opening a turn",
                    "one token was stored twice",
                ));
            }
        };
        let writer = self.live.begin(caller, answer);
        if let (None, Ask::Question { text, .. }) = (message.conversation, &message.ask) {
            writer.entitle(&title_of(text));
        }
        let turn = Turn {
            chat: self.clone(),
            caller: caller.clone(),
            answer,
            payer: snapshot.brand.payer.clone(),
            instructions: prompt.as_ref().map(|prompt| prompt.version),
            reader,
            alias: entry.model.alias.clone(),
            writer,
        };
        let ask = opened
            .input
            .ask(prompt, matches!(message.ask, Ask::Again { .. }));
        // The turn outlives the request on purpose: closing the page must not stop it.
        tokio::spawn(turn.answer(admission, ask));
        Ok(opened.turn)
    }

    /// The workspace's instructions. A snapshot may hold them as they were sealed before the
    /// workspace moved to another key; then they are read anew, once.
    async fn prompt(
        &self,
        caller: &Caller,
        snapshot: &TenantSnapshot,
        sealed_text: &SealedText,
    ) -> AppResult<Option<SystemPrompt>> {
        let opened = match open_prompt(snapshot, sealed_text) {
            Err(SealedTextError::Vault(VaultError::UnknownKey { .. })) => {
                self.snapshots.forget(caller.tenant()).await;
                open_prompt(self.snapshot(caller).await?.as_ref(), sealed_text)
            }
            opened => opened,
        };
        opened.map_err(|error| fault::internal("opening the workspace's instructions", error))
    }
}

enum Stored {
    /// The same press arrived twice.
    Again(Box<TurnOpened>),
    Fresh(Box<Fresh>),
    /// The same press is being stored at this very moment by another request.
    Raced,
}

struct Fresh {
    turn: TurnOpened,
    input: TurnInput,
}

struct Opening<'a> {
    chat: &'a Chat,
    caller: &'a Caller,
    sealed_text: SealedText,
    entry: &'a AliasRoute,
    answer: MessageId,
    /// The conversation of the turn, there already or not.
    conversation: ConversationId,
}

impl Opening<'_> {
    async fn store(&self, message: &SendMessage) -> AppResult<Stored> {
        let failed = |error: StoreError| fault::internal("opening a turn", error);
        let mut tx = self.chat.store.tenant(self.caller).await.map_err(failed)?;
        if let Some(opened) = self.opened_before(&mut tx, message).await? {
            return Ok(Stored::Again(Box::new(opened)));
        }
        let (conversation, rows) = self.conversation(&mut tx, message).await?;
        let question = self.question(&mut tx, conversation, &rows, message).await?;
        let input = TurnInput::read(&self.sealed_text, &rows, &question)?;
        let row = NewAnswerRow {
            id: self.answer,
            conversation_id: conversation,
            member_id: self.caller.member(),
            parent_id: question.id,
            alias: self.entry.model.alias.clone(),
            node_id: self.chat.node,
            send_token: message.token.clone(),
        };
        match store::messages::insert_answer(&mut tx, &row).await {
            Err(StoreError::Taken(_)) => return Ok(Stored::Raced),
            inserted => inserted.map_err(failed)?,
        }
        store::conversations::set_leaf(&mut tx, conversation, self.answer)
            .await
            .map_err(failed)?;
        store::conversations::touch(&mut tx, conversation)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        let tree = Branches::read(
            rows.iter()
                .map(|row| (row.id, row.parent_id))
                .chain(
                    (!rows.iter().any(|row| row.id == question.id))
                        .then_some((question.id, question.parent)),
                )
                .chain([(self.answer, Some(question.id))]),
        );
        let turn = TurnOpened {
            conversation,
            question: MessageView {
                id: question.id,
                parent: question.parent,
                siblings: tree.siblings(question.id),
                body: MessageBody::Question {
                    text: question.text.clone(),
                },
            },
            answer: MessageView {
                id: self.answer,
                parent: Some(question.id),
                siblings: tree.siblings(self.answer),
                body: MessageBody::Answer {
                    label: self.entry.model.label.clone(),
                    text: String::new(),
                    blocks: Vec::new(),
                    end: None,
                },
            },
        };
        Ok(Stored::Fresh(Box::new(Fresh { turn, input })))
    }

    /// The turn that the same press opened before, read back from storage.
    async fn opened_before(
        &self,
        tx: &mut TenantTx,
        message: &SendMessage,
    ) -> AppResult<Option<TurnOpened>> {
        let failed = |error: StoreError| fault::internal("looking for a repeated question", error);
        let member = self.caller.member();
        let Some(answer) = store::messages::find_by_token(tx, member, &message.token)
            .await
            .map_err(failed)?
        else {
            return Ok(None);
        };
        let view = self
            .chat
            .view_in(
                tx,
                self.caller,
                self.sealed_text.clone(),
                (answer.conversation_id, Some(answer.id)),
            )
            .await?;
        let mut messages = view.messages.into_iter().rev();
        let (Some(answer), Some(question)) = (messages.next(), messages.next()) else {
            return Ok(None);
        };
        Ok(Some(TurnOpened {
            conversation: view.id,
            question,
            answer,
        }))
    }

    async fn conversation(
        &self,
        tx: &mut TenantTx,
        message: &SendMessage,
    ) -> AppResult<(ConversationId, Vec<MessageRow>)> {
        let failed = |error: StoreError| fault::internal("opening a conversation", error);
        if let Some(id) = message.conversation {
            let found = store::conversations::get(tx, self.caller.member(), id)
                .await
                .map_err(failed)?;
            found.ok_or_else(AppError::not_found)?;
            return Ok((id, store::messages::list(tx, id).await.map_err(failed)?));
        }
        let Ask::Question { text, .. } = &message.ask else {
            return Err(AppError::not_found());
        };
        let id = self.conversation;
        let title = self
            .sealed_text
            .seal_title(id, &title_of(text))
            .map_err(|error| fault::internal("sealing a title", error))?;
        store::conversations::insert(tx, id, self.caller.member(), &title)
            .await
            .map_err(failed)?;
        Ok((id, Vec::new()))
    }

    /// The question of the turn: a new one, or the one that is to be answered again.
    async fn question(
        &self,
        tx: &mut TenantTx,
        conversation: ConversationId,
        rows: &[MessageRow],
        message: &SendMessage,
    ) -> AppResult<Question> {
        let sealed_text = &self.sealed_text;
        let (parent, text) = match &message.ask {
            Ask::Again { question } => {
                let row = rows
                    .iter()
                    .find(|row| row.id == *question && row.state == store::MessageState::Asked);
                let row = row.ok_or_else(AppError::not_found)?;
                let text = sealed_text
                    .open_body(row.id, row.sealed_body.as_deref().unwrap_or_default())
                    .map_err(|error| fault::internal("opening a question", error))?;
                return Ok(Question {
                    id: row.id,
                    parent: row.parent_id,
                    text,
                });
            }
            Ask::Question { parent, text } => (*parent, text),
        };
        let known = parent.is_none_or(|parent| {
            rows.iter()
                .any(|row| row.id == parent && row.state != store::MessageState::Asked)
        });
        if !known {
            return Err(AppError::not_found());
        }
        let id = MessageId::from_uuid(Uuid::now_v7());
        let sealed_body = sealed_text
            .seal_body(id, text)
            .map_err(|error| fault::internal("sealing a question", error))?;
        let row = NewQuestionRow {
            id,
            conversation_id: conversation,
            member_id: self.caller.member(),
            parent_id: parent,
            sealed_body,
        };
        store::messages::insert_question(tx, &row)
            .await
            .map_err(|error| fault::internal("storing a question", error))?;
        Ok(Question {
            id,
            parent,
            text: text.clone(),
        })
    }
}

/// The question a turn answers, opened.
pub(super) struct Question {
    pub id: MessageId,
    pub parent: Option<MessageId>,
    pub text: String,
}

/// The workspace's instructions, opened for this turn.
/// The instructions of the workspace that `unlocked` opens.
///
/// # Errors
/// They cannot be opened.
pub fn instructions_of(
    snapshot: &TenantSnapshot,
    unlocked: Unlocked,
) -> Result<Option<SystemPrompt>, SealedTextError> {
    open_prompt(snapshot, &SealedText::new(unlocked))
}

fn open_prompt(
    snapshot: &TenantSnapshot,
    sealed_text: &SealedText,
) -> Result<Option<SystemPrompt>, SealedTextError> {
    let Some(prompt) = &snapshot.prompt else {
        return Ok(None);
    };
    let text = sealed_text.open_prompt(prompt.id, &prompt.sealed_body)?;
    Ok(Some(SystemPrompt {
        version: prompt.version,
        text,
    }))
}

fn check(message: &SendMessage) -> AppResult<()> {
    let refuse = |text: Said| Err(AppError::new(ErrorCode::Invalid, text));
    if let Ask::Question { text, .. } = &message.ask {
        if text.trim().is_empty() {
            return refuse(said!("Write a question first."));
        }
        if text.len() > QUESTION_MAX_BYTES {
            let most = QUESTION_MAX_BYTES / 1024;
            return refuse(said!(
                "This text is longer than {most} KB. Shorten it or send it in parts.",
                most = most
            ));
        }
    }
    if message.token.is_empty() || message.token.len() > TOKEN_BYTES {
        return refuse(said!(
            "The request could not be read. Reload the page and send again."
        ));
    }
    Ok(())
}
