//! Texts as vectors: asked for in every dialect, read from every dialect, served in one.

use crate::golden;
use contract::keys::{KeyPlace, KeyProvider};
use proptest::prelude::*;
use serde_json::{Value, json};
use wire::chat::{Dropped, To};
use wire::door::{pass_embeddings, read_embeddings, write_embeddings};
use wire::embeddings::{EmbedDialect, EmbedRequest, Embeddings, Input, Purpose};
use wire::openai::Peer;
use wire::{ProviderFault, WireError};

const MODELS: [(&str, KeyProvider, &str); 8] = [
    ("openai", KeyProvider::OpenAi, "text-embedding-3-small"),
    ("azure", KeyProvider::Azure, "my deployment"),
    (
        "compatible",
        KeyProvider::OpenAiCompatible,
        "nomic-embed-text",
    ),
    ("mistral", KeyProvider::Mistral, "mistral-embed"),
    ("gemini", KeyProvider::Gemini, "gemini-embedding-001"),
    (
        "titan",
        KeyProvider::Bedrock,
        "amazon.titan-embed-text-v2:0",
    ),
    (
        "titan_1",
        KeyProvider::Bedrock,
        "amazon.titan-embed-text-v1",
    ),
    ("cohere", KeyProvider::Bedrock, "cohere.embed-v4:0"),
];

fn texts(texts: &[&str]) -> Vec<Input> {
    texts
        .iter()
        .map(|text| Input::Text((*text).into()))
        .collect()
}

fn to(model: &str) -> To<'_> {
    To {
        model,
        max_output: None,
    }
}

