//! An identity provider that answers exactly as it is told: honest, wrong in one place, or hostile.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::TcpListener;

/// What we are called there.
pub(crate) const CLIENT: &str = "livery";

/// What a code stands for.
struct Issued {
    challenge: String,
    id_token: String,
}

/// How the provider is to behave, and what was asked of it.
pub(crate) struct Script {
    /// Members of the discovery document that differ.
    pub(crate) discovery: Value,
    /// The whole key set, where it is not the honest one.
    pub(crate) keys: Option<String>,
    /// How long the key set is held back.
    pub(crate) slow: Duration,
    /// Names of the honest keys, the signing one last.
    pub(crate) names: Vec<String>,
    codes: HashMap<String, Issued>,
    /// Requests for the key set.
    pub(crate) key_requests: usize,
    /// Requests to the token endpoint.
    pub(crate) token_requests: usize,
}

struct Inner {
    issuer: String,
    pair: EcdsaKeyPair,
    script: Mutex<Script>,
}

/// The running provider. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Hostile(Arc<Inner>);

impl Hostile {
    /// Listens on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = Inner {
            issuer: format!("http://127.0.0.1:{port}"),
            pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            script: Mutex::new(Script {
                discovery: json!({}),
                keys: None,
                slow: Duration::ZERO,
                names: vec!["k1".to_owned()],
                codes: HashMap::new(),
                key_requests: 0,
                token_requests: 0,
            }),
        };
        let hostile = Self(Arc::new(inner));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .with_state(hostile.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        hostile
    }

    pub(crate) fn issuer(&self) -> String {
        self.0.issuer.clone()
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.0.script.lock().unwrap()
    }

    /// Coordinates of the public key.
    fn point(&self) -> (String, String) {
        let point = self.0.pair.public_key().as_ref();
        let part = |range| URL_SAFE_NO_PAD.encode(&point[range]);
        (part(1..33), part(33..65))
    }

    /// The public key as somebody would misuse it for HMAC.
    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        self.0.pair.public_key().as_ref().to_vec()
    }

    /// The honest key set.
    pub(crate) fn key_set(&self, names: &[String], usage: &str) -> Value {
        let (x, y) = self.point();
        let key = |name: &String| json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "use": usage, "alg": "ES256", "kid": name});
        json!({ "keys": names.iter().map(key).collect::<Vec<_>>() })
    }

    /// A token with this header and these claims, signed with the one key there is.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = unsigned(header, claims);
        let signature = self
            .0
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    /// The honest header.
    pub(crate) fn header(&self) -> Value {
        let name = self.script().names.last().cloned();
        json!({"alg": "ES256", "typ": "JWT", "kid": name})
    }

    /// Gives `code` for a token, to be exchanged once and with the right verifier.
    pub(crate) fn give(&self, code: &str, challenge: &str, id_token: String) {
        let issued = Issued {
            challenge: challenge.to_owned(),
            id_token,
        };
        self.script().codes.insert(code.to_owned(), issued);
    }
}

/// Header and claims before they are signed.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

async fn discovery(State(hostile): State<Hostile>) -> Json<Value> {
    let issuer = hostile.issuer();
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    let script = hostile.script();
    for (name, value) in script.discovery.as_object().unwrap() {
        document[name] = value.clone();
    }
    Json(document)
}

async fn jwks(State(hostile): State<Hostile>) -> Response {
    let (body, slow) = {
        let mut script = hostile.script();
        script.key_requests += 1;
        let honest = hostile.key_set(&script.names, "sig").to_string();
        (script.keys.clone().unwrap_or(honest), script.slow)
    };
    tokio::time::sleep(slow).await;
    ([("content-type", "application/json")], body).into_response()
}

async fn token(State(hostile): State<Hostile>, body: String) -> Response {
    let fields: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let issued = {
        let mut script = hostile.script();
        script.token_requests += 1;
        script.codes.remove(&field("code"))
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    match issued.filter(|issued| issued.challenge == challenge) {
        Some(issued) => Json(json!({
            "access_token": "opaque",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": issued.id_token,
        }))
        .into_response(),
        None => (
            StatusCode::BAD_REQUEST,
            Json(json!({"error": "invalid_grant"})),
        )
            .into_response(),
    }
}
