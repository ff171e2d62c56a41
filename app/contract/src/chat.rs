//! Conversations as the chat page shows them.

use crate::cache::{CacheStatus, Saved};
use crate::error::AppError;
use crate::ids::{ConversationId, MessageId};
use crate::money::NanoUsd;
use crate::stream::AnswerEnd;
use crate::words::{Language, Said};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// Longest question accepted, in bytes of UTF-8.
pub const QUESTION_MAX_BYTES: usize = 64 * 1024;
/// Longest conversation title accepted, in characters.
pub const TITLE_MAX_CHARS: usize = 120;

/// What a person asks for when they press Send, Answer again, or save an edited question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMessage {
    /// The conversation, or `None` to begin one.
    pub conversation: Option<ConversationId>,
    /// What is asked.
    pub ask: Ask,
    /// Name of the model alias to answer with; `None` = the workspace's first.
    pub alias: Option<String>,
    /// Made by the browser once per press; the same token twice opens one turn only.
    pub token: String,
}

/// The three ways a turn begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// A question below `parent` (the answer it follows; `None` = first of the conversation).
    /// The text of an edited question becomes a sibling of the original: a branch.
    Question {
        /// The answer it follows.
        parent: Option<MessageId>,
        /// Markdown as typed.
        text: String,
    },
    /// Another answer to a question already asked.
    Again {
        /// The question.
        question: MessageId,
    },
}

/// A turn that is being answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnOpened {
    /// The conversation, new or continued.
    pub conversation: ConversationId,
    /// The question as stored.
    pub question: MessageView,
    /// The answer being written; its frames are at `/turns/<id>/frames`.
    pub answer: MessageView,
}

/// Something to look at, with the way there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// What it is, one sentence.
    pub words: Said,
    /// A path on this host.
    pub href: String,
}

/// The sidebar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidebar {
    /// Own conversations, pinned first, then newest first.
    pub conversations: Vec<ConversationSummary>,
    /// The key that opens the workspace is not to be had, so the list above is empty.
    pub sealed: Option<AppError>,
    /// A key that the caller can do something about; `None` where all is well.
    pub attention: Option<Attention>,
    /// The aliases this member may use, best first.
    pub models: Vec<ModelAlias>,
    /// Spent of the limit this month; `None` where no limit is set and nothing was spent.
    pub meter: Option<MeterView>,
    /// The member's display name.
    pub member_name: String,
    /// The member's address.
    pub member_email: String,
    /// `false` for auditors: the composer says so instead of failing later.
    pub may_chat: bool,
    /// `true` for people who see the members page.
    pub may_manage_members: bool,
}

/// One line of the conversation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSummary {
    /// The conversation.
    pub id: ConversationId,
    /// Plain text.
    pub title: String,
    /// Last change, milliseconds since 1970-01-01 UTC.
    pub updated_ms: i64,
    /// Kept at the top.
    pub pinned: bool,
}

/// A model as members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelAlias {
    /// The name that is sent back, e.g. `careful`.
    pub alias: String,
    /// The name that is shown, e.g. "Careful".
    pub label: String,
    /// `true` when the demo model answers.
    pub demo: bool,
}

/// Whose spending a meter shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of", content = "name")]
pub enum MeterOf {
    /// Everybody's in the workspace.
    Workspace,
    /// Everybody's in a team, with its name.
    Team(String),
    /// The reader's own.
    Own,
}

/// Money spent of a limit: of the one that leaves the reader least.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterView {
    /// Whose.
    pub of: MeterOf,
    /// Spent so far this month.
    pub spent: NanoUsd,
    /// The limit, where there is one.
    pub limit: Option<NanoUsd>,
    /// When it resets, e.g. "1 December".
    pub resets: Said,
    /// Who can raise it, e.g. "Mia Brandt".
    pub raised_by: String,
}

/// One conversation, as far as the chosen branch goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationView {
    /// The conversation.
    pub id: ConversationId,
    /// Plain text.
    pub title: String,
    /// Kept at the top.
    pub pinned: bool,
    /// From the first question to the last answer of the chosen branch.
    pub messages: Vec<MessageView>,
}

