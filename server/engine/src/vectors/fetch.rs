//! The calls of one attempt.
//!
//! Owns the split into as many texts as the provider takes at once, what is read of its answers, and how
//! much. Refuses an answer that is larger than vectors can be.

use super::embed::{Work, input_tokens};
use crate::admission::{Provider, Target};
use crate::attempt::{NotOpened, egress_within, not_sent, refused};
use crate::credential::{CannotSign, Credential};
use crate::fault::Fault;
use crate::settings::Limits;
use crate::settle::Charge;
use futures_util::future::join_all;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Response};
use secrecy::SecretString;
use tokio::time::{Instant, timeout, timeout_at};
use wire::chat::To;
use wire::embeddings::{EmbedDialect, EmbedRequest, Embeddings};

/// Calls of one attempt at the same time.
const AT_ONCE: usize = 4;
/// Most bytes of an answer for each text: 4,096 numbers of 24 characters.
const BYTES_EACH: usize = 96 * 1024;
/// Most bytes of one answer.
const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Where Bedrock says how many tokens were read.
const TOLD: &str = "x-amzn-bedrock-input-token-count";

/// Who calls whom.
pub(super) struct Caller<'a> {
    pub(super) work: Work<'a>,
    pub(super) target: &'a Target,
    pub(super) dialect: EmbedDialect,
    pub(super) limits: Limits,
    pub(super) secret: SecretString,
}

/// What came of all calls.
pub(super) struct Fetched {
    pub(super) vectors: Result<Embeddings, NotOpened>,
    /// Tokens read, where the provider said so of every call that is charged for.
    pub(super) counted: Option<u64>,
    /// The same as we estimate it.
    pub(super) read: u64,
}

/// Makes every call, a few at the same time, and stops after the first that fails.
pub(super) async fn fetch(caller: &Caller<'_>) -> Fetched {
    let request = caller.work.request;
    let total = Instant::now() + caller.limits.total;
    let parts: Vec<EmbedRequest> = request
        .inputs
        .chunks(caller.dialect.most_inputs())
        .map(|inputs| EmbedRequest {
            inputs: inputs.to_vec(),
            ..*request
        })
        .collect();
    let mut fetched = Fetched {
        vectors: Ok(Embeddings::default()),
        counted: Some(0),
        read: 0,
    };
    for parts in parts.chunks(AT_ONCE) {
        let answers = join_all(parts.iter().map(|part| call(caller, part, total))).await;
        for (part, answer) in parts.iter().zip(answers) {
            fetched.add(input_tokens(part), answer);
        }
        if fetched.vectors.is_err() {
            break;
        }
    }
    if fetched.read == 0 {
        fetched.counted = None;
    }
    fetched
}

impl Fetched {
    /// Adds what one call gave, or why it gave nothing. Calls beside it are charged for all the same.
    fn add(&mut self, tokens: u64, answer: Result<Embeddings, NotOpened>) {
        match answer {
            Ok(answer) => {
                self.read = self.read.saturating_add(tokens);
                self.counted = self.counted.zip(answer.input_tokens).map(|(a, b)| a + b);
                self.join(answer);
            }
            Err(not) => {
                if not.charge == Charge::Used {
                    self.read = self.read.saturating_add(tokens);
                    self.counted = None;
                }
                if self.vectors.is_ok() {
                    self.vectors = Err(not);
                }
            }
        }
    }

    /// All vectors have one length; a provider that changes it in the middle has changed its model.
    fn join(&mut self, answer: Embeddings) {
        let Ok(all) = &mut self.vectors else {
            return;
        };
        let (one, other) = (all.vectors.first(), answer.vectors.first());
        if one.is_some_and(|one| other.is_none_or(|other| one.len() != other.len())) {
            self.vectors = Err(NotOpened::used(Fault::Cut));
            return;
        }
        all.input_tokens = if all.vectors.is_empty() {
            answer.input_tokens
        } else {
            all.input_tokens
                .zip(answer.input_tokens)
                .map(|(a, b)| a + b)
        };
        all.vectors.extend(answer.vectors);
    }
}

/// One call, until it is answered, late or stopped.
async fn call(
    caller: &Caller<'_>,
    part: &EmbedRequest,
    total: Instant,
) -> Result<Embeddings, NotOpened> {
    let late = total.min(Instant::now() + caller.limits.first_text);
    tokio::select! {
        biased;
        () = caller.work.stop.cancelled() => Err(NotOpened::used(Fault::Timeout)),
        answer = timeout_at(late, send(caller, part)) => {
            answer.unwrap_or(Err(NotOpened::used(Fault::Timeout)))
        }
    }
}

async fn send(caller: &Caller<'_>, part: &EmbedRequest) -> Result<Embeddings, NotOpened> {
    let request = build(caller, part).map_err(NotOpened::free)?;
    let response = match timeout(caller.limits.head, request.send()).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => return Err(not_sent(&error)),
        Err(_) => return Err(NotOpened::used(Fault::Timeout)),
    };
    let dialect = caller.dialect;
    if !response.status().is_success() {
        let read = |status, body: &[u8], told| dialect.read_refusal(status, body, told);
        return Err(refused(response, read).await);
    }
    let told = response.headers().get(TOLD);
    let told = told.and_then(|it| it.to_str().ok()?.parse().ok());
    let most = part.inputs.len().saturating_mul(BYTES_EACH).min(BYTES_MAX);
    let body = read(response, most).await;
    body.and_then(|body| dialect.read(&body, part.inputs.len(), told).ok())
        .ok_or(NotOpened::used(Fault::Cut))
}

fn build(caller: &Caller<'_>, part: &EmbedRequest) -> Result<reqwest::RequestBuilder, Fault> {
    let (target, dialect) = (caller.target, caller.dialect);
    let Provider::Keyed(provider) = target.key.provider else {
        return Err(Fault::NoTarget);
    };
    let to = To {
        model: &target.model,
        max_output: None,
    };
    let base = target.key.base_url.as_deref().unwrap_or_default();
    let egress = egress_within(caller.work.shared, caller.limits.connect);
    let (client, url) = egress
        .address(base, &dialect.path(&target.key.place, to))
        .map_err(|_| Fault::EgressRefused)?;
    let encoded = dialect.encode(part, to).map_err(|dropped| {
        tracing::info!(
            what = dropped.0,
            ?dialect,
            "vectors cannot be asked for this"
        );
        Fault::BadRequest
    })?;
    for dropped in &encoded.dropped {
        tracing::debug!(
            what = dropped.0,
            ?dialect,
            "vectors were asked for without this"
        );
    }
    let credential = Credential {
        provider,
        place: &target.key.place,
        secret: &caller.secret,
    };
    let mut headers = credential
        .headers((&Method::POST, &url, &encoded.body))
        .map_err(|CannotSign| Fault::KeyRejected)?;
    let json = HeaderValue::from_static("application/json");
    headers.insert(CONTENT_TYPE, json.clone());
    headers.insert(ACCEPT, json);
    Ok(client.post(url).headers(headers).body(encoded.body))
}

/// The whole body; `None`: it broke off, or it is larger than it may be.
async fn read(mut response: Response, most: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(bytes)) if body.len() + bytes.len() <= most => body.extend_from_slice(&bytes),
            Ok(None) => return Some(body),
            Ok(Some(_)) | Err(_) => return None,
        }
    }
}
