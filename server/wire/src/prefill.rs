//! Going on with an answer that broke off: the half that is there is sent back as the beginning of
//! the model's own line.
//!
//! Owns which models are known to accept that, and how each wants it said. The list is closed: what
//! is not on it, and not declared by an administrator, is never asked to. Refuses guesses, because a
//! model that does not know the custom answers with an error, or begins anew in the middle of a text.
//!
//! - Anthropic: a last line of the assistant, up to the models of generation 4.5; from 4.6 on it
//!   answers 400. It must not end in white space.
//!   <https://platform.claude.com/docs/en/build-with-claude/prompt-engineering/prefill-claudes-response>
//! - `DeepSeek`: `"prefix": true` on that line, at its beta address alone.
//!   <https://api-docs.deepseek.com/guides/chat_prefix_completion>
//! - vLLM: `continue_final_message` without a generation prompt; a server that speaks for itself
//!   cannot be recognised, so that it has to be declared.
//!   <https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html>
//!
//! Mistral knows `prefix` too, but gives the beginning back as part of its answer; it is left out.

use crate::chat::{AnswerForm, ChatRequest, Effort, Encoded, Message, Part, Speaker};
use contract::keys::KeyProvider;
use serde_json::{Map, Value};

/// How a model wants to be told to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prefill {
    /// The last line is the assistant's; nothing else is said.
    LastLine,
    /// The last line is marked with `"prefix": true`.
    Marked,
    /// The last line is left open by `continue_final_message`.
    LeftOpen,
}

impl Prefill {
    /// Every way, in the order they are listed.
    pub const ALL: [Self; 3] = [Self::LastLine, Self::Marked, Self::LeftOpen];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LastLine => "last-line",
            Self::Marked => "prefix",
            Self::LeftOpen => "vllm",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// The way that is documented for this model at this address.
    #[must_use]
    pub fn known(provider: KeyProvider, base_url: &str, model: &str) -> Option<Self> {
        match provider {
            KeyProvider::Anthropic => anthropic(model).then_some(Self::LastLine),
            KeyProvider::DeepSeek => {
                let beta = base_url.trim_end_matches('/').ends_with("/beta");
                (beta && model == "deepseek-chat").then_some(Self::Marked)
            }
            _ => None,
        }
    }
}

/// Families whose every model accepts a beginning; what follows the name is a date or `-latest`.
const ANTHROPIC: [&str; 14] = [
    "claude-3-haiku",
    "claude-3-sonnet",
    "claude-3-opus",
    "claude-3-5-haiku",
    "claude-3-5-sonnet",
    "claude-3-7-sonnet",
    "claude-sonnet-4",
    "claude-opus-4",
    "claude-sonnet-4-0",
    "claude-opus-4-0",
    "claude-opus-4-1",
    "claude-haiku-4-5",
    "claude-sonnet-4-5",
    "claude-opus-4-5",
];

fn anthropic(model: &str) -> bool {
    ANTHROPIC.iter().any(|family| {
        let rest = model.strip_prefix(family);
        rest.is_some_and(|rest| {
            let dated = rest.strip_prefix('-');
            rest.is_empty() || dated.is_some_and(|it| it == "latest" || is_date(it))
        })
    })
}

