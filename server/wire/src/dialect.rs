//! Which language a provider speaks.
//!
//! Owns the choice, and nothing of any language.

use crate::chat::{ChatRequest, Encoded, To};
use crate::decode::Decode;
use crate::event::WireEvent;
use crate::fault::Refused;
use crate::openai::{self, Peer};
use crate::retry_after::RetryAfter;

/// A provider's language for chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Chat completions.
    OpenAi(Peer),
}

impl Dialect {
    /// Where a streamed chat is asked for, below the provider's base address.
    #[must_use]
    pub fn path(self, _to: To<'_>) -> String {
        match self {
            Self::OpenAi(_) => "chat/completions".to_owned(),
        }
    }

    /// The media type of a streamed answer.
    #[must_use]
    pub const fn accept(self) -> &'static str {
        match self {
            Self::OpenAi(_) => "text/event-stream",
        }
    }

    /// The body of a request for a streamed answer.
    #[must_use]
    pub fn encode(self, request: &ChatRequest, to: To<'_>) -> Encoded {
        match self {
            Self::OpenAi(peer) => openai::encode_request(request, to, peer),
        }
    }

    /// A decoder for one streamed answer.
    #[must_use]
    pub fn decoder(self) -> Box<dyn Decode> {
        match self {
            Self::OpenAi(_) => Box::<openai::ChatStream>::default(),
        }
    }

    /// Reads a whole answer, from providers that did not stream although they were asked to; the
    /// events end in a finish reason or in an error, as a stream's do.
    #[must_use]
    pub fn read_whole(self, body: &[u8]) -> Vec<WireEvent> {
        match self {
            Self::OpenAi(_) => openai::read_whole(body),
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
            Self::OpenAi(_) => openai::read_refusal(status, body, retry_after),
        }
    }
}
