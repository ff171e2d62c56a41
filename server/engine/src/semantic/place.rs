//! Who may share an answer with whom.
//!
//! Owns the partition: questions are compared only where everything but the last question's wording is the same. The
//! workspace is the outer key of the store, not a filter over it. Refuses long conversations and whatever is
//! not plain text.

use crate::admission::{Admission, Target};
use crate::cache::{Asked, CacheKey};
use crate::prompt::Prompt;
use crate::settings::EngineSettings;
use contract::TenantId;
use sha2::{Digest, Sha256};
use wire::chat::{ChatRequest, Message, Part};

/// Longest conversation that is looked at, in messages: two questions with their answers, and the one asked
/// now. What was said before must be the same to the letter, which a longer conversation hardly ever is.
const MESSAGES_MAX: usize = 5;
/// Most bytes of what was said before.
const BEFORE_MAX_BYTES: usize = 32 * 1024;

/// Where an answer belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The workspace.
    pub(crate) tenant: TenantId,
    /// All that an answer depends on but the conversation; thresholds are learned for each of these.
    pub(crate) scope: Scope,
    /// The scope and what was said before the last question.
    pub(crate) partition: Partition,
}

/// SHA-256 over the embedder and the key of an answer (workspace, environment, provider key, address, model, version of the
/// instructions, instructions, parameters, tools) without any message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope([u8; 32]);

impl Scope {
    /// Its bytes. They are made from instructions among other things, so whoever keeps them makes a name of
    /// them that confirms no guess.
    pub(crate) const fn bytes(self) -> [u8; 32] {
        self.0
    }
}

/// The same with the messages before the last question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Partition([u8; 32]);

/// Whether similar questions are looked for in such a conversation at all.
pub(crate) fn is_short(prompt: &Prompt) -> bool {
    let messages = &prompt.request().messages;
    let Some((_, before)) = messages.split_last() else {
        return false;
    };
    let sizes = before
        .iter()
        .map(|message| text_of(message).map_or(0, str::len));
    messages.len() <= MESSAGES_MAX
        && sizes.sum::<usize>() <= BEFORE_MAX_BYTES
        && messages.iter().all(|message| text_of(message).is_some())
}

/// The place of what `target` answers.
pub(crate) fn place(
    admission: &Admission,
    target: &Target,
    prompt: &Prompt,
    settings: &EngineSettings,
    embedder: &str,
) -> Place {
    let whole = prompt.request();
    let first = |count: usize| ChatRequest {
        messages: whole.messages.iter().take(count).cloned().collect(),
        ..whole.clone()
    };
    let key = |count: usize| {
        let part = first(count);
        Asked::key_of_part(admission, target, (prompt.version(), &part), settings)
    };
    let before = whole.messages.len().saturating_sub(1);
    Place {
        tenant: admission.tenant(),
        scope: Scope(with_embedder(embedder, key(0))),
        partition: Partition(with_embedder(embedder, key(before))),
    }
}

fn with_embedder(embedder: &str, key: CacheKey) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(key.bytes());
    digest.update(embedder.as_bytes());
    digest.finalize().into()
}

fn text_of(message: &Message) -> Option<&str> {
    match &message.parts[..] {
        [Part::Text(text)] => Some(text),
        _ => None,
    }
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
