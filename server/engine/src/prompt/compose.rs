//! Composing: the workspace's instructions first, then the conversation, untouched.

use crate::fault::Fault;
use crate::reserve::estimate_tokens;
use wire::chat::{ChatRequest, Message, Part, Speaker};

/// Most bytes a conversation may have; about a million tokens.
const PROMPT_MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Tokens that chat templates add around each line.
const TOKENS_PER_LINE: u64 = 4;

/// What is asked, opened from storage by the caller for this one turn.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The workspace's instructions.
    pub system: Option<SystemPrompt>,
    /// The conversation along its chosen branch, oldest first, ending in a question.
    pub messages: Vec<AskMessage>,
    /// Ask the model even where the same question was answered before ("Answer again").
    pub bypass_cache: bool,
    /// What becomes of an answer that breaks off after its first text.
    pub broken: Broken,
}

/// What becomes of an answer that breaks off after its first text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Broken {
    /// It ends there, and says so: for readers that cannot take back what they were given.
    #[default]
    Abort,
    /// A fresh one begins elsewhere; when its first text is there, the half one is withdrawn. Where
    /// none begins, the half one stays.
    Restart,
    /// Another model goes on where it broke off, if it is known to be able to; else it ends there.
    Continue,
}

/// A version of the workspace's instructions.
#[derive(Clone, Debug)]
pub struct SystemPrompt {
    /// Its number, which is part of the cache key.
    pub version: u32,
    /// The text.
    pub text: String,
}

/// One message of the conversation.
#[derive(Clone, Debug)]
pub struct AskMessage {
    /// Who said it.
    pub role: Asker,
    /// What was said.
    pub text: String,
}

/// Who said a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The member.
    User,
    /// The model.
    Assistant,
}

/// The conversation as sent.
#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    request: ChatRequest,
    version: Option<u32>,
    bytes: u64,
    estimated_input: u64,
}

/// Bytes of everything that will be sent.
fn prompt_bytes(ask: &Ask) -> u64 {
    let system = ask.system.as_ref().map_or(0, |system| system.text.len());
    let messages: usize = ask.messages.iter().map(|message| message.text.len()).sum();
    u64::try_from(system.saturating_add(messages)).unwrap_or(u64::MAX)
}

/// Our estimate of the tokens a provider will read for `ask`.
pub(crate) fn estimate_input(ask: &Ask) -> u64 {
    let lines = ask.messages.len() + usize::from(ask.system.is_some());
    let lines = u64::try_from(lines).unwrap_or(u64::MAX);
    estimate_tokens(prompt_bytes(ask)).saturating_add(lines.saturating_mul(TOKENS_PER_LINE))
}

/// Builds the prompt. The conversation must not be empty and must end with the member.
pub(crate) fn compose(ask: Ask) -> Result<Prompt, Fault> {
    let bytes = prompt_bytes(&ask);
    if bytes > PROMPT_MAX_BYTES {
        return Err(Fault::ContextTooLong);
    }
    if ask
        .messages
        .last()
        .is_none_or(|last| last.role != Asker::User)
    {
        return Err(Fault::BadRequest);
    }
    let estimated_input = estimate_input(&ask);
    let version = ask.system.as_ref().map(|system| system.version);
    let system = ask.system.map(|system| system.text);
    let messages = ask.messages.into_iter().map(|message| {
        let speaker = match message.role {
            Asker::User => Speaker::User,
            Asker::Assistant => Speaker::Assistant,
        };
        Message::text(speaker, message.text)
    });
    Ok(Prompt {
        request: ChatRequest {
            system: system.into_iter().filter(|text| !text.is_empty()).collect(),
            messages: messages.collect(),
            ..ChatRequest::default()
        },
        version,
        bytes,
        estimated_input,
    })
}

impl Prompt {
    /// The conversation as dialects take it; which model, and how long its answer may be, is the
    /// target's to say.
    pub(crate) const fn request(&self) -> &ChatRequest {
        &self.request
    }

    /// Every text that is sent, in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let said = self.request.messages.iter().flat_map(|line| &line.parts);
        let said = said.filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        });
        self.request.system.iter().map(String::as_str).chain(said)
    }

    /// Version of the workspace's instructions.
    pub(crate) const fn version(&self) -> Option<u32> {
        self.version
    }

    /// Bytes of all lines together.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The member's last line.
    pub(crate) fn question(&self) -> &str {
        match self.request.messages.last().map(|last| &last.parts[..]) {
            Some([Part::Text(text)]) => text,
            _ => "",
        }
    }

    /// Our estimate of the tokens the provider will read.
    pub(crate) const fn estimated_input(&self) -> u64 {
        self.estimated_input
    }
}

#[cfg(test)]
mod tests {
    use super::{Ask, AskMessage, Asker, Broken, SystemPrompt, compose};
    use crate::fault::Fault;
    use wire::chat::{Message, Speaker};

    fn message(role: Asker, text: &str) -> AskMessage {
        AskMessage {
            role,
            text: text.into(),
        }
    }

    fn ask(messages: Vec<AskMessage>) -> Ask {
        Ask {
            system: Some(SystemPrompt {
                version: 3,
                text: "Be brief.".into(),
            }),
            messages,
            bypass_cache: false,
            broken: Broken::Abort,
        }
    }

    #[test]
    fn instructions_come_first_and_the_conversation_is_untouched() {
        let prompt = compose(ask(vec![
            message(Asker::User, " a "),
            message(Asker::Assistant, "b"),
            message(Asker::User, "c\n"),
        ]))
        .unwrap();
        assert_eq!(prompt.request().system, ["Be brief."]);
        assert_eq!(
            prompt.request().messages,
            [
                Message::text(Speaker::User, " a "),
                Message::text(Speaker::Assistant, "b"),
                Message::text(Speaker::User, "c\n"),
            ]
        );
        assert_eq!((prompt.version(), prompt.bytes()), (Some(3), 15));
        assert_eq!(prompt.question(), "c\n");
    }

    #[test]
    fn conversations_without_a_question_or_beyond_reason_are_refused() {
        assert_eq!(compose(ask(vec![])).err(), Some(Fault::BadRequest));
        let answered = ask(vec![message(Asker::Assistant, "b")]);
        assert_eq!(compose(answered).err(), Some(Fault::BadRequest));
        let huge = ask(vec![message(Asker::User, &"x".repeat(5 * 1024 * 1024))]);
        assert_eq!(compose(huge).err(), Some(Fault::ContextTooLong));
    }
}
