//! The serving side: what programs ask of us in the languages they already speak.
//!
//! Owns one vocabulary for every door: what was asked ([`Asked`]), what an answer is written with
//! ([`Encode`], [`Head`]), what goes wrong ([`Trouble`]) and how a request is handed on unchanged
//! where the target speaks the same language. Each language's own words are in its dialect's
//! folder. Refuses sockets, clocks and ids of its own: both are handed in.

mod answer;
mod asked;
pub(crate) mod document;
#[cfg(test)]
mod document_tests;
mod encode;
mod fields;
mod order;
mod pass;
mod strict;
mod trouble;

pub use crate::openai::door::{EmbedAsked, pass_embeddings, read_embeddings, write_embeddings};
pub use answer::Answer;
pub use asked::{Asked, LeftOut, WrongInput};
pub use document::{
    Described, describe_chat, describe_embeddings, describe_messages, describe_responses,
};
pub use encode::{Encode, Head};
pub use trouble::{Refusal, Trouble, TroubleKind};

pub(crate) use answer::{NO_ARGUMENTS, arguments};
pub(crate) use asked::Read;
pub(crate) use fields::{Fields, Item};
pub(crate) use order::keep_order;
pub(crate) use pass::{RawFields, smaller_limit};
pub(crate) use strict::parse;

use crate::chat::To;
use crate::dialect::Dialect;
use crate::event::WireEvent;
use crate::{anthropic, gemini, openai, responses};

/// Most answers to one request.
pub(crate) const MOST_CHOICES: usize = 8;

/// A language that programs speak to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// `OpenAI`'s chat completions.
    OpenAi,
    /// `OpenAI`'s responses.
    Responses,
    /// Anthropic's messages.
    Anthropic,
    /// Gemini's `generateContent` and `streamGenerateContent`.
    Gemini,
}

impl Door {
    /// Reads a request. `path` is where it was asked for; only Gemini names the model there.
    pub fn read(self, path: &str, body: &[u8]) -> Result<Asked, WrongInput> {
        match self {
            Self::OpenAi => openai::door::read(body),
            Self::Responses => responses::door::read(body),
            Self::Anthropic => anthropic::door::read(body),
            Self::Gemini => gemini::door::read(path, body),
        }
    }

    /// Writes an answer piece by piece, as server-sent events. `include_usage` counts for chat
    /// completions alone; the other languages always tell.
    #[must_use]
    pub fn encoder(self, head: Head, include_usage: bool) -> Box<dyn Encode> {
        match self {
            Self::OpenAi => Box::new(openai::door::ChunkWriter::new(head, include_usage)),
            Self::Responses => Box::new(responses::door::ResponseWriter::new(head)),
            Self::Anthropic => Box::new(anthropic::door::MessageWriter::new(head)),
            Self::Gemini => Box::new(gemini::door::ContentWriter::new(head)),
        }
    }

    /// What may be sent between two pieces so that nobody takes a long thought for a lost connection.
    /// Anthropic has an event for it. Google's own Python library takes a comment for a piece of an
    /// answer, so its programs get an empty line, which says nothing to anybody.
    #[must_use]
    pub const fn keep_alive(self) -> &'static [u8] {
        match self {
            Self::OpenAi | Self::Responses => b": keep-alive\n\n",
            Self::Anthropic => b"event: ping\ndata: {\"type\":\"ping\"}\n\n",
            Self::Gemini => b"\n",
        }
    }

    /// Writes a whole answer as one JSON body. An answer that was not completed is none, and the
    /// trouble is told instead.
    pub fn write_whole(self, head: &Head, events: &[WireEvent]) -> Result<Vec<u8>, Trouble> {
        let answer = Answer::collect(events)?;
        let body = match self {
            Self::OpenAi => openai::door::whole(head, std::slice::from_ref(&answer)),
            Self::Responses => responses::door::whole(head, &answer),
            Self::Anthropic => anthropic::door::whole(head, &answer)?,
            Self::Gemini => gemini::door::whole(head, &answer)?,
        };
        Ok(body.to_string().into_bytes())
    }

    /// Writes whole answers to one request as one body, where [`Asked::answers`] is more than one. Only chat
    /// completions have such requests.
    pub fn write_all(head: &Head, answers: &[Vec<WireEvent>]) -> Result<Vec<u8>, Trouble> {
        let answers: Result<Vec<_>, _> = answers.iter().map(|it| Answer::collect(it)).collect();
        Ok(openai::door::whole(head, &answers?)
            .to_string()
            .into_bytes())
    }

    /// Writes a refusal: status, headers and body in this language.
    #[must_use]
    pub fn refuse(self, trouble: &Trouble) -> Refusal {
        let (status, body) = match self {
            Self::OpenAi | Self::Responses => openai::door::refusal(trouble),
            Self::Anthropic => anthropic::door::refusal(trouble),
            Self::Gemini => gemini::door::refusal(trouble),
        };
        Refusal {
            status,
            headers: trouble.headers(),
            body: body.to_string().into_bytes(),
        }
    }

    /// Whether a target of this dialect can be handed the request as it came.
    #[must_use]
    pub const fn speaks(self, dialect: Dialect) -> bool {
        matches!(
            (self, dialect),
            (Self::OpenAi, Dialect::OpenAi(_))
                | (Self::Responses, Dialect::Responses(_))
                | (Self::Anthropic, Dialect::Anthropic)
                | (Self::Gemini, Dialect::Gemini)
        )
    }

    /// The request as it came, for a target that speaks the same dialect: only the model, the
    /// stream, its counts and the output limit change, all else keeps its bytes and its place.
    /// `None`: the target speaks another one, and the request has to be encoded anew.
    ///
    /// What is handed on may differ where [`Asked::request`] does not, in what was left out of that: a
    /// cache of answers has to be keyed by these bytes.
    pub fn pass(
        self,
        body: &[u8],
        dialect: Dialect,
        to: To<'_>,
    ) -> Result<Option<Vec<u8>>, WrongInput> {
        Ok(match (self, dialect) {
            (Self::OpenAi, Dialect::OpenAi(peer)) => Some(openai::door::pass(body, to, peer)?),
            (Self::Responses, Dialect::Responses(_)) => Some(responses::door::pass(body, to)?),
            (Self::Anthropic, Dialect::Anthropic) => Some(anthropic::door::pass(body, to)?),
            (Self::Gemini, Dialect::Gemini) => Some(gemini::door::pass(body, to)?),
            _ => None,
        })
    }
}
