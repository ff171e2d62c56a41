//! A chat-completions request that is handed on as it came.

use crate::chat::To;
use crate::door::{RawFields, Read, smaller_limit};
use crate::openai::Peer;
use serde_json::json;

/// What is changed, or decides what an answer may cost.
const CHANGED: [&str; 7] = [
    "model",
    "stream",
    "stream_options",
    "max_completion_tokens",
    "max_tokens",
    "n",
    "tools",
];

/// Changes the model, the stream, its counts and the output limit, and nothing else.
pub(crate) fn pass(body: &[u8], to: To<'_>, peer: Peer) -> Read<Vec<u8>> {
    let mut fields = RawFields::read(body)?;
    fields.refuse_alike(&CHANGED)?;
    fields.set("model", &json!(to.model));
    fields.set("stream", &json!(true));
    if fields.number("n").is_some_and(|answers| answers > 1) {
        // Each answer is asked for by itself.
        fields.set("n", &json!(1));
    }
    if peer.is_asked_for_usage() {
        let mut options = fields.object("stream_options")?;
        options.set("include_usage", &json!(true));
        fields.set_object("stream_options", &options);
    } else {
        fields.remove("stream_options");
    }
    limit(&mut fields, to, peer);
    Ok(fields.write())
}

/// Older and newer name alike: whichever the target reads, it reads no more than this.
fn limit(fields: &mut RawFields, to: To<'_>, peer: Peer) {
    let named = ["max_completion_tokens", "max_tokens"];
    let mut named: Vec<&str> = named
        .into_iter()
        .filter(|name| fields.get(name).is_some())
        .collect();
    if named.is_empty() {
        named.push(peer.limit());
    }
    for name in named {
        let asked = fields.number(name);
        let limit = smaller_limit(asked, to.max_output);
        if limit != asked {
            fields.set(name, &json!(limit));
        }
    }
}
