//! Who speaks the dialect, and in which few places their ways part.

use crate::segment::segment;
use contract::keys::KeyPlace;
use std::borrow::Cow;

/// Length of a call's id at Mistral.
const MISTRAL_ID: usize = 9;

/// Who reads the request: names differ in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// `OpenAI` itself, whose newer models refuse `max_tokens`.
    OpenAi,
    /// Azure: the same models at other addresses, named by their deployments.
    Azure,
    /// Mistral, which refuses what it does not know, and names what it knows in its own way.
    Mistral,
    /// Everybody else, who know `max_tokens`.
    Compatible,
}

impl Peer {
    /// The name of the output limit.
    pub(super) const fn limit(self) -> &'static str {
        match self {
            Self::OpenAi | Self::Azure => "max_completion_tokens",
            Self::Mistral | Self::Compatible => "max_tokens",
        }
    }

    /// A call's id. Mistral takes nine letters and digits only; other providers' ids come there when
    /// a conversation moves, and a call and its result are changed alike. The end tells ids apart.
    pub(super) fn call_id(self, id: &str) -> Cow<'_, str> {
        let fits = id.len() == MISTRAL_ID && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if self != Self::Mistral || fits {
            return id.into();
        }
        let plain = id.bytes().rev().filter(u8::is_ascii_alphanumeric);
        let mut plain: Vec<u8> = plain
            .chain(std::iter::repeat(b'0'))
            .take(MISTRAL_ID)
            .collect();
        plain.reverse();
        plain.into_iter().map(char::from).collect::<String>().into()
    }

    /// The counts have to be asked for; Mistral gives them unasked, and refuses to be asked.
    pub(super) const fn is_asked_for_usage(self) -> bool {
        !matches!(self, Self::Mistral)
    }
}

/// Where a chat is asked for, with its query, below the provider's base address.
#[must_use]
pub fn path(peer: Peer, place: &KeyPlace, model: &str) -> String {
    match (peer, &place.api_version) {
        (Peer::Azure, Some(version)) => {
            let deployment = segment(model);
            format!("openai/deployments/{deployment}/chat/completions?api-version={version}")
        }
        (Peer::Azure, None) => "openai/v1/chat/completions".to_owned(),
        (Peer::OpenAi | Peer::Mistral | Peer::Compatible, _) => "chat/completions".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Peer;

    #[test]
    fn ids_of_calls_are_made_to_fit_and_stay_apart() {
        let table = [
            ("abcdefgh9", "abcdefgh9"),
            ("call_W7rKb1aXq0ZtYp", "1aXq0ZtYp"),
            ("tooluse_x1", "toolusex1"),
            ("call_0", "0000call0"),
            ("ü", "000000000"),
        ];
        for (id, fitting) in table {
            assert_eq!(Peer::Mistral.call_id(id), fitting);
            assert_eq!(Peer::OpenAi.call_id(id), id);
        }
    }
}
