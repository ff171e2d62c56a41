//! Google Cloud KMS, by its documentation: a signed claim for a token, checksums both ways.

use crate::stand_in::{Kept, Wrong, serve};
use crate::{context, egress, keeps_its_promises, rewraps};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::encoding::Pkcs8V1Der;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, post};
use axum::{Form, Json};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use server::kms::{GoogleKms, GoogleSettings, KeyService as _, KeyServiceError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const KEY: &str = "projects/client/locations/europe-west3/keyRings/livery/cryptoKeys/workspace";
const EMAIL: &str = "livery@client.iam.example";

#[derive(Clone)]
struct Kms {
    wrong: Wrong,
    state: Arc<Mutex<Held>>,
}

struct Held {
    public: Vec<u8>,
    token_uri: String,
    primary: &'static str,
    purpose: &'static str,
    says: Option<(u16, &'static str)>,
    falls_over: bool,
}

impl Kms {
    /// The service, its settings, and the key file of an account of it.
    async fn start() -> (Self, GoogleSettings, String) {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let kms = Self {
            wrong: Wrong::default(),
            state: Arc::new(Mutex::new(Held {
                public: pair.public_key().as_ref().to_vec(),
                token_uri: String::new(),
                primary: "ENABLED",
                purpose: "ENCRYPT_DECRYPT",
                says: None,
                falls_over: false,
            })),
        };
        let router = Router::new()
            .route("/oauth/token", post(token))
            .route("/v1/{*name}", any(answer))
            .with_state(kms.clone());
        let address = serve(router).await;
        let token_uri = format!("{address}/oauth/token");
        kms.set(|held| held.token_uri.clone_from(&token_uri));
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let file = json!({
            "type": "service_account",
            "client_email": EMAIL,
            "private_key_id": "key-1",
            "private_key": format!(
                "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
                BASE64_STANDARD.encode(der.as_ref())
            ),
            "token_uri": token_uri,
        });
        let settings = GoogleSettings {
            key: KEY.to_owned(),
            endpoint: Some(address),
        };
        (kms, settings, file.to_string())
    }

    fn set(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.state.lock().unwrap());
    }
}

fn google(settings: &GoogleSettings, file: &str) -> GoogleKms {
    GoogleKms::new(egress(), settings, &file.into()).unwrap()
}

async fn token(State(kms): State<Kms>, Form(form): Form<HashMap<String, String>>) -> Response {
    let held = kms.state.lock().unwrap();
    let grant = form.get("grant_type").map(String::as_str);
    kms.wrong.unless(
        grant == Some("urn:ietf:params:oauth:grant-type:jwt-bearer"),
        "another grant",
    );
    let assertion = form.get("assertion").cloned().unwrap_or_default();
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &held.public);
    if key.verify(signed.as_bytes(), &signature).is_err() {
        let refusal = json!({ "error": "invalid_grant" }).to_string();
        return (StatusCode::BAD_REQUEST, refusal).into_response();
    }
    let claims = signed.split('.').nth(1).unwrap();
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    kms.wrong.unless(claims["iss"] == EMAIL, "another issuer");
    kms.wrong
        .unless(claims["aud"] == held.token_uri.as_str(), "another audience");
    let life = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    kms.wrong
        .unless(life <= 3_600, "a claim of more than an hour");
    Json(json!({ "access_token": "ya29.token", "expires_in": 3_600 })).into_response()
}

fn error(code: u16, status: &str) -> Response {
    let document = json!({ "error": { "code": code, "message": "as told", "status": status } });
    let code = StatusCode::from_u16(code).unwrap();
    (code, document.to_string()).into_response()
}

/// Bit by bit, unlike the program's own: from the polynomial as it is written in RFC 3720.
fn crc32c(bytes: &[u8]) -> String {
    let mut sum = u32::MAX;
    for byte in bytes {
        for bit in 0..8 {
            let high = sum >> 31 ^ u32::from(byte >> bit & 1);
            sum = sum << 1 ^ if high == 1 { 0x1edc_6f41 } else { 0 };
        }
    }
    (!sum.reverse_bits()).to_string()
}