#[test]
fn every_provider_is_asked_as_it_was_agreed() {
    let requests = [
        (
            "plain",
            EmbedRequest {
                inputs: texts(&["Grüße", "日本"]),
                ..EmbedRequest::default()
            },
        ),
        (
            "one_with_settings",
            EmbedRequest {
                inputs: texts(&["Grüße"]),
                dimensions: Some(256),
                purpose: Purpose::Query,
            },
        ),
        (
            "tokens",
            EmbedRequest {
                inputs: vec![Input::Tokens(vec![1, 2])],
                ..EmbedRequest::default()
            },
        ),
    ];
    let mut wrong = Vec::new();
    for (name, provider, model) in MODELS {
        let dialect = EmbedDialect::of(provider, model).unwrap();
        let mut told = json!({"path": dialect.path(&KeyPlace::default(), to(model))});
        for (case, request) in &requests {
            told[case] = match dialect.encode(request, to(model)) {
                Ok(encoded) => {
                    let body: Value = serde_json::from_slice(&encoded.body).unwrap();
                    let dropped: Vec<&str> = encoded.dropped.iter().map(|what| what.0).collect();
                    json!({"body": body, "dropped": dropped})
                }
                Err(Dropped(what)) => json!({"refused": what}),
            };
        }
        let file = format!("../embeddings/{name}.json");
        wrong.extend(golden::difference(&file, &format!("{told:#}\n")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_makes_no_vectors_is_not_asked() {
    assert_eq!(EmbedDialect::of(KeyProvider::Anthropic, "claude"), None);
    assert_eq!(
        EmbedDialect::of(KeyProvider::Bedrock, "anthropic.claude"),
        None
    );
}

#[test]
fn every_provider_is_understood() {
    let two = |input_tokens| Embeddings {
        vectors: vec![vec![0.5, -1.0], vec![0.25, 2.0]],
        input_tokens,
    };
    let table = [
        (
            EmbedDialect::OpenAi(Peer::OpenAi),
            // In another order, one of them as base64.
            r#"{"object":"list","data":[{"index":1,"embedding":[0.25,2]},
                {"index":0,"embedding":"AAAAPwAAgL8="}],"usage":{"prompt_tokens":7,"total_tokens":7}}"#,
            two(Some(7)),
        ),
        (
            EmbedDialect::Mistral,
            r#"{"data":[{"embedding":[0.5,-1]},{"embedding":[0.25,2]}],"usage":{"total_tokens":6}}"#,
            two(Some(6)),
        ),
        (
            EmbedDialect::Gemini,
            r#"{"embeddings":[{"values":[0.5,-1]},{"values":[0.25,2]}]}"#,
            two(Some(99)),
        ),
        (
            EmbedDialect::Cohere,
            r#"{"embeddings":{"float":[[0.5,-1],[0.25,2]]},"texts":["a","b"]}"#,
            two(Some(99)),
        ),
        (
            EmbedDialect::Cohere,
            r#"{"embeddings":[[0.5,-1],[0.25,2]]}"#,
            two(Some(99)),
        ),
    ];
    for (dialect, body, expected) in table {
        assert_eq!(
            dialect.read(body.as_bytes(), 2, Some(99)),
            Ok(expected),
            "{body}"
        );
        // One text more, or one less, than there are vectors.
        assert_eq!(dialect.read(body.as_bytes(), 1, None), Err(WireError::Cut));
        assert_eq!(dialect.read(body.as_bytes(), 3, None), Err(WireError::Cut));
    }
    let titan = br#"{"embedding":[0.5,-1],"inputTextTokenCount":3}"#;
    let read = EmbedDialect::Titan.read(titan, 1, None).unwrap();
    assert_eq!((read.vectors.len(), read.input_tokens), (1, Some(3)));
}

#[test]
fn an_error_in_a_success_is_a_refusal() {
    let table = [
        (
            EmbedDialect::OpenAi(Peer::Compatible),
            r#"{"error":{"code":"insufficient_quota","message":"s3cret"}}"#,
            ProviderFault::NoCredit,
        ),
        (
            EmbedDialect::Gemini,
            r#"{"error":{"status":"RESOURCE_EXHAUSTED"}}"#,
            ProviderFault::RateLimited,
        ),
        (
            EmbedDialect::Titan,
            r#"{"__type":"ThrottlingException","message":"s3cret"}"#,
            ProviderFault::RateLimited,
        ),
    ];
    for (dialect, body, fault) in table {
        let Err(WireError::Refused(refused)) = dialect.read(body.as_bytes(), 1, None) else {
            unreachable!("{body}");
        };
        assert_eq!(refused.fault, fault, "{body}");
        assert!(!format!("{refused:?}").contains("s3cret"));
    }
}

#[test]
fn requests_are_read_or_refused_by_name() {
    let read = |body: &str| read_embeddings(body.as_bytes());
    let one = read(r#"{"model":"m","input":"a","user":"u"}"#).unwrap();
    assert_eq!(one.request.inputs, texts(&["a"]));
    assert_eq!(one.left_out.names(), ["user"]);
    let tokens = read(r#"{"model":"m","input":[[1,2],[3]],"encoding_format":"base64"}"#).unwrap();
    assert_eq!(
        tokens.request.inputs,
        [Input::Tokens(vec![1, 2]), Input::Tokens(vec![3])]
    );
    assert!(tokens.base64);
    let flat = read(r#"{"model":"m","input":[1,2]}"#).unwrap();
    assert_eq!(flat.request.inputs, [Input::Tokens(vec![1, 2])]);
    let table = [
        (r#"{"model":"m"}"#, "input: is required"),
        (
            r#"{"model":"m","input":[]}"#,
            "input: must hold 1 to 2048 texts",
        ),
        (
            r#"{"model":"m","input":["a",7]}"#,
            "input[1]: must be a text or a list of tokens",
        ),
        (
            r#"{"model":"m","input":[1,-2]}"#,
            "input: must be a text, a list of texts, or the same as tokens",
        ),
        (
            r#"{"model":"m","input":"a","encoding_format":"int8"}"#,
            "encoding_format: must be `float` or `base64`",
        ),
        (
            r#"{"model":"m","input":"a","dimensions":0}"#,
            "dimensions: must be a whole number from 1",
        ),
    ];
    for (body, said) in table {
        assert_eq!(read(body).unwrap_err().to_string(), said);
    }
}

#[test]
fn a_request_that_is_handed_on_changes_its_model_only() {
    let passed = pass_embeddings(br#"{"input":[[1]],"x":null,"model":"a"}"#, "b").unwrap();
    assert_eq!(passed, br#"{"input":[[1]],"x":null,"model":"b"}"#);
}

proptest! {
    #[test]
    fn what_we_serve_our_own_reader_reads(
        vectors in (1_usize..5).prop_flat_map(|length| {
            let number = -1.0e30_f32..1.0e30;
            prop::collection::vec(prop::collection::vec(number, length), 1..5)
        }),
        base64 in any::<bool>(),
    ) {
        let asked = vectors.len();
        let embeddings = Embeddings { vectors, input_tokens: Some(5) };
        let body = write_embeddings("m", &embeddings, base64);
        let read = EmbedDialect::OpenAi(Peer::OpenAi).read(&body, asked, None);
        prop_assert_eq!(read, Ok(embeddings));
    }

    #[test]
    fn garbage_is_never_a_vector(body in prop::collection::vec(any::<u8>(), 0..200)) {
        for (_, provider, model) in MODELS {
            let dialect = EmbedDialect::of(provider, model).unwrap();
            prop_assert!(dialect.read(&body, 1, None).is_err());
        }
        let _ = read_embeddings(&body);
    }
}
