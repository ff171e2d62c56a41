//! Questions and answers. Bodies are sealed; an answer's row exists from the moment its turn is
//! opened, so that nothing that is being written can be lost sight of.

use crate::Sealed;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use contract::{ConversationId, MemberId, MessageId};
use serde_json::Value;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// A question.
    Asked,
    /// An answer being written.
    Answering,
    /// A complete answer.
    Done,
    /// Stopped by the person.
    Stopped,
    /// No usable answer.
    Failed,
    /// Server or provider went away in the middle.
    Interrupted,
}

impl MessageState {
    const ALL: [Self; 6] = [
        Self::Asked,
        Self::Answering,
        Self::Done,
        Self::Stopped,
        Self::Failed,
        Self::Interrupted,
    ];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Answering => "answering",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    fn parse(text: &str) -> StoreResult<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| StoreError::Inconsistent(format!("message state {text:?}")))
    }
}

/// A question or an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageRow {
    /// The message.
    pub id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The message it follows.
    pub parent_id: Option<MessageId>,
    /// How far it is.
    pub state: MessageState,
    /// Its text, sealed; `None`: an answer of which nothing has arrived.
    pub sealed_body: Option<Sealed>,
    /// Answers: the model alias.
    pub alias: Option<String>,
    /// Answers: what is shown below them.
    pub receipt: Option<Value>,
    /// Failed answers: what is told.
    pub failure: Option<Value>,
    /// Stored.
    pub created_ms: i64,
    /// Last change.
    pub updated_ms: i64,
}

/// A question to be stored.
#[derive(Clone, Debug)]
pub struct NewQuestionRow {
    /// The message, id made by the caller.
    pub id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Who asks.
    pub member_id: MemberId,
    /// The answer it follows.
    pub parent_id: Option<MessageId>,
    /// Its text, sealed.
    pub sealed_body: Sealed,
}

/// An answer about to be written.
#[derive(Clone, Debug)]
pub struct NewAnswerRow {
    /// The message, id made by the caller; it also names the turn.
    pub id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Who asked.
    pub member_id: MemberId,
    /// The question.
    pub parent_id: MessageId,
    /// The model alias.
    pub alias: String,
    /// The process that writes it.
    pub node_id: Uuid,
    /// Made by the browser once per press.
    pub send_token: String,
}

/// How an answer ended.
#[derive(Clone, Debug)]
pub struct EndedAnswer<'a> {
    /// Anything but `Asked` and `Answering`.
    pub state: MessageState,
    /// What arrived, sealed.
    pub sealed_body: Option<&'a [u8]>,
    /// What is shown below it.
    pub receipt: Option<Value>,
    /// What is told when it failed.
    pub failure: Option<Value>,
}

macro_rules! select_messages {
    ($rest:literal) => {
        concat!(
            "select m.id, m.conversation_id, m.parent_id, m.state, m.sealed_body, m.alias,
                    m.receipt, m.failure, m.created_ms, m.updated_ms from messages m ",
            $rest
        )
    };
}

fn read(row: &PgRow) -> StoreResult<MessageRow> {
    Ok(MessageRow {
        id: row.id("id")?,
        conversation_id: row.id("conversation_id")?,
        parent_id: row.id_opt("parent_id")?,
        state: MessageState::parse(row.get_as("state")?)?,
        sealed_body: row.get_as("sealed_body")?,
        alias: row.get_as("alias")?,
        receipt: row.get_as("receipt")?,
        failure: row.get_as("failure")?,
        created_ms: row.get_as("created_ms")?,
        updated_ms: row.get_as("updated_ms")?,
    })
}

/// Stores a question and moves its conversation up in the list.
pub async fn insert_question(tx: &mut TenantTx, question: &NewQuestionRow) -> StoreResult<()> {
    sqlx::query(
        "with moved as (
           update conversations set updated_ms = platform.now_ms() where id = $2)
         insert into messages (id, conversation_id, member_id, parent_id, kind, state, sealed_body)
         values ($1, $2, $3, $4, 'question', 'asked', $5)",
    )
    .bind(question.id.uuid())
    .bind(question.conversation_id.uuid())
    .bind(question.member_id.uuid())
    .bind(question.parent_id.map(MessageId::uuid))
    .bind(&question.sealed_body)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Stores an answer that is about to be written and moves its conversation up in the list.
