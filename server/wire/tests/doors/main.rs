//! The doors from outside: requests read and sent on, answers written and read back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod embeddings;
mod golden;
mod pass;
mod requests;
mod round_trip;
mod troubles;
mod wrong;

use wire::Dialect;
use wire::door::{Door, Head};
use wire::openai::Peer;

const DOORS: [(&str, Door); 4] = [
    ("openai", Door::OpenAi),
    ("responses", Door::Responses),
    ("anthropic", Door::Anthropic),
    ("gemini", Door::Gemini),
];

const DIALECTS: [(&str, Dialect); 6] = [
    ("openai", Dialect::OpenAi(Peer::OpenAi)),
    ("compatible", Dialect::OpenAi(Peer::Compatible)),
    ("responses", Dialect::Responses(Peer::OpenAi)),
    ("anthropic", Dialect::Anthropic),
    ("gemini", Dialect::Gemini),
    ("bedrock", Dialect::Bedrock),
];

/// Where a request came to, for the doors that look.
const PATH: &str = "/v1beta/models/fast:streamGenerateContent?alt=sse";

fn head() -> Head {
    Head {
        id: "one".into(),
        model: "fast".into(),
        created: 1_790_000_000,
        ..Head::default()
    }
}

/// Our own decoder of what a door writes.
fn dialect(door: Door) -> Dialect {
    match door {
        Door::OpenAi => Dialect::OpenAi(Peer::Compatible),
        Door::Responses => Dialect::Responses(Peer::OpenAi),
        Door::Anthropic => Dialect::Anthropic,
        Door::Gemini => Dialect::Gemini,
    }
}
