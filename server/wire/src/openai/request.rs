//! A conversation as the bytes of a chat-completions request.
//!
//! Owns the request body. Refuses nulls: a field that is not set is absent, because strict peers
//! reject `null`.

use async_openai::types::chat::{
    ChatCompletionRequestAssistantMessage, ChatCompletionRequestMessage,
    ChatCompletionRequestSystemMessage, ChatCompletionRequestUserMessage,
    ChatCompletionStreamOptions, CreateChatCompletionRequest,
};

/// Who says a line of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// Instructions of the workspace.
    System,
    /// The member.
    User,
    /// The model.
    Assistant,
}

/// Under which name the output limit travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputLimit {
    /// `max_completion_tokens`: `OpenAI` itself, whose newer models refuse the older name.
    MaxCompletionTokens(u32),
    /// `max_tokens`: every compatible peer knows it.
    MaxTokens(u32),
}

/// What is asked of the model.
#[derive(Clone, Copy, Debug)]
pub struct ChatRequest<'a> {
    /// The provider's name of the model.
    pub model: &'a str,
    /// Lines of the conversation, oldest first.
    pub lines: &'a [(Speaker, &'a str)],
    /// Most tokens the answer may have; `None` leaves it to the provider.
    pub limit: Option<OutputLimit>,
}

/// The body of a streaming request that asks for usage at the end.
pub fn encode_request(request: &ChatRequest<'_>) -> Result<Vec<u8>, serde_json::Error> {
    let mut body = CreateChatCompletionRequest {
        model: request.model.to_owned(),
        messages: request.lines.iter().map(|&line| message(line)).collect(),
        stream: Some(true),
        stream_options: Some(ChatCompletionStreamOptions {
            include_usage: Some(true),
            ..Default::default()
        }),
        ..Default::default()
    };
    match request.limit {
        Some(OutputLimit::MaxCompletionTokens(limit)) => body.max_completion_tokens = Some(limit),
        Some(OutputLimit::MaxTokens(limit)) => set_max_tokens(&mut body, limit),
        None => {}
    }
    serde_json::to_vec(&body)
}

#[expect(
    deprecated,
    reason = "deprecated by OpenAI itself, but the only name many compatible peers know"
)]
const fn set_max_tokens(body: &mut CreateChatCompletionRequest, limit: u32) {
    body.max_tokens = Some(limit);
}

fn message((speaker, text): (Speaker, &str)) -> ChatCompletionRequestMessage {
    match speaker {
        Speaker::System => {
            ChatCompletionRequestMessage::System(ChatCompletionRequestSystemMessage::from(text))
        }
        Speaker::User => {
            ChatCompletionRequestMessage::User(ChatCompletionRequestUserMessage::from(text))
        }
        Speaker::Assistant => ChatCompletionRequestMessage::Assistant(
            ChatCompletionRequestAssistantMessage::from(text),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{ChatRequest, OutputLimit, Speaker, encode_request};
    use serde_json::{Value, json};

    fn encoded(limit: Option<OutputLimit>) -> Value {
        let bytes = encode_request(&ChatRequest {
            model: "m",
            lines: &[
                (Speaker::System, "Be brief."),
                (Speaker::User, "Hällo?"),
                (Speaker::Assistant, ""),
                (Speaker::User, "Again."),
            ],
            limit,
        })
        .unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn the_body_is_exactly_what_peers_expect() {
        assert_eq!(
            encoded(Some(OutputLimit::MaxTokens(7))),
            json!({
                "model": "m",
                "messages": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Hällo?"},
                    {"role": "assistant", "content": ""},
                    {"role": "user", "content": "Again."}
                ],
                "stream": true,
                "stream_options": {"include_usage": true},
                "max_tokens": 7
            })
        );
    }

    #[test]
    fn the_newer_limit_has_its_own_name_and_absence_is_absence() {
        let newer = encoded(Some(OutputLimit::MaxCompletionTokens(7)));
        assert_eq!(newer["max_completion_tokens"], 7);
        assert!(newer.get("max_tokens").is_none());
        let none = encoded(None);
        assert!(none.get("max_tokens").is_none() && none.get("max_completion_tokens").is_none());
        assert!(!none.to_string().contains("null"));
    }
}
