//! A client's AWS KMS: a real emulator, its owner's hand on the key, and a line to it that can fail.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

/// Headers that the emulator has to see.
const PASSED_ON: [&str; 4] = [
    "content-type",
    "x-amz-target",
    "x-amz-date",
    "authorization",
];
/// As of a request that AWS would accept; the emulator does not verify it.
const SIGNED: &str = "AWS4-HMAC-SHA256 \
    Credential=owner/20260101/eu-central-1/kms/aws4_request, SignedHeaders=host, Signature=0";

/// What the line to the service does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Passes it on.
    Good,
    /// Lets it wait for longer than anybody does.
    Silent,
    /// Answers with something that is no answer.
    Garbage,
    /// Asks for fewer requests.
    Throttled,
    /// Reports trouble.
    Broken,
}

/// The emulator behind its line.
pub(crate) struct KmsLine {
    emulator: String,
    address: String,
    line: Arc<Mutex<Line>>,
    asked: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Passing {
    emulator: String,
    line: Arc<Mutex<Line>>,
    asked: Arc<AtomicUsize>,
    client: Client,
}

impl KmsLine {
    /// `None` only outside continuous integration, when no emulator was named.
    pub(crate) async fn open() -> Option<Self> {
        let named = std::env::var("KMS_LOCALSTACK_URL").ok();
        assert!(
            named.is_some() || std::env::var("CI").is_err(),
            "KMS_LOCALSTACK_URL must name a running emulator"
        );
        let emulator = named?;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let passing = Passing {
            emulator: emulator.clone(),
            line: Arc::new(Mutex::new(Line::Good)),
            asked: Arc::default(),
            client: Client::builder().no_proxy().build().unwrap(),
        };
        let (line, asked) = (passing.line.clone(), passing.asked.clone());
        let router = Router::new().fallback(any(pass)).with_state(passing);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Some(Self {
            emulator,
            address,
            line,
            asked,
        })
    }

    /// Where the server finds the service.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn set(&self, line: Line) {
        *self.line.lock().unwrap() = line;
    }

    /// Requests that the server has made so far.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// What the key's owner does, past the line.
    pub(crate) async fn owner(&self, operation: &str, request: &Value) -> Value {
        let answer = Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .post(&self.emulator)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("TrentService.{operation}"))
            .header("authorization", SIGNED)
            .body(request.to_string())
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let body = answer.text().await.unwrap();
        assert!(status.is_success(), "{operation}: {body}");
        serde_json::from_str(&body).unwrap_or(Value::Null)
    }

    /// A new symmetric key; its ARN.
    pub(crate) async fn new_key(&self) -> String {
        let made = self.owner("CreateKey", &json!({})).await;
        made["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    }
}

async fn pass(State(passing): State<Passing>, headers: HeaderMap, body: Bytes) -> Response {
    passing.asked.fetch_add(1, Ordering::SeqCst);
    let line = *passing.line.lock().unwrap();
    let trouble = |kind: &str| json!({ "__type": kind, "message": "as told" }).to_string();
    match line {
        Line::Good => {}
        Line::Silent => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            return StatusCode::GATEWAY_TIMEOUT.into_response();
        }
        Line::Garbage => {
            return (StatusCode::OK, "<html>Welcome to the wifi</html>").into_response();
        }
        Line::Throttled => {
            return (StatusCode::BAD_REQUEST, trouble("ThrottlingException")).into_response();
        }
        Line::Broken => {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            return (status, trouble("KMSInternalException")).into_response();
        }
    }
    let mut request = passing.client.post(&passing.emulator).body(body);
    for name in PASSED_ON {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let kind = answer.headers().get("content-type").cloned();
    let body = answer.bytes().await.unwrap();
    let mut response = (status, body).into_response();
    if let Some(kind) = kind {
        response.headers_mut().insert("content-type", kind);
    }
    response
}
