//! Every provider in its own language, over real sockets: where it is asked, how the key travels,
//! what it answers, what that used, and how it fails in the middle.

use crate::harness::{House, SECRET, settings, target};
use crate::upstream::{Act, Upstream, status};
use contract::NanoUsd;
use contract::keys::{KeyPlace, KeyProvider};
use engine::{Fault, How, Provider, Target, Usage};

/// A provider that plays one dialect.
pub(crate) struct Stage {
    pub(crate) provider: KeyProvider,
    place: KeyPlace,
    model: &'static str,
    /// First line of the request, and a header that carries the key.
    asked: &'static str,
    key: String,
    /// Head of a successful response.
    head: &'static str,
    /// An answer "Hello there" with 9 tokens read anew, 3 from the cache, 2 written.
    pub(crate) good: Vec<Vec<u8>>,
    /// What stands in the middle of it when the provider fails.
    overloaded: Vec<u8>,
}

const EVENTS: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
const FRAMES: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n\
                      connection: close\r\n\r\n";

fn event(kind: &str, data: &str) -> Vec<u8> {
    format!("event: {kind}\ndata: {data}\n\n").into_bytes()
}

fn data(data: &str) -> Vec<u8> {
    format!("data: {data}\n\n").into_bytes()
}

/// A message of AWS's event stream.
pub(crate) fn frame(message_type: &str, kind: &str, payload: &str) -> Vec<u8> {
    let names = match message_type {
        "event" => ":event-type",
        _ => ":exception-type",
    };
    let mut headers = Vec::new();
    for (name, value) in [(":message-type", message_type), (names, kind)] {
        headers.push(u8::try_from(name.len()).unwrap());
        headers.extend(name.bytes().chain([7]));
        headers.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
        headers.extend(value.bytes());
    }
    let length = |bytes: usize| u32::try_from(bytes).unwrap().to_be_bytes();
    let mut bytes = length(16 + headers.len() + payload.len()).to_vec();
    bytes.extend(length(headers.len()));
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend(headers);
    bytes.extend(payload.bytes());
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

fn anthropic() -> Stage {
    let delta = |text| {
        let data = format!(
            r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":"{text}"}}}}"#
        );
        event("content_block_delta", &data)
    };
    Stage {
        provider: KeyProvider::Anthropic,
        place: KeyPlace::default(),
        model: "claude-x",
        asked: "POST /v1/v1/messages HTTP/1.1",
        key: format!("x-api-key: {SECRET}7"),
        head: EVENTS,
        good: vec![
            event(
                "message_start",
                r#"{"type":"message_start","message":{"usage":{"input_tokens":9,"cache_read_input_tokens":3,"output_tokens":1}}}"#,
            ),
            event(
                "content_block_start",
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            ),
            event("ping", r#"{"type":"ping"}"#),
            delta("Hello "),
            delta("there"),
            event(
                "content_block_stop",
                r#"{"type":"content_block_stop","index":0}"#,
            ),
            event(
                "message_delta",
                r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
            ),
            event("message_stop", r#"{"type":"message_stop"}"#),
        ],
        overloaded: event(
            "error",
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
        ),
    }
}

fn gemini() -> Stage {
    Stage {
        provider: KeyProvider::Gemini,
        place: KeyPlace::default(),
        model: "gemini-x",
        asked: "POST /v1/v1beta/models/gemini-x:streamGenerateContent?alt=sse HTTP/1.1",
        key: format!("x-goog-api-key: {SECRET}7"),
        head: EVENTS,
        good: vec![
            data(
                r#"{"candidates":[{"content":{"parts":[{"text":"Hello "}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":12}}"#,
            ),
            data(
                r#"{"candidates":[{"content":{"parts":[{"text":"there"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":12,"cachedContentTokenCount":3,"candidatesTokenCount":2}}"#,
            ),
        ],
        overloaded: data(
            r#"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#,
        ),
    }
}

fn bedrock(access_key_id: Option<&str>) -> Stage {
    let delta = |text| {
        let payload = format!(r#"{{"contentBlockIndex":0,"delta":{{"text":"{text}"}}}}"#);
        frame("event", "contentBlockDelta", &payload)
    };
    Stage {
        provider: KeyProvider::Bedrock,
        place: KeyPlace {
            region: Some("eu-central-1".to_owned()),
            access_key_id: access_key_id.map(str::to_owned),
            ..KeyPlace::default()
        },
        model: "amazon.nova-x-v1:0",
        asked: "POST /v1/model/amazon.nova-x-v1%3A0/converse-stream HTTP/1.1",
        key: match access_key_id {
            Some(id) => format!("authorization: AWS4-HMAC-SHA256 Credential={id}/"),
            None => format!("authorization: Bearer {SECRET}7"),
        },
        head: FRAMES,
        good: vec![
            frame("event", "messageStart", r#"{"role":"assistant"}"#),
            delta("Hello "),
            delta("there"),
            frame("event", "contentBlockStop", r#"{"contentBlockIndex":0}"#),
            frame("event", "messageStop", r#"{"stopReason":"end_turn"}"#),
            frame(
                "event",
                "metadata",
                r#"{"usage":{"inputTokens":9,"outputTokens":2,"totalTokens":14,"cacheReadInputTokens":3}}"#,
            ),
        ],
        overloaded: frame(
            "exception",
            "serviceUnavailableException",
            r#"{"message":"busy"}"#,
        ),
    }
}

fn azure(api_version: Option<&str>) -> Stage {
    Stage {
        provider: KeyProvider::Azure,
        place: KeyPlace {
            api_version: api_version.map(str::to_owned),
            ..KeyPlace::default()
        },
        model: "our deployment",
        asked: match api_version {
            Some(_) => {
                "POST /v1/openai/deployments/our%20deployment/chat/completions?api-version=2024-10-21 HTTP/1.1"
            }
            None => "POST /v1/openai/v1/chat/completions HTTP/1.1",
        },
        key: format!("api-key: {SECRET}7"),
        head: EVENTS,
        good: vec![
            data(
                r#"{"choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}"#,
            ),
            data(r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":"Hello "}}]}"#),
            data(r#"{"choices":[{"index":0,"delta":{"content":"there"}}]}"#),
            data(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#),
            data(
                r#"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":3}}}"#,
            ),
            data("[DONE]"),
        ],
        overloaded: data(r#"{"error":{"code":"server_error","message":"busy"}}"#),
    }
}

pub(crate) fn stages() -> Vec<Stage> {
    vec![
        anthropic(),
        gemini(),
        bedrock(None),
        bedrock(Some("AKIDEXAMPLE")),
        azure(None),
        azure(Some("2024-10-21")),
    ]
}

impl Stage {
    pub(crate) fn target(&self, upstream: &Upstream) -> Target {
        let mut target = target(&upstream.base_url(), 7);
        target.key.provider = Provider::Keyed(self.provider);
        target.key.place = self.place.clone();
        self.model.clone_into(&mut target.model);
        target
    }

    /// The good answer up to `parts`, then what comes after.
    pub(crate) fn script(&self, parts: usize, then: Vec<Act>) -> Vec<Act> {
        let head = [Act::Send(self.head.to_owned())];
        let good = self.good.iter().take(parts).cloned().map(Act::Bytes);
        head.into_iter().chain(good).chain(then).collect()
    }
}

#[tokio::test]
async fn every_provider_is_asked_and_understood_in_its_own_language() {
    for stage in stages() {
        let upstream = Upstream::start(vec![stage.script(usize::MAX, vec![])]).await;
        let house = House::new(settings());
        let told = house.ask(vec![stage.target(&upstream)]).await;
        let name = stage.provider.as_str();
        assert_eq!(told.text, "Hello there", "{name}");
        assert_eq!(told.ended.how, How::Complete, "{name}");
        let usage = Usage {
            fresh_input: 9,
            cached_input: 3,
            output: 2,
            ..Usage::default()
        };
        assert_eq!(
            (told.ended.usage, told.ended.estimated),
            (Some(usage), false),
            "{name}"
        );
        assert_eq!(told.ended.cost, Some(NanoUsd::new(16)), "{name}");
        let started = told.started.unwrap();
        assert_eq!(
            (started.provider, started.key_name.as_str()),
            (name, "Key 7")
        );
        let request = &upstream.requests()[0];
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(stage.asked), "{name}: {head}");
        let lower = head.to_lowercase();
        assert!(lower.contains(&stage.key.to_lowercase()), "{name}: {head}");
        assert!(!body.contains(SECRET), "{name} is told the key in the body");
        assert!(body.contains("Hello?"), "{name}: {body}");
    }
}

#[tokio::test]
async fn a_signed_request_never_carries_the_secret() {
    let stage = bedrock(Some("AKIDEXAMPLE"));
    let upstream = Upstream::start(vec![stage.script(usize::MAX, vec![])]).await;
    let house = House::new(settings());
    house.ask(vec![stage.target(&upstream)]).await;
    assert!(!upstream.requests()[0].contains(SECRET));
}

#[tokio::test]
async fn an_error_before_the_first_text_is_left_for_the_next_target() {
    for stage in stages() {
        // What stands before the first text differs by dialect; the error is the first event.
        let failing = stage.script(0, vec![Act::Bytes(stage.overloaded.clone())]);
        let good = stage.script(usize::MAX, vec![]);
        let (one, two) = (
            Upstream::start(vec![failing]).await,
            Upstream::start(vec![good]).await,
        );
        let house = House::new(settings());
        let told = house
            .ask(vec![stage.target(&one), stage.target(&two)])
            .await;
        let name = stage.provider.as_str();
        assert_eq!(
            (told.text.as_str(), told.ended.attempts),
            ("Hello there", 2),
            "{name}"
        );
        let first = &house.settlements()[0];
        assert_eq!(first.how, How::Failed(Fault::ProviderDown), "{name}");
        assert_eq!(first.cost, Some(NanoUsd::ZERO), "{name}");
    }
}

#[tokio::test]
async fn a_stream_cut_after_its_first_text_is_never_an_end() {
    for stage in stages() {
        // Up to the part that carries "there".
        let parts = stage
            .good
            .iter()
            .position(|part| String::from_utf8_lossy(part).contains("there"));
        for then in [
            vec![],
            vec![Act::Reset],
            vec![Act::Bytes(stage.overloaded.clone())],
        ] {
            let failed = matches!(then.first(), Some(Act::Bytes(_)));
            let upstream = Upstream::start(vec![stage.script(parts.unwrap(), then)]).await;
            let house = House::new(settings());
            let told = house.ask(vec![stage.target(&upstream)]).await;
            let name = stage.provider.as_str();
            assert_eq!(told.text, "Hello ", "{name}");
            let expected = if failed {
                How::Failed(Fault::ProviderDown)
            } else {
                How::Cut
            };
            assert_eq!(told.ended.how, expected, "{name}");
            assert!(told.ended.estimated || told.ended.usage.is_some(), "{name}");
        }
    }
}

#[tokio::test]
async fn each_providers_refusal_is_read_in_its_own_language() {
    let table = [
        (
            anthropic(),
            529,
            r#"{"type":"error","error":{"type":"overloaded_error"}}"#,
            Fault::ProviderDown,
        ),
        (
            anthropic(),
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#,
            Fault::NoCredit,
        ),
        (
            gemini(),
            400,
            r#"{"error":{"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#,
            Fault::KeyRejected,
        ),
        (
            gemini(),
            429,
            r#"{"error":{"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"7s"}]}}"#,
            Fault::RateLimited,
        ),
        (
            bedrock(None),
            400,
            r#"{"message":"Input is too long for requested model."}"#,
            Fault::ContextTooLong,
        ),
        (
            bedrock(None),
            429,
            r#"{"message":"Too many requests"}"#,
            Fault::RateLimited,
        ),
        (
            azure(None),
            404,
            r#"{"error":{"code":"DeploymentNotFound"}}"#,
            Fault::ModelNotFound,
        ),
        (
            azure(None),
            400,
            r#"{"error":{"code":"content_filter"}}"#,
            Fault::ContentPolicy,
        ),
    ];
    for (stage, code, body, fault) in table {
        let upstream = Upstream::start(vec![status(code, "", body)]).await;
        let house = House::new(settings());
        let told = house.ask(vec![stage.target(&upstream)]).await;
        assert_eq!(told.ended.how, How::Failed(fault), "{body}");
        assert_eq!(told.ended.cost, Some(NanoUsd::ZERO), "{body}");
    }
}
