//! Search over the caller's own conversations: opened one by one and scanned, because what is
//! sealed cannot be indexed.

use super::Chat;
use super::sealed_text::SealedText;
use super::search::{excerpt, words_of};
use crate::fault;
use contract::chat::SearchHit;
use contract::{AppResult, Caller};
use store::{ConversationRow, MessageRow, StoreError};

/// Most conversations found.
const MOST_HITS: usize = 50;

impl Chat {
    /// Conversations in which one message, or the title, contains every word. Newest first.
    pub(super) async fn search_conversations(
        &self,
        caller: &Caller,
        query: &str,
    ) -> AppResult<Vec<SearchHit>> {
        let words = words_of(query);
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let sealed_text = self.sealed_text(caller).await?;
        let read = async {
            let mut tx = self.store.tenant(caller).await?;
            let mut conversations = store::conversations::list(&mut tx, caller.member()).await?;
            conversations.sort_by_key(|row| std::cmp::Reverse(row.updated_ms));
            let messages = store::messages::list_of_member(&mut tx, caller.member()).await?;
            tx.commit().await?;
            Ok::<_, StoreError>((conversations, messages))
        };
        let (conversations, messages) = read
            .await
            .map_err(|error| fault::internal("reading conversations", error))?;
        let scan = move || scan(&sealed_text, conversations, &messages, &words);
        tokio::task::spawn_blocking(scan)
            .await
            .map_err(|error| fault::internal("searching", fault::of_task(&error)))
    }
}

fn scan(
    sealed_text: &SealedText,
    conversations: Vec<ConversationRow>,
    messages: &[MessageRow],
    words: &[String],
) -> Vec<SearchHit> {
    let mut hits = Vec::new();
    for row in conversations {
        // One unreadable text must not hide all others; it is found by the vault's own checks.
        let title = sealed_text
            .open_title(row.id, &row.sealed_title)
            .unwrap_or_default();
        let in_messages = messages
            .iter()
            .filter(|message| message.conversation_id == row.id)
            .find_map(|message| {
                let sealed = message.sealed_body.as_deref()?;
                excerpt(&sealed_text.open_body(message.id, sealed).ok()?, words)
            });
        if let Some(excerpt) = in_messages.or_else(|| excerpt(&title, words)) {
            hits.push(SearchHit {
                conversation: row.id,
                title,
                excerpt,
                updated_ms: row.updated_ms,
            });
        }
        if hits.len() == MOST_HITS {
            break;
        }
    }
    hits
}
