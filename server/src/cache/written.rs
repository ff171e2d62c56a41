//! The written form of an answer, before it is sealed and after it is opened.

use contract::NanoUsd;
use contract::keys::KeyProvider;
use engine::{CacheKey, KeptAnswer, Provider, Usage};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::time::{Duration, UNIX_EPOCH};
use zeroize::Zeroizing;

#[derive(Serialize, Deserialize)]
struct Written<'a> {
    /// The question, whole: the place it is sealed for holds half of it.
    key: [u8; 32],
    text: Cow<'a, str>,
    provider: Cow<'a, str>,
    key_name: Cow<'a, str>,
    alias: Cow<'a, str>,
    model: Cow<'a, str>,
    prompt_version: Option<u32>,
    usage: Option<Usage>,
    estimated: bool,
    cost: Option<NanoUsd>,
    epoch: u64,
    made_ms: u64,
    good_for_ms: u64,
}

/// `None`: it cannot be written, which no answer of ours is.
pub(super) fn write(key: CacheKey, answer: &KeptAnswer) -> Option<Zeroizing<Vec<u8>>> {
    let made = answer.made.duration_since(UNIX_EPOCH).ok()?;
    let written = Written {
        key: *key.bytes(),
        text: Cow::Borrowed(&answer.text),
        provider: Cow::Borrowed(answer.provider.as_str()),
        key_name: Cow::Borrowed(&answer.key_name),
        alias: Cow::Borrowed(&answer.alias),
        model: Cow::Borrowed(&answer.model),
        prompt_version: answer.prompt_version,
        usage: answer.usage,
        estimated: answer.estimated,
        cost: answer.cost,
        epoch: answer.epoch,
        made_ms: u64::try_from(made.as_millis()).ok()?,
        good_for_ms: u64::try_from(answer.good_for.as_millis()).ok()?,
    };
    serde_json::to_vec(&written).ok().map(Zeroizing::new)
}

/// `None`: of another version of the program, or of another question.
pub(super) fn read(key: CacheKey, bytes: &[u8]) -> Option<KeptAnswer> {
    let written: Written<'_> = serde_json::from_slice(bytes).ok()?;
    if written.key != *key.bytes() {
        return None;
    }
    let provider = match &*written.provider {
        "demo" => Provider::Demo,
        name => Provider::Keyed(KeyProvider::parse(name)?),
    };
    Some(KeptAnswer {
        text: written.text.into_owned(),
        provider,
        key_name: written.key_name.into_owned(),
        alias: written.alias.into_owned(),
        model: written.model.into_owned(),
        prompt_version: written.prompt_version,
        usage: written.usage,
        estimated: written.estimated,
        cost: written.cost,
        epoch: written.epoch,
        made: UNIX_EPOCH + Duration::from_millis(written.made_ms),
        good_for: Duration::from_millis(written.good_for_ms),
    })
}
