//! How much a model is asked to reason, and what that does to the output limit.
//!
//! Owns the plan. Refuses to ask in a way that the model's generation would refuse the whole request
//! for; the caller is told instead.

use crate::chat::{ChatRequest, Dropped, Effort, To};
use crate::claude::{Generation, Thinking};
use serde_json::{Value, json};

/// Output tokens asked for where nobody set a limit: the dialect demands one.
const MAX_OUTPUT: u32 = 8_192;
/// Fewer tokens than this cannot be reasoned with.
const LEAST_REASONING: u32 = 1_024;

/// What reasoning does to a request.
#[derive(Debug)]
pub(super) struct Plan {
    /// The output limit, which reasoning counts against.
    pub(super) limit: u32,
    /// How it is asked for; `None`: it is not.
    pub(super) thinking: Option<Value>,
    /// The word for it, where there is one.
    pub(super) effort: Option<Effort>,
    /// It is asked for with a number, and such a request must not demand a call.
    pub(super) counted: bool,
}

/// Plans the reasoning. `lines` are the conversation as it is sent.
pub(super) fn plan(
    request: &ChatRequest,
    to: To<'_>,
    generation: Generation,
    lines: &[Value],
    dropped: &mut Vec<Dropped>,
) -> Plan {
    let limit = to.limit(request);
    let silent = Plan {
        limit: limit.unwrap_or(MAX_OUTPUT),
        thinking: None,
        effort: None,
        counted: false,
    };
    let (effort, wanted) = match request.reasoning {
        None => return silent,
        Some(Effort::None) => {
            if generation.thinking() == Thinking::Always {
                dropped.push(Dropped("reasoning effort"));
            }
            return silent;
        }
        Some(Effort::Low) => (Effort::Low, 2_048),
        Some(Effort::Medium) => (Effort::Medium, 8_192),
        Some(Effort::High) => (Effort::High, 24_576),
    };
    // Where nobody set a limit, the answer keeps its own share of it.
    let roomy = limit.unwrap_or(MAX_OUTPUT.saturating_add(wanted));
    match generation.thinking() {
        Thinking::Effort | Thinking::Always => Plan {
            limit: roomy,
            // Unasked, the newest models keep the words to themselves.
            thinking: Some(json!({"type": "adaptive", "display": "summarized"})),
            effort: Some(effort),
            counted: false,
        },
        Thinking::Budget if !ends_in_bare_call(lines) => {
            let budget = limit.map_or(wanted, |limit| wanted.min(limit / 2));
            if budget < LEAST_REASONING {
                dropped.push(Dropped("reasoning effort"));
                return silent;
            }
            Plan {
                limit: roomy,
                thinking: Some(json!({"type": "enabled", "budget_tokens": budget})),
                effort: None,
                counted: true,
            }
        }
        Thinking::Budget | Thinking::Never => {
            dropped.push(Dropped("reasoning effort"));
            silent
        }
    }
}

/// The conversation ends in the results of a call that came without the reasoning behind it, as it
/// does when it began at another provider. Asked to reason, a model refuses that.
fn ends_in_bare_call(lines: &[Value]) -> bool {
    let [.., call, results] = lines else {
        return false;
    };
    let first = |line: &Value| line["content"][0]["type"].as_str().map(str::to_owned);
    let reasoned = matches!(
        first(call).as_deref(),
        Some("thinking" | "redacted_thinking")
    );
    call["role"] == "assistant" && first(results).as_deref() == Some("tool_result") && !reasoned
}
