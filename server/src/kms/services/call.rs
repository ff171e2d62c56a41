//! One bounded HTTP call to a key service, through the engine's guarded way out.
//!
//! Refuses to pass on what a service says in words: bodies stay with the caller, and no error
//! carries one.

use super::KeyServiceError;
use engine::Egress;
use engine::egress::refused_in;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Response};
use serde_json::Value;
use std::time::Duration;
use zeroize::Zeroizing;

/// One try.
const EACH: Duration = Duration::from_millis(2_500);
/// All tries together.
const IN_ALL: Duration = Duration::from_secs(6);
/// Waits between tries, each give or take a half.
const WAITS: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(300)];
/// Most of an answer that is read, in bytes; a wrapped key is far below it.
const ANSWER_MAX_BYTES: usize = 64 * 1024;

/// What is asked.
pub(super) struct Call<'a> {
    pub(super) base: &'a str,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) headers: HeaderMap,
    pub(super) body: CallBody,
}

/// What goes along.
pub(super) enum CallBody {
    Nothing,
    Json(Zeroizing<Vec<u8>>),
    Form(Zeroizing<String>),
}

/// What came back, whatever its status, except that the service is in trouble.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Zeroizing<Vec<u8>>,
}

impl Answer {
    /// The body as JSON.
    pub(super) fn json(&self) -> Result<Value, KeyServiceError> {
        serde_json::from_slice(&self.body)
            .map_err(|_| KeyServiceError::Unavailable("its answer cannot be read"))
    }
}

impl CallBody {
    /// A JSON document that may hold a key.
    pub(super) fn json(document: &Value) -> Self {
        Self::Json(Zeroizing::new(document.to_string().into_bytes()))
    }
}

/// A header whose value is a secret.
pub(super) fn secret_header(value: &str) -> Result<HeaderValue, KeyServiceError> {
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| KeyServiceError::Misconfigured("the access cannot stand in a request"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Asks, up to three times while the service is in trouble.
pub(super) async fn call(egress: &Egress, call: &Call<'_>) -> Result<Answer, KeyServiceError> {
    let asked = async {
        for wait in WAITS {
            match once(egress, call).await {
                Err(KeyServiceError::Unavailable(_)) => {}
                outcome => return outcome,
            }
            tokio::time::sleep(jittered(wait)).await;
        }
        once(egress, call).await
    };
    let slow = Err(KeyServiceError::Unavailable("it took too long"));
    tokio::time::timeout(IN_ALL, asked).await.unwrap_or(slow)
}

async fn once(egress: &Egress, call: &Call<'_>) -> Result<Answer, KeyServiceError> {
    let blocked = KeyServiceError::Misconfigured("its address may not be reached from here");
    let (client, mut url) = egress.address(call.base, call.path).map_err(|_| blocked)?;
    url.set_query(call.query);
    let request = match &call.body {
        CallBody::Nothing => client.request(Method::GET, url),
        CallBody::Json(body) => client
            .request(Method::POST, url)
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_vec()),
        CallBody::Form(body) => client
            .request(Method::POST, url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.as_bytes().to_vec()),
    };
    let sent = async {
        let answer = request.headers(call.headers.clone()).send().await?;
        let status = answer.status().as_u16();
        Ok::<_, reqwest::Error>((status, read(answer).await?))
    };
    let (status, body) = match tokio::time::timeout(EACH, sent).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) if refused_in(&error).is_some() => return Err(blocked),
        Ok(Err(_)) => return Err(KeyServiceError::Unavailable("it cannot be reached")),
        Err(_) => return Err(KeyServiceError::Unavailable("it took too long")),
    };
    let body = body.ok_or(KeyServiceError::Unavailable("its answer is too long"))?;
    match status {
        429 => Err(KeyServiceError::Unavailable("it asks for fewer requests")),
        300..=399 => Err(KeyServiceError::Unavailable("it points elsewhere")),
        500.. => Err(KeyServiceError::Unavailable(
            "it reports trouble of its own",
        )),
        status => Ok(Answer { status, body }),
    }
}

/// `None`: longer than anything a service says.
async fn read(mut answer: Response) -> Result<Option<Zeroizing<Vec<u8>>>, reqwest::Error> {
    // Room for everything at once, so that no copy of a key is left behind by a growing buffer.
    let mut body = Zeroizing::new(Vec::with_capacity(ANSWER_MAX_BYTES));
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > ANSWER_MAX_BYTES {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

fn jittered(wait: Duration) -> Duration {
    use rand::RngExt as _;
    wait.mul_f64(rand::rng().random_range(0.5..1.5))
}
