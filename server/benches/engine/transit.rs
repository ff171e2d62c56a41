//! A transit engine on loopback with one key, which wraps and opens for real and counts what it is asked.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpListener;

pub(crate) const KEY: &str = "bench";
pub(crate) const TOKEN: &str = "hvs.bench";

pub(crate) struct Service {
    pub(crate) port: u16,
    asked: Arc<AtomicU64>,
}

impl Service {
    /// Requests so far.
    pub(crate) fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }
}

#[derive(Clone)]
struct Held {
    cipher: Aes256Gcm,
    asked: Arc<AtomicU64>,
}

/// Serves until the program ends.
pub(crate) async fn start() -> Service {
    let asked = Arc::<AtomicU64>::default();
    let held = Held {
        cipher: Aes256Gcm::new(&rand::random::<[u8; 32]>().into()),
        asked: Arc::clone(&asked),
    };
    let router = Router::new()
        .route("/v1/transit/{what}/{key}", any(answer))
        .with_state(held);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Service { port, asked }
}

async fn answer(
    State(held): State<Held>,
    Path((what, key)): Path<(String, String)>,
    headers: HeaderMap,
    body: String,
) -> Response {
    held.asked.fetch_add(1, Ordering::SeqCst);
    let known = headers.get("x-vault-token").is_some_and(|it| it == TOKEN);
    if !known || key != KEY {
        return refuse(403, "permission denied");
    }
    if what == "keys" {
        let data = json!({ "type": "aes256-gcm96", "derived": false, "latest_version": 1 });
        return json!({ "data": data }).to_string().into_response();
    }
    let asked: Value = serde_json::from_str(&body).unwrap();
    let bytes = |text: &str| BASE64_STANDARD.decode(text).unwrap();
    let field = |name: &str| bytes(asked[name].as_str().unwrap());
    let bound = field("associated_data");
    let data = if what == "encrypt" {
        let nonce: [u8; 12] = rand::random();
        let payload = Payload {
            msg: &field("plaintext"),
            aad: &bound,
        };
        let sealed = held.cipher.encrypt(&Nonce::from(nonce), payload).unwrap();
        let wrapped = BASE64_STANDARD.encode([&nonce[..], &sealed].concat());
        json!({ "ciphertext": format!("vault:v1:{wrapped}") })
    } else {
        let wrapped = asked["ciphertext"].as_str().unwrap();
        let wrapped = bytes(wrapped.trim_start_matches("vault:v1:"));
        let (nonce, sealed) = wrapped.split_first_chunk::<12>().unwrap();
        let payload = Payload {
            msg: sealed,
            aad: &bound,
        };
        match held.cipher.decrypt(&Nonce::from(*nonce), payload) {
            Ok(plain) => json!({ "plaintext": BASE64_STANDARD.encode(plain) }),
            Err(_) => return refuse(400, "cipher: message authentication failed"),
        }
    };
    json!({ "data": data }).to_string().into_response()
}

fn refuse(status: u16, words: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, json!({ "errors": [words] }).to_string()).into_response()
}