async fn answer(
    State(kms): State<Kms>,
    Path(name): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: String,
) -> Response {
    let held = kms.state.lock().unwrap();
    let signed_in = headers
        .get("authorization")
        .is_some_and(|it| it == "Bearer ya29.token");
    if !signed_in {
        return error(401, "UNAUTHENTICATED");
    }
    if let Some((code, status)) = held.says {
        return error(code, status);
    }
    let Some(verb) = name.strip_prefix(KEY) else {
        return error(404, "NOT_FOUND");
    };
    if verb.is_empty() {
        kms.wrong
            .unless(method == Method::GET, "a key is read with GET");
        let primary = json!({ "state": held.primary });
        return Json(json!({ "name": KEY, "purpose": held.purpose, "primary": primary }))
            .into_response();
    }
    if held.primary != "ENABLED" {
        return error(400, "FAILED_PRECONDITION");
    }
    let request: Value = serde_json::from_str(&body).unwrap();
    let bytes = |name: &str| {
        let bytes = BASE64_STANDARD
            .decode(request[name].as_str().unwrap())
            .unwrap();
        let told = request[format!("{name}Crc32c")].as_str().map(str::to_owned);
        kms.wrong
            .unless(told == Some(crc32c(&bytes)), "a checksum does not fit");
        bytes
    };
    let bound = bytes("additionalAuthenticatedData");
    let kept = Kept([5; 32]);
    match verb {
        ":encrypt" => {
            let wrapped = kept.wrap(&bytes("plaintext"), &bound);
            let checksum = if held.falls_over {
                "1".to_owned()
            } else {
                crc32c(&wrapped)
            };
            Json(json!({
                "ciphertext": BASE64_STANDARD.encode(&wrapped),
                "ciphertextCrc32c": checksum,
                "verifiedPlaintextCrc32c": true,
                "verifiedAdditionalAuthenticatedDataCrc32c": true,
            }))
            .into_response()
        }
        ":decrypt" => match kept.unwrap(&bytes("ciphertext"), &bound) {
            Some(plain) => Json(json!({
                "plaintext": BASE64_STANDARD.encode(&plain),
                "plaintextCrc32c": crc32c(&plain),
            }))
            .into_response(),
            None => error(400, "INVALID_ARGUMENT"),
        },
        _ => error(404, "NOT_FOUND"),
    }
}

#[tokio::test]
async fn a_google_key_keeps_its_promises() {
    let (kms, settings, file) = Kms::start().await;
    let service = google(&settings, &file);
    keeps_its_promises(&service).await;
    rewraps(&service).await;
    kms.wrong.nothing();
}

#[tokio::test]
async fn what_google_says_is_told_apart() {
    use KeyServiceError::{
        Denied, Disabled, Misconfigured, NotFound, PendingDeletion, Unavailable,
    };
    let (kms, settings, file) = Kms::start().await;
    let service = google(&settings, &file);
    let (_, wrapped) = service.generate(&context(7)).await.unwrap();
    for (primary, expected) in [
        ("DISABLED", Disabled),
        ("DESTROY_SCHEDULED", PendingDeletion),
        ("DESTROYED", NotFound),
    ] {
        kms.set(|held| held.primary = primary);
        assert_eq!(service.describe().await, Err(expected), "{primary}");
        let opened = service.unwrap(&context(7), &wrapped).await;
        assert_eq!(opened.map(drop), Err(expected), "{primary}");
    }
    kms.set(|held| held.primary = "ENABLED");
    for (code, status, expected) in [
        (403, "PERMISSION_DENIED", Denied),
        (401, "UNAUTHENTICATED", Denied),
        (404, "NOT_FOUND", NotFound),
    ] {
        kms.set(|held| held.says = Some((code, status)));
        let opened = service.unwrap(&context(7), &wrapped).await;
        assert_eq!(opened.map(drop), Err(expected), "{status}");
    }
    kms.set(|held| held.says = Some((429, "RESOURCE_EXHAUSTED")));
    assert!(matches!(service.describe().await, Err(Unavailable(_))));
    kms.set(|held| (held.says, held.purpose) = (None, "ASYMMETRIC_SIGN"));
    assert!(matches!(service.describe().await, Err(Misconfigured(_))));
    kms.set(|held| held.falls_over = true);
    let made = service.generate(&context(7)).await.map(drop);
    assert!(matches!(made, Err(Unavailable(_))), "{made:?}");
    // Another account's key.
    let (_, _, stranger) = Kms::start().await;
    let mut stranger: Value = serde_json::from_str(&stranger).unwrap();
    let own: Value = serde_json::from_str(&file).unwrap();
    stranger["token_uri"] = own["token_uri"].clone();
    let stranger = google(&settings, &stranger.to_string());
    assert_eq!(stranger.describe().await, Err(Denied));
    kms.wrong.nothing();
}

#[tokio::test]
async fn what_is_no_key_file_or_no_key_is_refused() {
    let (_kms, settings, file) = Kms::start().await;
    for bad in [
        "",
        "{}",
        "not json",
        &file.replace("BEGIN PRIVATE", "BEGIN PUBLIC"),
    ] {
        let made = GoogleKms::new(egress(), &settings, &bad.into()).map(drop);
        assert!(
            matches!(made, Err(KeyServiceError::Misconfigured(_))),
            "{bad}"
        );
    }
    for key in [
        "workspace",
        "projects/a/locations/b/keyRings/c/cryptoKeys/../d",
        "projects/a/locations/b/keyRings/../cryptoKeys/d",
    ] {
        let settings = GoogleSettings {
            key: key.to_owned(),
            ..settings.clone()
        };
        let made = GoogleKms::new(egress(), &settings, &file.as_str().into()).map(drop);
        assert!(
            matches!(made, Err(KeyServiceError::Misconfigured(_))),
            "{key}"
        );
    }
}
