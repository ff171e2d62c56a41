//! A transit engine, by its documentation: a key with versions, associated data, errors in words.

use crate::stand_in::{Kept, Wrong, serve};
use crate::{context, egress, keeps_its_promises, rewraps};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use server::kms::{KeyService as _, KeyServiceError, Transit, TransitSettings};
use std::sync::{Arc, Mutex};

const TOKEN: &str = "hvs.of-the-client";

#[derive(Clone)]
struct Engine {
    wrong: Wrong,
    state: Arc<Mutex<Keys>>,
}

struct Keys {
    kind: &'static str,
    derived: bool,
    versions: Vec<Kept>,
    least: usize,
    says: Option<(u16, &'static str)>,
}

impl Engine {
    async fn start() -> (Self, TransitSettings) {
        let engine = Self {
            wrong: Wrong::default(),
            state: Arc::new(Mutex::new(Keys {
                kind: "aes256-gcm96",
                derived: false,
                versions: vec![Kept([9; 32])],
                least: 1,
                says: None,
            })),
        };
        let router = Router::new()
            .route("/v1/transit/{what}/{key}", any(answer))
            .with_state(engine.clone());
        let settings = TransitSettings {
            address: serve(router).await,
            namespace: Some("client".to_owned()),
            mount: "transit".to_owned(),
            key: "workspace".to_owned(),
        };
        (engine, settings)
    }

    fn set(&self, change: impl FnOnce(&mut Keys)) {
        change(&mut self.state.lock().unwrap());
    }
}

fn transit(settings: &TransitSettings) -> Transit {
    Transit::new(egress(), settings, &TOKEN.into()).unwrap()
}

fn errors(status: u16, words: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, json!({ "errors": [words] }).to_string()).into_response()
}

async fn answer(
    State(engine): State<Engine>,
    Path((what, key)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
    body: String,
) -> Response {
    let wrong = &engine.wrong;
    let state = engine.state.lock().unwrap();
    let has = |name: &str, value: &str| headers.get(name).is_some_and(|it| it == value);
    wrong.unless(has("x-vault-request", "true"), "no x-vault-request");
    wrong.unless(has("x-vault-namespace", "client"), "no namespace");
    if !has("x-vault-token", TOKEN) {
        return errors(403, "permission denied");
    }
    if let Some((status, words)) = state.says {
        return errors(status, words);
    }
    let Some(newest) = state.versions.last().filter(|_| key == "workspace") else {
        return match what.as_str() {
            "keys" => errors(404, ""),
            _ => errors(400, "encryption key not found"),
        };
    };
    let data = if what == "keys" {
        wrong.unless(method == Method::GET, "keys are read with GET");
        json!({ "type": state.kind, "derived": state.derived, "latest_version": state.versions.len() })
    } else {
        wrong.unless(method == Method::POST, "operations are posted");
        let request: Value = serde_json::from_str(&body).unwrap();
        let bytes = |name: &str| BASE64_STANDARD.decode(request[name].as_str().unwrap_or("!"));
        let Ok(bound) = bytes("associated_data") else {
            return errors(400, "failed to decode associated_data");
        };
        if what == "encrypt" {
            let wrapped = newest.wrap(&bytes("plaintext").unwrap(), &bound);
            let version = state.versions.len();
            json!({ "ciphertext": format!("vault:v{version}:{}", BASE64_STANDARD.encode(wrapped)) })
        } else {
            wrong.unless(
                what == "decrypt",
                "an operation that takes no associated data",
            );
            let text = request["ciphertext"].as_str().unwrap_or_default();
            let parts = text
                .strip_prefix("vault:v")
                .and_then(|text| text.split_once(':'));
            let Some((version, Ok(wrapped))) =
                parts.map(|(version, text)| (version, BASE64_STANDARD.decode(text)))
            else {
                return errors(400, "invalid ciphertext: could not decode base64");
            };
            let version: usize = version.parse().unwrap_or(0);
            if version < state.least {
                return errors(
                    400,
                    "ciphertext or signature version is disallowed by policy (too old)",
                );
            }
            let kept = state.versions.get(version - 1);
            match kept.and_then(|kept| kept.unwrap(&wrapped, &bound)) {
                Some(plain) => json!({ "plaintext": BASE64_STANDARD.encode(plain) }),
                None => return errors(400, "cipher: message authentication failed"),
            }
        }
    };
    json!({ "data": data }).to_string().into_response()
}

#[tokio::test]
async fn a_transit_engine_keeps_its_promises() {
    let (engine, settings) = Engine::start().await;
    let service = transit(&settings);
    keeps_its_promises(&service).await;
    rewraps(&service).await;
    engine.set(|keys| keys.versions.push(Kept([10; 32])));
    rewraps(&service).await;
    engine.wrong.nothing();
}

#[tokio::test]
async fn a_retired_version_is_a_refusal_until_it_is_wrapped_anew() {
    let (engine, settings) = Engine::start().await;
    let service = transit(&settings);
    let (key, wrapped) = service.generate(&context(7)).await.unwrap();
    engine.set(|keys| keys.versions.push(Kept([10; 32])));
    let anew = service.rewrap(&context(7), &wrapped).await.unwrap();
    engine.set(|keys| keys.least = 2);
    let old = service.unwrap(&context(7), &wrapped).await;
    assert_eq!(old.map(drop), Err(KeyServiceError::Denied));
    let opened = service.unwrap(&context(7), &anew).await.unwrap();
    assert_eq!(opened.bytes(), key.bytes());
}

#[tokio::test]
async fn what_the_engine_says_is_told_apart() {
    use KeyServiceError::{Denied, Misconfigured, NotFound, Unavailable};
    let (engine, settings) = Engine::start().await;
    let service = transit(&settings);
    let (_, wrapped) = service.generate(&context(7)).await.unwrap();
    let stranger = Transit::new(egress(), &settings, &"another".into()).unwrap();
    assert_eq!(stranger.describe().await, Err(Denied));
    let nobodys = TransitSettings {
        key: "nobodys".to_owned(),
        ..settings.clone()
    };
    let nobodys = transit(&nobodys);
    assert_eq!(nobodys.describe().await, Err(NotFound));
    assert_eq!(
        nobodys.unwrap(&context(7), &wrapped).await.map(drop),
        Err(NotFound)
    );
    engine.set(|keys| keys.says = Some((503, "Vault is sealed")));
    assert!(matches!(service.describe().await, Err(Unavailable(_))));
    engine.set(|keys| keys.says = Some((412, "required index state not present")));
    assert!(matches!(service.describe().await, Err(Unavailable(_))));
    engine.set(|keys| keys.says = None);
    for change in [
        |keys: &mut Keys| keys.kind = "rsa-4096",
        |keys: &mut Keys| (keys.kind, keys.derived) = ("aes256-gcm96", true),
    ] {
        engine.set(change);
        assert!(matches!(service.describe().await, Err(Misconfigured(_))));
    }
    engine.wrong.nothing();
}

#[test]
fn names_stay_within_their_path() {
    for (mount, key) in [
        ("transit/../sys", "x"),
        ("transit", "../x"),
        ("", "x"),
        ("transit", "a?b"),
        ("transit", ".."),
    ] {
        let settings = TransitSettings {
            address: "https://vault.example".to_owned(),
            namespace: None,
            mount: mount.to_owned(),
            key: key.to_owned(),
        };
        let made = Transit::new(egress(), &settings, &TOKEN.into()).map(drop);
        assert!(
            matches!(made, Err(KeyServiceError::Misconfigured(_))),
            "{mount} {key}"
        );
    }
}
