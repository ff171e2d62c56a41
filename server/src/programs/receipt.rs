//! What an answer says of itself, beside what its language has words for.

use super::Answering;
use contract::NanoUsd;
use engine::Ended;
use serde_json::{Value, json};

/// Headers of an answer that has begun. Names are plain words: nothing in them says whose software
/// this is.
#[must_use]
pub fn headers(answering: &Answering) -> Vec<(&'static str, String)> {
    let started = &answering.started;
    let mut headers = vec![
        ("x-request-id", answering.turn.uuid().to_string()),
        ("x-served-provider", started.provider.to_owned()),
        ("x-served-model", plain(&started.model)),
        ("x-paid-by-key", plain(&started.key_name)),
        ("x-attempts", started.attempts.to_string()),
        ("x-cache", started.cache.as_str().to_owned()),
        ("x-added-ms", milliseconds(answering.added.as_micros())),
    ];
    if let Some(version) = answering.instructions {
        headers.push(("x-instructions-version", version.to_string()));
    }
    if !answering.left_out.is_empty() {
        headers.push(("x-left-out", answering.left_out.join(", ")));
    }
    headers
}

/// The same for the `usage` of an answer, with what only its end knows; told to programs that ask
/// for it.
#[must_use]
pub fn details(answering: &Details, ended: &Ended) -> Value {
    json!({
        "request_id": answering.request,
        "served_provider": answering.provider,
        "served_model": answering.model,
        "paid_by_key": answering.key,
        "attempts": ended.attempts,
        "cache": ended.cache.as_str(),
        "cost_usd": ended.cost.map(usd),
        "cost_estimated": ended.estimated,
        "added_ms": answering.added,
    })
}

/// What [`details`] needs of an answer, once that is being written.
#[derive(Clone, Debug)]
pub struct Details {
    request: String,
    provider: &'static str,
    model: String,
    key: String,
    added: f64,
}

impl Details {
    /// Of `answering`.
    #[must_use]
    pub fn of(answering: &Answering) -> Self {
        let started = &answering.started;
        Self {
            request: answering.turn.uuid().to_string(),
            provider: started.provider,
            model: started.model.clone(),
            key: started.key_name.clone(),
            added: answering.added.as_secs_f64() * 1_000.0,
        }
    }
}

/// Dollars as decimal text, to the last nano-dollar.
#[must_use]
pub fn usd(cost: NanoUsd) -> String {
    let nano = cost.get();
    let (sign, nano) = (if nano < 0 { "-" } else { "" }, nano.unsigned_abs());
    format!("{sign}{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000)
}

fn milliseconds(micros: u128) -> String {
    format!("{}.{:03}", micros / 1_000, micros % 1_000)
}

/// Names are people's own; what a header cannot carry is left out of them.
pub(super) fn plain(name: &str) -> String {
    let plain = |letter: &char| letter.is_ascii_graphic() || *letter == ' ';
    name.chars().filter(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::{milliseconds, plain, usd};
    use contract::NanoUsd;

    #[test]
    fn money_keeps_every_digit() {
        assert_eq!(usd(NanoUsd::new(1_234_567_890)), "1.234567890");
        assert_eq!(usd(NanoUsd::new(5)), "0.000000005");
        assert_eq!(usd(NanoUsd::ZERO), "0.000000000");
    }

    #[test]
    fn a_name_cannot_end_a_header() {
        assert_eq!(plain("Firm\r\nset-cookie: a=b"), "Firmset-cookie: a=b");
        assert_eq!(plain("Schlüssel 1"), "Schlssel 1");
        assert_eq!(milliseconds(1_204), "1.204");
    }
}
