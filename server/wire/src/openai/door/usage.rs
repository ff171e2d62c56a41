//! Token counts as chat completions tell them.

use crate::usage::Usage;
use serde_json::{Value, json};

/// The prompt includes what came from the cache and what was put there; the completion includes
/// reasoning.
pub(super) fn counts(usage: Usage) -> Value {
    let (prompt, completion) = (usage.input_total(), usage.output_total());
    json!({
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt.saturating_add(completion),
        "prompt_tokens_details": {
            "cached_tokens": usage.cached_input,
            "cache_write_tokens": usage.cache_write,
        },
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
    })
}
