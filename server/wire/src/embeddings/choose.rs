//! Which dialect a model's vectors are asked for in.

use super::{EmbedRequest, Embeddings};
use crate::chat::{Dropped, Encoded, To};
use crate::event::WireError;
use crate::fault::Refused;
use crate::openai::Peer;
use crate::retry_after::RetryAfter;
use crate::{bedrock, gemini, openai};
use contract::keys::{KeyPlace, KeyProvider};

/// A dialect for vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbedDialect {
    /// `OpenAI`'s embeddings.
    OpenAi(Peer),
    /// The same, with other names for settings.
    Mistral,
    /// Gemini's `batchEmbedContents`.
    Gemini,
    /// Amazon's Titan models on Bedrock.
    Titan,
    /// Cohere's models on Bedrock.
    Cohere,
}

impl EmbedDialect {
    /// The dialect of a provider's model; `None`: it makes no vectors.
    #[must_use]
    pub fn of(provider: KeyProvider, model: &str) -> Option<Self> {
        Some(match provider {
            KeyProvider::OpenAi => Self::OpenAi(Peer::OpenAi),
            KeyProvider::Azure => Self::OpenAi(Peer::Azure),
            KeyProvider::Mistral => Self::Mistral,
            KeyProvider::Gemini => Self::Gemini,
            KeyProvider::Bedrock if model.contains("cohere.embed") => Self::Cohere,
            KeyProvider::Bedrock if model.contains("titan-embed") => Self::Titan,
            KeyProvider::Anthropic | KeyProvider::Bedrock => return None,
            KeyProvider::Groq
            | KeyProvider::DeepSeek
            | KeyProvider::Xai
            | KeyProvider::OpenRouter
            | KeyProvider::Together
            | KeyProvider::OpenAiCompatible => Self::OpenAi(Peer::Compatible),
        })
    }

    /// Most texts that are taken at once.
    #[must_use]
    pub const fn most_inputs(self) -> usize {
        match self {
            Self::OpenAi(_) => 2_048,
            Self::Mistral => 128,
            Self::Gemini => 100,
            Self::Cohere => 96,
            Self::Titan => 1,
        }
    }

    /// Where vectors are asked for, with its query, below the provider's base address.
    #[must_use]
    pub fn path(self, place: &KeyPlace, to: To<'_>) -> String {
        match self {
            Self::OpenAi(peer) => openai::embeddings::path(peer, place, to.model),
            Self::Mistral => openai::embeddings::path(Peer::Compatible, place, to.model),
            Self::Gemini => gemini::embeddings::path(to.model),
            Self::Titan | Self::Cohere => bedrock::embeddings::path(to.model),
        }
    }

    /// The body of a request. What is dropped whole, and refused here, is an input that is no text
    /// where the dialect knows nothing else.
    pub fn encode(self, request: &EmbedRequest, to: To<'_>) -> Result<Encoded, Dropped> {
        match self {
            Self::OpenAi(peer) => Ok(openai::embeddings::encode(request, to, peer)),
            Self::Mistral => openai::embeddings::encode_mistral(request, to),
            Self::Gemini => gemini::embeddings::encode(request, to),
            Self::Titan => bedrock::embeddings::encode_titan(request, to),
            Self::Cohere => bedrock::embeddings::encode_cohere(request, to),
        }
    }

    /// Reads an answer to `asked` texts. `told` is what a header said of the tokens read: Bedrock
    /// says it in `x-amzn-bedrock-input-token-count`, and for some models nowhere else.
    pub fn read(
        self,
        body: &[u8],
        asked: usize,
        told: Option<u64>,
    ) -> Result<Embeddings, WireError> {
        let mut read = match self {
            Self::OpenAi(_) | Self::Mistral => openai::embeddings::read(body, asked),
            Self::Gemini => gemini::embeddings::read(body, asked),
            Self::Titan => bedrock::embeddings::read_titan(body, asked),
            Self::Cohere => bedrock::embeddings::read_cohere(body, asked),
        }?;
        read.input_tokens = read.input_tokens.or(told);
        Ok(read)
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
            Self::OpenAi(_) | Self::Mistral => openai::read_refusal(status, body, retry_after),
            Self::Gemini => gemini::read_refusal(status, body, retry_after),
            Self::Titan | Self::Cohere => bedrock::read_refusal(status, body, retry_after),
        }
    }
}
