//! Who may share an answer with whom.
//!
//! Owns the partition: questions are compared only where everything but the last question's wording is the same. The
//! workspace is the outer key of the store, not a filter over it. Refuses long conversations and whatever is
//! not plain text.

use crate::admission::{Admission, Target};
use crate::prompt::Prompt;
use contract::TenantId;
use sha2::{Digest, Sha256};
use wire::chat::{ChatRequest, Message, Part, Speaker};

/// Longest conversation that is looked at, in messages: two questions with their answers, and the one asked
/// now. What was said before must be the same to the letter, which a longer conversation never is.
const MESSAGES_MAX: usize = 5;

/// Where an answer belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The workspace.
    pub(crate) tenant: TenantId,
    /// All that an answer depends on but the conversation; thresholds are learned for each of these.
    pub(crate) scope: Scope,
    /// The scope and what was said before the last question.
    pub(crate) partition: Partition,
    /// The model that answers.
    pub(crate) model: String,
    /// Version of the workspace's instructions.
    pub(crate) prompt_version: Option<u32>,
}

/// SHA-256 over model, key, address, environment, instructions, parameters, tools and the embedder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope([u8; 32]);

/// SHA-256 over a scope and the conversation before the last question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Partition([u8; 32]);

/// The place of what `target` would answer, or `None` where answers to similar questions are not shared.
pub(crate) fn place(
    admission: &Admission,
    target: &Target,
    prompt: &Prompt,
    embedder: &str,
) -> Option<Place> {
    let (last, before) = prompt.request().messages.split_last()?;
    if before.len() >= MESSAGES_MAX || !is_plain(last) || !before.iter().all(is_plain) {
        return None;
    }
    let mut parts = Parts(Sha256::new());
    parts.add(b"similar question, layout 1");
    parts.add(embedder.as_bytes());
    parts.add(admission.tenant().uuid().as_bytes());
    parts.add(admission.environment().as_str().as_bytes());
    parts.add_target(target);
    parts.add_optional(prompt.version().map(u32::to_be_bytes));
    parts.add_all_but_messages(prompt.request());
    let scope = Scope(parts.0.finalize().into());
    let mut parts = Parts(Sha256::new());
    parts.add(&scope.0);
    for message in before {
        parts.add(match message.speaker {
            Speaker::User => b"u",
            Speaker::Assistant => b"a",
        });
        parts.add(text_of(message).unwrap_or_default().as_bytes());
    }
    Some(Place {
        tenant: admission.tenant(),
        scope,
        partition: Partition(parts.0.finalize().into()),
        model: target.model.clone(),
        prompt_version: prompt.version(),
    })
}

fn is_plain(message: &Message) -> bool {
    text_of(message).is_some()
}

fn text_of(message: &Message) -> Option<&str> {
    match &message.parts[..] {
        [Part::Text(text)] => Some(text),
        _ => None,
    }
}

struct Parts(Sha256);

impl Parts {
    /// Each part with its length in front, so that no two lists of parts collide.
    fn add(&mut self, part: &[u8]) {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        self.0.update(length.to_be_bytes());
        self.0.update(part);
    }

    fn add_target(&mut self, target: &Target) {
        self.add(target.key.provider.as_str().as_bytes());
        self.add_optional(target.key.id.map(|id| id.uuid().into_bytes()));
        self.add_optional(target.key.base_url.as_ref());
        self.add(target.model.as_bytes());
        self.add_optional(target.max_output.map(u32::to_be_bytes));
    }

    /// Every field is named, so that a new one cannot be forgotten.
    fn add_all_but_messages(&mut self, request: &ChatRequest) {
        let ChatRequest {
            system,
            messages: _,
            tools,
            tool_choice,
            parallel_tools,
            form,
            max_output,
            temperature,
            top_p,
            stop,
            seed,
            reasoning,
        } = request;
        for text in system {
            self.add(text.as_bytes());
        }
        let shape = (tools, tool_choice, parallel_tools, form);
        let draw = (max_output, temperature, top_p, stop, seed, reasoning);
        self.add(format!("{shape:?} {draw:?}").as_bytes());
    }

    /// Absent is not the same as empty.
    fn add_optional(&mut self, part: Option<impl AsRef<[u8]>>) {
        match part {
            Some(part) => {
                self.add(b"some");
                self.add(part.as_ref());
            }
            None => self.add(b"none"),
        }
    }
}

#[cfg(test)]
impl Scope {
    pub(crate) const fn of_byte(byte: u8) -> Self {
        Self([byte; 32])
    }
}

#[cfg(test)]
impl Partition {
    pub(crate) const fn of_byte(byte: u8) -> Self {
        Self([byte; 32])
    }
}
