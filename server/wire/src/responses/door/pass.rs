//! A responses request that is handed on as it came.

use crate::chat::To;
use crate::door::{RawFields, Read, smaller_limit};
use serde_json::json;

/// Changes the model, the stream and the output limit, and nothing else.
pub(crate) fn pass(body: &[u8], to: To<'_>) -> Read<Vec<u8>> {
    let mut fields = RawFields::read(body)?;
    fields.refuse_alike(&["model", "stream", "max_output_tokens", "tools"])?;
    fields.set("model", &json!(to.model));
    fields.set("stream", &json!(true));
    let asked = fields.number("max_output_tokens");
    let limit = smaller_limit(asked, to.max_output);
    if limit != asked {
        fields.set("max_output_tokens", &json!(limit));
    }
    Ok(fields.write())
}
