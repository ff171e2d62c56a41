//! Which language a provider speaks.
//!
//! Owns the choice, and nothing of any language.

use crate::chat::{ChatRequest, Encoded, To};
use crate::decode::Decode;
use crate::event::WireEvent;
use crate::fault::Refused;
use crate::openai::{self, Peer};
use crate::retry_after::RetryAfter;
use crate::{anthropic, bedrock, gemini, responses};
use contract::keys::{KeyPlace, KeyProvider};

/// A provider's language for chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Chat completions.
    OpenAi(Peer),
    /// `OpenAI`'s responses. No provider is asked in it unless somebody says so.
    Responses(Peer),
    /// Anthropic's messages.
    Anthropic,
    /// Gemini's `generateContent`.
    Gemini,
    /// Bedrock's Converse.
    Bedrock,
}

impl Dialect {
    /// The language of a provider.
    #[must_use]
    pub const fn of(provider: KeyProvider) -> Self {
        match provider {
            KeyProvider::Anthropic => Self::Anthropic,
            KeyProvider::Gemini => Self::Gemini,
            KeyProvider::Bedrock => Self::Bedrock,
            KeyProvider::OpenAi => Self::OpenAi(Peer::OpenAi),
            KeyProvider::Azure => Self::OpenAi(Peer::Azure),
            KeyProvider::Mistral => Self::OpenAi(Peer::Mistral),
            KeyProvider::Groq
            | KeyProvider::DeepSeek
            | KeyProvider::Xai
            | KeyProvider::OpenRouter
            | KeyProvider::Together
            | KeyProvider::OpenAiCompatible => Self::OpenAi(Peer::Compatible),
        }
    }

    /// Where a streamed chat is asked for, with its query, below the provider's base address.
    #[must_use]
    pub fn path(self, place: &KeyPlace, to: To<'_>) -> String {
        match self {
            Self::OpenAi(peer) => openai::path(peer, place, to.model),
            Self::Responses(peer) => responses::path(peer, place),
            Self::Anthropic => anthropic::PATH.to_owned(),
            Self::Gemini => gemini::path(to.model),
            Self::Bedrock => bedrock::path(to.model),
        }
    }

    /// The media type of a streamed answer.
    #[must_use]
    pub const fn accept(self) -> &'static str {
        match self {
            Self::OpenAi(_) | Self::Responses(_) | Self::Anthropic | Self::Gemini => {
                "text/event-stream"
            }
            Self::Bedrock => "application/vnd.amazon.eventstream",
        }
    }

    /// The body of a request for a streamed answer.
    #[must_use]
    pub fn encode(self, request: &ChatRequest, to: To<'_>) -> Encoded {
        match self {
            Self::OpenAi(peer) => openai::encode_request(request, to, peer),
            Self::Responses(_) => responses::encode_request(request, to),
            Self::Anthropic => anthropic::encode_request(request, to),
            Self::Gemini => gemini::encode_request(request, to),
            Self::Bedrock => bedrock::encode_request(request, to),
        }
    }

    /// A decoder for one streamed answer.
    #[must_use]
    pub fn decoder(self) -> Box<dyn Decode> {
        match self {
            Self::OpenAi(_) => Box::<openai::ChatStream>::default(),
            Self::Responses(_) => Box::<responses::ResponseStream>::default(),
            Self::Anthropic => Box::<anthropic::MessageStream>::default(),
            Self::Gemini => Box::<gemini::ContentStream>::default(),
            Self::Bedrock => Box::<bedrock::ConverseStream>::default(),
        }
    }

    /// Reads a whole answer, from providers that did not stream although they were asked to; the
    /// events end in a finish reason or in an error, as a stream's do.
    #[must_use]
    pub fn read_whole(self, body: &[u8]) -> Vec<WireEvent> {
        match self {
            Self::OpenAi(_) => openai::read_whole(body),
            Self::Responses(_) => responses::read_whole(body),
            Self::Anthropic => anthropic::read_whole(body),
            Self::Gemini => gemini::read_whole(body),
            Self::Bedrock => bedrock::read_whole(body),
        }
    }

    /// Reads a response with a status other than success.
    #[must_use]
    pub fn read_refusal(
        self,
        status: u16,
        body: &[u8],
        retry_after: Option<RetryAfter>,
    ) -> Refused {
        match self {
            Self::OpenAi(_) | Self::Responses(_) => openai::read_refusal(status, body, retry_after),
            Self::Anthropic => anthropic::read_refusal(status, body, retry_after),
            Self::Gemini => gemini::read_refusal(status, body, retry_after),
            Self::Bedrock => bedrock::read_refusal(status, body, retry_after),
        }
    }
}