fn is_date(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A request that goes on where `half` ends, without the white space behind it. `None`: what was
/// asked for cannot be gone on with (a form, a tool, reasoning), or there is nothing to go on from.
#[must_use]
pub fn going_on(request: &ChatRequest, half: &str) -> Option<ChatRequest> {
    let beginning = half.trim_end();
    let reasons = request.reasoning.is_some_and(|it| it != Effort::None);
    let plain = request.tools.is_empty() && request.form == AnswerForm::Text && !reasons;
    let asked = request.messages.last().is_some_and(|last| {
        let text = |part: &Part| matches!(part, Part::Text(_) | Part::Image(_));
        last.speaker == Speaker::User && last.parts.iter().all(text)
    });
    if beginning.is_empty() || !plain || !asked {
        return None;
    }
    let mut request = request.clone();
    let line = Message::text(Speaker::Assistant, beginning);
    request.messages.push(line);
    Some(request)
}

/// Says in an encoded request that its last line is to be gone on with.
#[must_use]
pub fn mark(encoded: Encoded, way: Prefill) -> Encoded {
    let change: fn(&mut Map<String, Value>) = match way {
        Prefill::LastLine => return encoded,
        Prefill::Marked => |body| {
            let lines = body.get_mut("messages").and_then(Value::as_array_mut);
            let last = lines.and_then(|lines| lines.last_mut());
            if let Some(last) = last.and_then(Value::as_object_mut) {
                last.insert("prefix".to_owned(), true.into());
            }
        },
        Prefill::LeftOpen => |body| {
            body.insert("continue_final_message".to_owned(), true.into());
            body.insert("add_generation_prompt".to_owned(), false.into());
        },
    };
    let Ok(Value::Object(mut body)) = serde_json::from_slice(&encoded.body) else {
        return encoded;
    };
    change(&mut body);
    Encoded::new(&body.into(), encoded.dropped)
}

#[cfg(test)]
mod tests {
    use super::{Prefill, going_on, mark};
    use crate::chat::{AnswerForm, ChatRequest, Effort, Message, Speaker, To};
    use crate::dialect::Dialect;
    use contract::keys::KeyProvider;
    use serde_json::{Value, json};

    fn request() -> ChatRequest {
        ChatRequest {
            messages: vec![Message::text(Speaker::User, "Count.")],
            ..ChatRequest::default()
        }
    }

    fn sent(provider: KeyProvider, way: Prefill) -> Value {
        let request = going_on(&request(), "One, two, \n").unwrap();
        let to = To {
            model: "m",
            max_output: None,
        };
        let encoded = Dialect::of(provider).encode(&request, to);
        serde_json::from_slice(&mark(encoded, way).body).unwrap()
    }

    #[test]
    fn each_way_is_said_as_it_is_documented() {
        let anthropic = sent(KeyProvider::Anthropic, Prefill::LastLine);
        let last = &anthropic["messages"][1];
        assert_eq!(last["role"], "assistant");
        assert_eq!(
            last["content"][0]["text"], "One, two,",
            "no space behind it"
        );
        let deepseek = sent(KeyProvider::DeepSeek, Prefill::Marked);
        assert_eq!(
            deepseek["messages"][1],
            json!({"role": "assistant", "content": "One, two,", "prefix": true})
        );
        let vllm = sent(KeyProvider::OpenAiCompatible, Prefill::LeftOpen);
        assert_eq!(vllm["continue_final_message"], true);
        assert_eq!(vllm["add_generation_prompt"], false);
        assert_eq!(
            vllm["messages"][1],
            json!({"role": "assistant", "content": "One, two,"})
        );
    }

    #[test]
    fn only_models_on_the_list_are_asked_to() {
        let known = Prefill::known;
        for model in [
            "claude-3-5-sonnet-20241022",
            "claude-3-7-sonnet-latest",
            "claude-sonnet-4-20250514",
            "claude-sonnet-4-5-20250929",
            "claude-opus-4-5",
        ] {
            let way = known(KeyProvider::Anthropic, "https://api.anthropic.com", model);
            assert_eq!(way, Some(Prefill::LastLine), "{model}");
        }
        for model in [
            "claude-opus-4-6",
            "claude-sonnet-4-6",
            "claude-opus-4-7-20260401",
            "claude-sonnet-5",
            "claude",
        ] {
            let way = known(KeyProvider::Anthropic, "https://api.anthropic.com", model);
            assert_eq!(way, None, "{model}");
        }
        let deepseek = |base| known(KeyProvider::DeepSeek, base, "deepseek-chat");
        assert_eq!(
            deepseek("https://api.deepseek.com/beta/"),
            Some(Prefill::Marked)
        );
        assert_eq!(deepseek("https://api.deepseek.com/v1"), None);
        let local = known(KeyProvider::OpenAiCompatible, "http://127.0.0.1/v1", "m");
        assert_eq!(local, None, "has to be declared");
        for way in Prefill::ALL {
            assert_eq!(Prefill::parse(way.as_str()), Some(way));
        }
    }

    #[test]
    fn what_cannot_be_gone_on_with_is_not() {
        assert_eq!(going_on(&request(), " \n"), None);
        let mut form = request();
        form.form = AnswerForm::Json;
        assert_eq!(going_on(&form, "{"), None);
        let mut thinks = request();
        thinks.reasoning = Some(Effort::Low);
        assert_eq!(going_on(&thinks, "One"), None);
        let mut answered = request();
        answered
            .messages
            .push(Message::text(Speaker::Assistant, "a"));
        assert_eq!(going_on(&answered, "One"), None);
    }
}