/// [`StoreError::Taken`] when a press with this token has opened a turn already: of two at once
/// one is stored, and [`find_by_token`] finds it once the other's transaction is over.
pub async fn insert_answer(tx: &mut TenantTx, answer: &NewAnswerRow) -> StoreResult<()> {
    sqlx::query(
        "with moved as (
           update conversations set updated_ms = platform.now_ms() where id = $2)
         insert into messages
           (id, conversation_id, member_id, parent_id, kind, state, alias, node_id, send_token)
         values ($1, $2, $3, $4, 'answer', 'answering', $5, $6, $7)",
    )
    .bind(answer.id.uuid())
    .bind(answer.conversation_id.uuid())
    .bind(answer.member_id.uuid())
    .bind(answer.parent_id.uuid())
    .bind(&answer.alias)
    .bind(answer.node_id)
    .bind(&answer.send_token)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The conversation's messages, all branches, oldest first.
pub async fn list(tx: &mut TenantTx, conversation: ConversationId) -> StoreResult<Vec<MessageRow>> {
    let rows = sqlx::query(select_messages!(
        "where m.conversation_id = $1 order by m.created_ms, m.id"
    ))
    .bind(conversation.uuid())
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// All messages in the person's conversations that are not deleted, oldest first.
pub async fn list_of_member(tx: &mut TenantTx, member: MemberId) -> StoreResult<Vec<MessageRow>> {
    let rows = sqlx::query(select_messages!(
        "join conversations c on c.id = m.conversation_id
         where c.member_id = $1 and c.deleted_ms is null order by m.created_ms, m.id"
    ))
    .bind(member.uuid())
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// A message in one of the person's conversations that is not deleted.
pub async fn get(
    tx: &mut TenantTx,
    member: MemberId,
    id: MessageId,
) -> StoreResult<Option<MessageRow>> {
    let row = sqlx::query(select_messages!(
        "join conversations c on c.id = m.conversation_id
         where m.id = $1 and c.member_id = $2 and c.deleted_ms is null"
    ))
    .bind(id.uuid())
    .bind(member.uuid())
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The answer that a press with this token opened.
pub async fn find_by_token(
    tx: &mut TenantTx,
    member: MemberId,
    send_token: &str,
) -> StoreResult<Option<MessageRow>> {
    let row = sqlx::query(select_messages!(
        "where m.member_id = $1 and m.send_token = $2"
    ))
    .bind(member.uuid())
    .bind(send_token)
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Keeps what has arrived of an answer. `false`: it is not being written any more.
pub async fn checkpoint(tx: &mut TenantTx, id: MessageId, sealed_body: &[u8]) -> StoreResult<bool> {
    let done = sqlx::query(
        "update messages set sealed_body = $2, updated_ms = platform.now_ms()
         where id = $1 and state = 'answering'",
    )
    .bind(id.uuid())
    .bind(sealed_body)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Stores an answer's end. Also replaces `interrupted`: when a process was wrongly thought dead,
/// what it knows is right. `false`: the answer had ended otherwise, or is gone.
pub async fn finish(
    tx: &mut TenantTx,
    id: MessageId,
    ended: &EndedAnswer<'_>,
) -> StoreResult<bool> {
    let done = sqlx::query(
        "update messages set state = $2, sealed_body = coalesce($3, sealed_body), receipt = $4, failure = $5,
                updated_ms = platform.now_ms()
         where id = $1 and state in ('answering', 'interrupted')",
    )
    .bind(id.uuid())
    .bind(ended.state.as_str())
    .bind(ended.sealed_body)
    .bind(&ended.receipt)
    .bind(&ended.failure)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Marks the answers a dead process was writing as interrupted. Returns them.
pub async fn interrupt_of_node(tx: &mut TenantTx, node: Uuid) -> StoreResult<Vec<MessageId>> {
    let rows = sqlx::query(
        "update messages set state = 'interrupted', updated_ms = platform.now_ms()
         where node_id = $1 and state = 'answering' returning id",
    )
    .bind(node)
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, |row| row.id("id"))
}

/// Whether any process is writing an answer here.
pub async fn any_being_written(tx: &mut TenantTx) -> StoreResult<bool> {
    let row =
        sqlx::query("select exists (select from messages where state = 'answering') as written")
            .fetch_one(tx.conn()?)
            .await?;
    row.get_as("written")
}
