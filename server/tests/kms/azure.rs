//! Azure Key Vault, by its documentation: sign-in for a token, versions of a key, errors by code.

use crate::stand_in::{Kept, Wrong, serve};
use crate::{context, egress, keeps_its_promises, rewraps};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Json};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use server::kms::{AzureKeyVault, AzureSettings, KeyService as _, KeyServiceError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const SECRET: &str = "client-secret~of.the-application";

#[derive(Clone)]
struct Vault {
    wrong: Wrong,
    state: Arc<Mutex<State_>>,
}

struct State_ {
    address: String,
    kind: &'static str,
    enabled: bool,
    expires: u64,
    newest: usize,
    lasts: u64,
    tokens: usize,
    says: Option<(u16, Value)>,
}

type Fields = HashMap<String, String>;

impl Vault {
    async fn start() -> (Self, AzureSettings) {
        let vault = Self {
            wrong: Wrong::default(),
            state: Arc::new(Mutex::new(State_ {
                address: String::new(),
                kind: "RSA-HSM",
                enabled: true,
                expires: 4_000_000_000,
                newest: 1,
                lasts: 3_600,
                tokens: 0,
                says: None,
            })),
        };
        let router = Router::new()
            .route("/directory-1/oauth2/v2.0/token", post(token))
            .route("/keys/wrapper", get(describe))
            .route("/keys/wrapper/{version}/{operation}", post(operate))
            .with_state(vault.clone());
        let address = serve(router).await;
        vault.set(|state| state.address.clone_from(&address));
        let settings = AzureSettings {
            vault: address.clone(),
            key: "wrapper".to_owned(),
            directory: "directory-1".to_owned(),
            client_id: "application-1".to_owned(),
            login: Some(address),
        };
        (vault, settings)
    }

    fn set(&self, change: impl FnOnce(&mut State_)) {
        change(&mut self.state.lock().unwrap());
    }

    /// A refusal, unless the request is one of an application that signed in.
    fn refusal(&self, headers: &HeaderMap, query: &Fields) -> Option<Response> {
        let state = self.state.lock().unwrap();
        let version = query.get("api-version").map(String::as_str);
        self.wrong.unless(version == Some("7.4"), "no api-version");
        let expected = format!("Bearer token-{}", state.tokens);
        if headers
            .get("authorization")
            .is_none_or(|it| *it != expected)
        {
            return Some(error(401, "Unauthorized", None));
        }
        let (status, document) = state.says.clone()?;
        let status = StatusCode::from_u16(status).unwrap();
        Some((status, document.to_string()).into_response())
    }
}

fn error(status: u16, code: &str, inner: Option<&str>) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, refused(code, inner).to_string()).into_response()
}

fn refused(code: &str, inner: Option<&str>) -> Value {
    let inner = inner.map_or(Value::Null, |code| json!({ "code": code }));
    json!({ "error": { "code": code, "message": "as told", "innererror": inner } })
}

async fn token(State(vault): State<Vault>, Form(form): Form<Fields>) -> Response {
    let has = |name: &str, value: &str| form.get(name).is_some_and(|it| it == value);
    vault
        .wrong
        .unless(has("grant_type", "client_credentials"), "another grant");
    vault.wrong.unless(
        has("scope", "https://vault.azure.net/.default"),
        "another scope",
    );
    if !has("client_id", "application-1") || !has("client_secret", SECRET) {
        let refusal = json!({ "error": "invalid_client", "error_description": SECRET });
        return (StatusCode::UNAUTHORIZED, refusal.to_string()).into_response();
    }
    let mut state = vault.state.lock().unwrap();
    state.tokens += 1;
    let token = format!("token-{}", state.tokens);
    Json(json!({ "access_token": token, "expires_in": state.lasts, "token_type": "Bearer" }))
        .into_response()
}

async fn describe(
    State(vault): State<Vault>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = vault.refusal(&headers, &query) {
        return refusal;
    }
    let state = vault.state.lock().unwrap();
    let kid = format!("{}/keys/wrapper/{:032}", state.address, state.newest);
    Json(json!({
        "key": { "kid": kid, "kty": state.kind },
        "attributes": { "enabled": state.enabled, "exp": state.expires },
    }))
    .into_response()
}

