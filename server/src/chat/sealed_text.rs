//! Titles, questions, answers, prompts and programs' answers, sealed on the way in and opened on the way out.
//!
//! The only place that knows which table and column each kind of text lives in.

use crate::vault::{Unlocked, VaultError};
use contract::{ConversationId, MessageId};
use uuid::Uuid;

/// Seals and opens the texts of one workspace.
#[derive(Clone)]
pub struct SealedText {
    unlocked: Unlocked,
}

/// A sealed text could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealedTextError {
    /// The vault refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What was sealed is not text.
    #[error("a sealed text is not valid UTF-8")]
    NotText,
}

impl SealedText {
    /// For one workspace.
    #[must_use]
    pub const fn new(unlocked: Unlocked) -> Self {
        Self { unlocked }
    }

    /// Seals a conversation's title.
    pub fn seal_title(&self, id: ConversationId, title: &str) -> Result<Vec<u8>, SealedTextError> {
        self.seal("conversations", id.uuid(), "sealed_title", title)
    }

    /// Opens a conversation's title.
    pub fn open_title(&self, id: ConversationId, sealed: &[u8]) -> Result<String, SealedTextError> {
        self.open("conversations", id.uuid(), "sealed_title", sealed)
    }

    /// Seals a question or an answer.
    pub fn seal_body(&self, id: MessageId, text: &str) -> Result<Vec<u8>, SealedTextError> {
        self.seal("messages", id.uuid(), "sealed_body", text)
    }

    /// Opens a question or an answer.
    pub fn open_body(&self, id: MessageId, sealed: &[u8]) -> Result<String, SealedTextError> {
        self.open("messages", id.uuid(), "sealed_body", sealed)
    }

    /// Seals a version of the workspace prompt.
    pub fn seal_prompt(&self, id: Uuid, text: &str) -> Result<Vec<u8>, SealedTextError> {
        self.seal("prompts", id, "sealed_body", text)
    }

    /// Opens a version of the workspace prompt.
    pub fn open_prompt(&self, id: Uuid, sealed: &[u8]) -> Result<String, SealedTextError> {
        self.open("prompts", id, "sealed_body", sealed)
    }

    /// Seals an answer that a program goes on from.
    pub fn seal_response(&self, id: MessageId, text: &str) -> Result<Vec<u8>, SealedTextError> {
        self.seal("stored_responses", id.uuid(), "sealed_body", text)
    }

    /// Opens an answer that a program goes on from.
    pub fn open_response(&self, id: MessageId, sealed: &[u8]) -> Result<String, SealedTextError> {
        self.open("stored_responses", id.uuid(), "sealed_body", sealed)
    }

    fn seal(
        &self,
        table: &'static str,
        row: Uuid,
        column: &'static str,
        text: &str,
    ) -> Result<Vec<u8>, SealedTextError> {
        let place = self.unlocked.context(table, row, column);
        Ok(self.unlocked.seal(text.as_bytes(), &place)?)
    }

    fn open(
        &self,
        table: &'static str,
        row: Uuid,
        column: &'static str,
        sealed: &[u8],
    ) -> Result<String, SealedTextError> {
        let place = self.unlocked.context(table, row, column);
        let opened = self.unlocked.open(sealed, &place)?;
        String::from_utf8(opened.to_vec()).map_err(|_| SealedTextError::NotText)
    }
}