/// A question or an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// The message.
    pub id: MessageId,
    /// The message it follows.
    pub parent: Option<MessageId>,
    /// Question or answer, with what belongs to it.
    pub body: MessageBody,
    /// Siblings under the same parent, oldest first, this one included. More than one: branches.
    pub siblings: Vec<MessageId>,
}

/// Question or answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "body", rename_all = "snake_case")]
#[allow(
    clippy::large_enum_variant,
    reason = "every other message is an answer, and none is kept longer than its page"
)]
pub enum MessageBody {
    /// Asked by the member.
    Question {
        /// Exactly as typed.
        text: String,
    },
    /// Written by a model.
    Answer {
        /// Label of the alias that answered.
        label: String,
        /// Markdown source, for copying; empty while the answer is being written.
        text: String,
        /// Finished blocks, safe HTML.
        blocks: Vec<String>,
        /// How it ended; `None` while it is being written.
        end: Option<AnswerEnd>,
    },
}

/// The faint line below an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whose key paid, e.g. "Answered on Nordwind's own key" or "Demo answer, no key used".
    pub paid_by: Said,
    /// Milliseconds from asking to the first text.
    pub first_text_ms: Option<u32>,
    /// Milliseconds from asking to the end.
    pub total_ms: Option<u32>,
    /// Tokens read, where the provider said.
    pub input_tokens: Option<u32>,
    /// Tokens written, where the provider said.
    pub output_tokens: Option<u32>,
    /// Cost, where the price is known.
    pub cost: Option<NanoUsd>,
    /// Nobody was asked for it, so it cost nothing.
    pub cached: bool,
    /// What the cache had to do with it; receipts from before it was written down have none.
    #[serde(default)]
    pub cache: Option<CacheStatus>,
    /// What the same answer used when it was made, where it was given again.
    #[serde(default)]
    pub saved: Option<Saved>,
    /// Tokens read from the provider's own prompt cache, where the provider said.
    #[serde(default)]
    pub provider_cached_tokens: Option<u32>,
    /// What those cost less than fresh ones, where both prices are known.
    #[serde(default)]
    pub saved_by_provider: Option<NanoUsd>,
    /// Upstream calls made; more than one means a fallback happened.
    pub attempts: u32,
    /// Tokens are our estimate, because the provider sent none.
    pub estimated: bool,
    /// The version of the workspace's instructions that the answer was written under.
    #[serde(default)]
    pub instructions: Option<NonZeroU32>,
}

/// One conversation found by a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its title.
    pub title: String,
    /// The words around the match, plain text.
    pub excerpt: String,
    /// Last change, milliseconds since 1970-01-01 UTC.
    pub updated_ms: i64,
}

impl ConversationView {
    /// The same in `language`, for a browser, which has the chat's own texts only.
    #[must_use]
    pub fn settled(mut self, language: Language) -> Self {
        let messages = self.messages.into_iter();
        self.messages = messages.map(|it| it.settled(language)).collect();
        self
    }
}

impl TurnOpened {
    /// The same in `language`.
    #[must_use]
    pub fn settled(mut self, language: Language) -> Self {
        self.answer = self.answer.settled(language);
        self
    }
}

impl MessageView {
    fn settled(mut self, language: Language) -> Self {
        if let MessageBody::Answer { end, .. } = &mut self.body {
            *end = end.take().map(|end| end.settled(language));
        }
        self
    }
}

impl Receipt {
    /// The same in `language`.
    #[must_use]
    pub fn settled(mut self, language: Language) -> Self {
        self.paid_by = self.paid_by.settled(language);
        self
    }
}

impl Sidebar {
    /// The same in `language`.
    #[must_use]
    pub fn settled(mut self, language: Language) -> Self {
        self.sealed = self.sealed.map(|error| error.settled(language));
        if let Some(attention) = &mut self.attention {
            attention.words = attention.words.settled(language);
        }
        self
    }
}
