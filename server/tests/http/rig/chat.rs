//! Asking, as the composer does.

use super::ALIAS;
use super::browser::{Browser, Page};
use super::frames::{Frames, Shown};
use contract::chat::{Ask, ConversationView, MessageBody, MessageView, SendMessage, TurnOpened};
use contract::{AnswerEnd, ConversationId, MessageId};
use serde_json::json;
use uuid::Uuid;

/// A first question in a new conversation.
pub(crate) fn question(text: &str) -> SendMessage {
    SendMessage {
        conversation: None,
        ask: Ask::Question {
            parent: None,
            text: text.to_owned(),
        },
        alias: Some(ALIAS.to_owned()),
        token: Uuid::now_v7().to_string(),
    }
}

/// A question below `parent` in a conversation.
pub(crate) fn follow_up(
    conversation: ConversationId,
    parent: Option<MessageId>,
    text: &str,
) -> SendMessage {
    let text = text.to_owned();
    SendMessage {
        conversation: Some(conversation),
        ask: Ask::Question { parent, text },
        ..question("")
    }
}

/// Another answer to a question.
pub(crate) fn again(conversation: ConversationId, question: MessageId) -> SendMessage {
    SendMessage {
        conversation: Some(conversation),
        ask: Ask::Again { question },
        ..self::question("")
    }
}

impl Browser {
    /// Presses Send, whatever comes of it.
    pub(crate) async fn press_send(&self, message: &SendMessage) -> Page {
        self.call("send_message", &json!({ "message": message }))
            .await
    }

    /// Opens a turn.
    pub(crate) async fn send(&self, message: &SendMessage) -> TurnOpened {
        self.press_send(message).await.json()
    }

    /// Opens a turn and follows it to the end.
    pub(crate) async fn converse(&self, message: &SendMessage) -> (TurnOpened, Shown) {
        let turn = self.send(message).await;
        let shown = self.watch(turn.answer.id).await.rest().await;
        (turn, shown)
    }

    /// Follows an answer of one's own.
    pub(crate) async fn watch(&self, answer: MessageId) -> Frames {
        let frames = Frames::open(self, answer).await;
        frames.unwrap_or_else(|status| panic!("an own answer cannot be followed: {status}"))
    }

    /// Reads a conversation.
    pub(crate) async fn conversation(&self, id: ConversationId) -> ConversationView {
        self.ask("load_conversation", &json!({ "id": id })).await
    }
}

/// Text, blocks and end of an answer.
pub(crate) fn answer_of(message: &MessageView) -> (&str, &[String], Option<&AnswerEnd>) {
    match &message.body {
        MessageBody::Answer {
            text, blocks, end, ..
        } => (text, blocks, end.as_ref()),
        MessageBody::Question { text } => panic!("a question where an answer should be: {text}"),
    }
}

/// Text of a question.
pub(crate) fn question_of(message: &MessageView) -> &str {
    match &message.body {
        MessageBody::Question { text } => text,
        MessageBody::Answer { .. } => panic!("an answer where a question should be"),
    }
}