async fn operate(
    State(vault): State<Vault>,
    Path((version, operation)): Path<(String, String)>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> Response {
    if let Some(refusal) = vault.refusal(&headers, &query) {
        return refusal;
    }
    let state = vault.state.lock().unwrap();
    let expected = if state.kind.starts_with("RSA") {
        "RSA-OAEP-256"
    } else {
        "A256KW"
    };
    let number: u8 = version.parse().unwrap_or(0);
    if number == 0 || usize::from(number) > state.newest {
        return error(404, "KeyNotFound", None);
    }
    if request["alg"] != expected {
        return error(400, "BadParameter", None);
    }
    let value = BASE64_URL_SAFE_NO_PAD
        .decode(request["value"].as_str().unwrap_or_default())
        .unwrap();
    let kept = Kept([number; 32]);
    let made = if operation == "wrapkey" {
        Some(kept.wrap(&value, b""))
    } else {
        vault
            .wrong
            .unless(operation == "unwrapkey", "another operation");
        kept.unwrap(&value, b"")
    };
    let kid = format!("{}/keys/wrapper/{version}", state.address);
    match made {
        Some(made) => Json(json!({ "kid": kid, "value": BASE64_URL_SAFE_NO_PAD.encode(made) }))
            .into_response(),
        None => error(400, "BadParameter", None),
    }
}

fn azure(settings: &AzureSettings) -> AzureKeyVault {
    AzureKeyVault::new(egress(), settings, &SECRET.into()).unwrap()
}

#[tokio::test]
async fn an_azure_key_keeps_its_promises() {
    for kind in ["RSA-HSM", "oct-HSM"] {
        let (vault, settings) = Vault::start().await;
        vault.set(|state| state.kind = kind);
        let service = azure(&settings);
        keeps_its_promises(&service).await;
        rewraps(&service).await;
        vault.set(|state| state.newest = 2);
        let (key, old) = service.generate(&context(7)).await.unwrap();
        rewraps(&service).await;
        assert_eq!(
            service.unwrap(&context(7), &old).await.unwrap().bytes(),
            key.bytes()
        );
        vault.wrong.nothing();
        assert_eq!(
            vault.state.lock().unwrap().tokens,
            1,
            "one sign-in serves many calls"
        );
    }
}

#[tokio::test]
async fn a_token_is_asked_for_again_before_it_ends() {
    let (vault, settings) = Vault::start().await;
    vault.set(|state| state.lasts = 30);
    let service = azure(&settings);
    service.describe().await.unwrap();
    service.describe().await.unwrap();
    assert_eq!(
        vault.state.lock().unwrap().tokens,
        2,
        "its last minute is not used"
    );
}

#[tokio::test]
async fn who_can_wrap_cannot_plant_a_key() {
    let (_vault, settings) = Vault::start().await;
    let service = azure(&settings);
    let (_, stored) = service.generate(&context(7)).await.unwrap();
    // Everybody can wrap with the public half; the tag takes knowing what was wrapped by us.
    let known = Kept([1; 32]).wrap(&[0xaa; 32], b"");
    let place = stored.len() - 32 - known.len();
    let mut planted = stored.clone();
    planted[place..place + known.len()].copy_from_slice(&known);
    let opened = service.unwrap(&context(7), &planted).await;
    assert_eq!(opened.map(drop), Err(KeyServiceError::Tampered));
    // A row cannot choose its own vault.
    let elsewhere = Vault::start().await.1;
    let moved = String::from_utf8_lossy(&stored).contains(&settings.vault);
    assert!(moved, "the key's name is in the blob");
    let theirs = azure(&elsewhere);
    let opened = theirs.unwrap(&context(7), &stored).await;
    assert_eq!(opened.map(drop), Err(KeyServiceError::Tampered));
}

#[tokio::test]
async fn what_azure_says_is_told_apart() {
    use KeyServiceError::{Denied, Disabled, NotFound, PendingDeletion, Unavailable};
    let (vault, settings) = Vault::start().await;
    let service = azure(&settings);
    let (_, wrapped) = service.generate(&context(7)).await.unwrap();
    for (status, document, expected) in [
        (403, refused("Forbidden", Some("KeyDisabled")), Disabled),
        (403, refused("Forbidden", Some("AccessDenied")), Denied),
        (403, refused("Forbidden", Some("ForbiddenByPolicy")), Denied),
        (401, refused("Unauthorized", None), Denied),
        (404, refused("KeyNotFound", None), NotFound),
        (
            409,
            refused("Conflict", Some("ObjectIsDeletedButRecoverable")),
            PendingDeletion,
        ),
    ] {
        vault.set(|state| state.says = Some((status, document)));
        let opened = service.unwrap(&context(7), &wrapped).await;
        assert_eq!(opened.map(drop), Err(expected));
    }
    // A gate in front of it that says no in another language says nothing about the key.
    vault.set(|state| state.says = Some((403, json!("<html>"))));
    assert!(matches!(
        service.unwrap(&context(7), &wrapped).await,
        Err(Unavailable(_))
    ));
    vault.set(|state| state.says = None);
    vault.set(|state| state.enabled = false);
    assert_eq!(service.describe().await, Err(Disabled));
    vault.set(|state| (state.enabled, state.expires) = (true, 1));
    assert_eq!(service.describe().await, Err(Disabled));
    let stranger = AzureKeyVault::new(egress(), &settings, &"wrong".into()).unwrap();
    assert_eq!(stranger.describe().await, Err(Denied));
    vault.wrong.nothing();
}
