//! Composing: the workspace's instructions first, then the conversation, untouched.

use crate::fault::Fault;
use crate::reserve::estimate_tokens;
use wire::chat::{ChatRequest, Message, Part, Speaker};
use wire::door::Door;

/// Most bytes a conversation may have; about a million tokens.
const PROMPT_MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Tokens that chat templates add around each line.
const TOKENS_PER_LINE: u64 = 4;
/// A picture costs about 1,600 tokens at the providers that say so, which is this much text.
const IMAGE_BYTES: usize = 6_400;
/// A document that we cannot read counts as this much text until the provider has counted it.
const DOCUMENT_BYTES: usize = 40_000;

/// What is asked, opened from storage by the caller for this one turn.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The workspace's instructions.
    pub system: Option<SystemPrompt>,
    /// What is said.
    pub conversation: Conversation,
    /// Ask the model even where the same question was answered before ("Answer again").
    pub bypass_cache: bool,
    /// What becomes of an answer that breaks off after its first text.
    pub broken: Broken,
}

/// What is said, by whom it is asked.
#[derive(Clone, Debug)]
pub enum Conversation {
    /// A person's chat along its chosen branch, oldest first, ending in a question. Its answer is
    /// text.
    Chat(Vec<AskMessage>),
    /// A program's request. Its answer comes with everything in it: calls of tools and reasoning as
    /// well.
    Program(Box<ProgramRequest>),
}

/// What a program asks.
#[derive(Clone, Debug)]
pub struct ProgramRequest {
    /// The request as it was read.
    pub request: ChatRequest,
    /// The same as it was written, for targets that speak its language.
    pub written: Option<Written>,
}

/// A request in its own language.
#[derive(Clone, Debug)]
pub struct Written {
    /// The language.
    pub door: Door,
    /// The body as it came.
    pub body: bytes::Bytes,
    /// Something of the conversation is in the body alone: only targets that speak this language can
    /// be asked.
    pub only: bool,
    /// Everything in the body was read: whoever asks the same in other words or another language asks
    /// the same.
    pub all_read: bool,
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
    written: Option<Written>,
    whole: bool,
    version: Option<u32>,
    bytes: u64,
    estimated_input: u64,
}

/// Bytes of everything that will be sent.
fn prompt_bytes(ask: &Ask) -> u64 {
    let system = ask.system.as_ref().map_or(0, |system| system.text.len());
    let said = match &ask.conversation {
        Conversation::Chat(messages) => messages.iter().map(|message| message.text.len()).sum(),
        Conversation::Program(asked) => program_bytes(asked),
    };
    u64::try_from(system.saturating_add(said)).unwrap_or(u64::MAX)
}

/// Bytes of a program's request, with pictures and documents as the text that costs as much.
fn program_bytes(asked: &ProgramRequest) -> usize {
    let request = &asked.request;
    let system: usize = request.system.iter().map(String::len).sum();
    let parts = request.messages.iter().flat_map(|line| &line.parts);
    let said: usize = parts.map(part_bytes).sum();
    let tools: usize = request
        .tools
        .iter()
        .map(|tool| tool.name.len() + tool.description.len() + tool.parameters.as_str().len())
        .sum();
    let unread = asked.written.as_ref().is_some_and(|written| written.only);
    system + said + tools + if unread { DOCUMENT_BYTES } else { 0 }
}

fn part_bytes(part: &Part) -> usize {
    match part {
        Part::Text(text) => text.len(),
        Part::Image(_) => IMAGE_BYTES,
        Part::Reasoning(thought) => thought.text.len(),
        Part::ToolCall(call) => call.name.len() + call.arguments.len(),
        Part::ToolResult(result) => result.text.len(),
    }
}

/// Our estimate of the tokens a provider will read for `ask`.
pub(crate) fn estimate_input(ask: &Ask) -> u64 {
    let said = match &ask.conversation {
        Conversation::Chat(messages) => messages.len(),
        Conversation::Program(asked) => asked.request.messages.len() + asked.request.system.len(),
    };
    let lines = said + usize::from(ask.system.is_some());
    let lines = u64::try_from(lines).unwrap_or(u64::MAX);
    estimate_tokens(prompt_bytes(ask)).saturating_add(lines.saturating_mul(TOKENS_PER_LINE))
}

/// Our estimate of the tokens a provider will read for a program's request.
#[must_use]
pub fn estimate_request(request: &ChatRequest) -> u64 {
    let asked = ProgramRequest {
        request: request.clone(),
        written: None,
    };
    estimate_input(&Ask {
        system: None,
        conversation: Conversation::Program(Box::new(asked)),
        bypass_cache: false,
        broken: Broken::Abort,
    })
}

/// Most tokens that the asker wants; `None`: as many as the target gives.
pub(crate) const fn wanted_output(ask: &Ask) -> Option<u32> {
    match &ask.conversation {
        Conversation::Chat(_) => None,
        Conversation::Program(asked) => asked.request.max_output,
    }
}

/// Builds the prompt. The conversation must not be empty and must end with the member.
pub(crate) fn compose(ask: Ask) -> Result<Prompt, Fault> {
    let bytes = prompt_bytes(&ask);
    if bytes > PROMPT_MAX_BYTES {
        return Err(Fault::ContextTooLong);
    }
    let estimated_input = estimate_input(&ask);
    let version = ask.system.as_ref().map(|system| system.version);
    let system = ask.system.map(|system| system.text);
    let system = system.filter(|text| !text.is_empty());
    let whole = matches!(ask.conversation, Conversation::Program(_));
    let (mut request, mut written) = match ask.conversation {
        Conversation::Chat(messages) => (chat(messages)?, None),
        Conversation::Program(asked) => (asked.request, asked.written),
    };
    if let Some(system) = system {
        // The request as it was written knows nothing of these.
        if written.take().is_some_and(|written| written.only) {
            return Err(Fault::NoTarget);
        }
        request.system.insert(0, system);
    }
    Ok(Prompt {
        request,
        written,
        whole,
        version,
        bytes,
        estimated_input,
    })
}

fn chat(messages: Vec<AskMessage>) -> Result<ChatRequest, Fault> {
    if messages.last().is_none_or(|last| last.role != Asker::User) {
        return Err(Fault::BadRequest);
    }
    let messages = messages.into_iter().map(|message| {
        let speaker = match message.role {
            Asker::User => Speaker::User,
            Asker::Assistant => Speaker::Assistant,
        };
        Message::text(speaker, message.text)
    });
    Ok(ChatRequest {
        messages: messages.collect(),
        ..ChatRequest::default()
    })
}

impl Prompt {
    /// The conversation as dialects take it; which model, and how long its answer may be, is the
    /// target's to say.
    pub(crate) const fn request(&self) -> &ChatRequest {
        &self.request
    }

    /// The request as it was written, where targets that speak its language may be handed it.
    pub(crate) const fn written(&self) -> Option<&Written> {
        self.written.as_ref()
    }

    /// Everything in the answer is wanted, not its text alone.
    pub(crate) const fn wants_all(&self) -> bool {
        self.whole
    }

    /// Whoever asks the same at the same time may be given the same answer while it is written. What
    /// comes with calls of tools or reasoning is not told to others piece by piece.
    pub(crate) fn is_shared_in_flight(&self) -> bool {
        let request = &self.request;
        let plain = request.tools.is_empty() && request.reasoning.is_none();
        !self.whole || (plain && self.written.as_ref().is_none_or(|written| written.all_read))
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
    use super::{Ask, AskMessage, Asker, Broken, Conversation, SystemPrompt, compose};
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
            conversation: Conversation::Chat(messages),
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
