//! How much a model is asked to reason, and what that does to the output limit.
//!
//! Owns the extra fields that Claude knows for it. Refuses to send them where the model would
//! refuse the whole request for them; the caller is told instead.

use crate::bedrock::model::Model;
use crate::chat::{ChatRequest, Dropped, Effort, ToolChoice};
use crate::claude::Thinking;
use serde_json::{Value, json};

/// Smallest number of tokens that a model may be given to reason with.
const BUDGET_MIN: u32 = 1024;
/// Room for the answer behind the reasoning, where no limit was asked for.
const ANSWER_ROOM: u32 = 8192;
/// The smallest output limit among the models that reason with a budget.
const OUTPUT_MAX: u32 = 32_000;
/// Kept for the answer where a limit was asked for, as far as half of the limit allows.
const ANSWER_MIN: u32 = 4096;

/// What reasoning does to a request.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Plan {
    /// Fields that only the model knows; `None`: it is not asked to reason.
    pub(super) fields: Option<Value>,
    /// The output limit, which the reasoning counts against.
    pub(super) limit: Option<u32>,
}

/// Plans the reasoning. `bare_call`: the conversation ends in the results of a call that came
/// without the reasoning behind it.
pub(super) fn plan(
    request: &ChatRequest,
    limit: Option<u32>,
    model: Model,
    bare_call: bool,
    dropped: &mut Vec<Dropped>,
) -> Plan {
    let silent = Plan {
        fields: None,
        limit,
    };
    let planned = match (request.reasoning, model.thinking()) {
        (None, _) | (Some(Effort::None), Thinking::Budget | Thinking::Effort) => return silent,
        (Some(Effort::None), _) | (_, Thinking::Never) => None,
        // Claude refuses a budget together with a call it must make, and a call given back to it
        // without its reasoning.
        (Some(effort), Thinking::Budget) if !bare_call && !must_call(request) => {
            budget(effort, limit)
        }
        (Some(_), Thinking::Budget) => None,
        (Some(effort), Thinking::Effort | Thinking::Always) => Some(Plan {
            fields: Some(json!({
                "thinking": {"type": "adaptive"},
                "output_config": {"effort": effort.as_str()},
            })),
            limit,
        }),
    };
    planned.unwrap_or_else(|| {
        dropped.push(Dropped("reasoning effort"));
        silent
    })
}

fn must_call(request: &ChatRequest) -> bool {
    let forced = matches!(
        request.tool_choice,
        ToolChoice::Required | ToolChoice::Named(_)
    );
    forced && !request.tools.is_empty()
}

/// A budget below the limit; `None` where the limit leaves too little of it.
fn budget(effort: Effort, limit: Option<u32>) -> Option<Plan> {
    let wanted: u32 = match effort {
        Effort::None => return None,
        Effort::Low => 2048,
        Effort::Medium => 8192,
        Effort::High => 24_576,
    };
    let limit = limit.unwrap_or_else(|| (wanted + ANSWER_ROOM).min(OUTPUT_MAX));
    let tokens = wanted.min(limit - ANSWER_MIN.min(limit / 2));
    (tokens >= BUDGET_MIN && tokens < limit).then(|| Plan {
        fields: Some(json!({"thinking": {"type": "enabled", "budget_tokens": tokens}})),
        limit: Some(limit),
    })
}

#[cfg(test)]
mod tests {
    use super::{Plan, plan};
    use crate::bedrock::model::Model;
    use crate::chat::{ChatRequest, Dropped, Effort, Tool, ToolChoice};
    use crate::claude::Generation;
    use serde_json::json;

    fn planned(
        request: &ChatRequest,
        limit: Option<u32>,
        model: Model,
        bare: bool,
    ) -> Option<Plan> {
        let mut dropped = Vec::new();
        let plan = plan(request, limit, model, bare, &mut dropped);
        assert!(dropped.is_empty() || plan.fields.is_none() && plan.limit == limit);
        (dropped != [Dropped("reasoning effort")]).then_some(plan)
    }

    fn asked(effort: Effort) -> ChatRequest {
        ChatRequest {
            reasoning: Some(effort),
            ..ChatRequest::default()
        }
    }

    #[test]
    fn a_budget_stays_below_the_limit() {
        let table = [
            (Effort::Low, None, Some((2048, 10_240))),
            (Effort::Medium, None, Some((8192, 16_384))),
            (Effort::High, None, Some((24_576, 32_000))),
            (Effort::High, Some(64_000), Some((24_576, 64_000))),
            (Effort::High, Some(20_000), Some((15_904, 20_000))),
            (Effort::High, Some(4096), Some((2048, 4096))),
            (Effort::Low, Some(2048), Some((1024, 2048))),
            (Effort::Low, Some(2046), None),
            (Effort::Low, Some(0), None),
        ];
        for (effort, limit, expected) in table {
            let plan = planned(
                &asked(effort),
                limit,
                Model::Claude(Generation(4, 5)),
                false,
            );
            let read = plan.map(|plan| {
                let fields = plan.fields.unwrap();
                assert_eq!(fields["thinking"]["type"], "enabled");
                (
                    fields["thinking"]["budget_tokens"].as_u64().unwrap(),
                    plan.limit.unwrap(),
                )
            });
            assert_eq!(read, expected, "{effort:?} {limit:?}");
        }
    }

    #[test]
    fn newer_models_are_asked_with_a_word() {
        for model in [
            Model::Claude(Generation(4, 6)),
            Model::Claude(Generation(5, 0)),
        ] {
            let plan = planned(&asked(Effort::Medium), Some(9), model, true).unwrap();
            let fields = json!({"thinking": {"type": "adaptive"},
                "output_config": {"effort": "medium"}});
            assert_eq!((plan.fields, plan.limit), (Some(fields), Some(9)));
        }
    }

    #[test]
    fn what_would_be_refused_is_not_asked_for() {
        let high = asked(Effort::High);
        for model in [Model::Nova, Model::Other, Model::Claude(Generation(3, 5))] {
            assert_eq!(planned(&high, None, model, false), None, "{model:?}");
        }
        let older = Model::Claude(Generation(4, 5));
        assert_eq!(planned(&high, None, older, true), None);
        let mut forced = ChatRequest {
            tool_choice: ToolChoice::Required,
            ..high
        };
        assert!(planned(&forced, None, older, false).is_some());
        forced.tools.push(Tool {
            name: "f".into(),
            description: String::new(),
            parameters: json!({}).into(),
            strict: false,
        });
        assert_eq!(planned(&forced, None, older, false), None);
    }

    #[test]
    fn no_reasoning_is_silence_where_silence_means_it() {
        let none = asked(Effort::None);
        for model in [
            Model::Claude(Generation(4, 5)),
            Model::Claude(Generation(4, 7)),
        ] {
            let plan = planned(&none, None, model, false);
            assert_eq!(plan, Some(Plan::default()), "{model:?}");
        }
        for model in [Model::Claude(Generation(5, 0)), Model::Other] {
            assert_eq!(planned(&none, None, model, false), None, "{model:?}");
        }
        let unasked = planned(&ChatRequest::default(), None, Model::Other, false);
        assert_eq!(unasked, Some(Plan::default()));
    }
}
