//! One request of a check, bounded in time and size.

use super::KeyCheck;
use crate::credential::{CannotSign, Credential};
use crate::egress::{Egress, EgressRefused, refused_in};
use contract::keys::KeyProvider;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, Method, Response, Url};
use std::time::Duration;
use tokio::time::timeout;
use wire::key_check::{Ask, probe_base_url};

/// The longest one request takes, body included.
const EACH: Duration = Duration::from_secs(10);
/// Most of a body that is read, in bytes.
const BODY_MAX_BYTES: usize = 1024 * 1024;

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// The organisation that the answer's headers name.
    pub(super) organisation: Option<String>,
}

/// Why nothing usable came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoReply {
    /// The address may not be reached from here.
    Refused(EgressRefused),
    /// No such name, nobody listens, the connection broke or TLS failed.
    Unreachable,
    /// It took too long.
    Slow,
    /// More came than any provider sends.
    TooLong,
    /// What was typed cannot stand in a request.
    CannotSign,
}

/// The way to one provider with one key.
pub(super) struct Probe<'a> {
    egress: &'a Egress,
    check: &'a KeyCheck,
}

impl<'a> Probe<'a> {
    pub(super) const fn new(egress: &'a Egress, check: &'a KeyCheck) -> Self {
        Self { egress, check }
    }

    /// Whether anybody answers at the address. The key stays here.
    pub(super) async fn reach(&self) -> Result<(), NoReply> {
        let (client, url) = self.address(&self.check.base_url, "")?;
        let sent = timeout(EACH, client.get(url).send()).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(why(&error)),
            Err(_) => Err(NoReply::Slow),
        }
    }

    /// Asks for `path` (with its query) with the key.
    pub(super) async fn get(&self, path: &str) -> Result<Reply, NoReply> {
        let base = probe_base_url(self.check.provider, &self.check.base_url);
        let (client, url) = self.address(&base, path)?;
        let headers = self.headers(&Method::GET, &url, &[])?;
        self.send(client.get(url).headers(headers)).await
    }

    /// Posts a question with the key.
    pub(super) async fn post(&self, ask: Ask) -> Result<Reply, NoReply> {
        let (client, url) = self.address(&self.check.base_url, &ask.path)?;
        let mut headers = self.headers(&Method::POST, &url, &ask.body)?;
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        self.send(client.post(url).headers(headers).body(ask.body))
            .await
    }

    fn address(&self, base: &str, path: &str) -> Result<(&Client, Url), NoReply> {
        self.egress.address(base, path).map_err(NoReply::Refused)
    }

    fn headers(&self, method: &Method, url: &Url, body: &[u8]) -> Result<HeaderMap, NoReply> {
        let credential = Credential {
            provider: self.check.provider,
            place: &self.check.place,
            secret: &self.check.secret,
        };
        let signed = credential.headers((method, url, body));
        let mut headers = signed.map_err(|CannotSign| NoReply::CannotSign)?;
        headers.insert("accept", HeaderValue::from_static("application/json"));
        Ok(headers)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Reply, NoReply> {
        let whole = async {
            let response = request.send().await.map_err(|error| why(&error))?;
            read(response, self.check.provider).await
        };
        timeout(EACH, whole).await.map_err(|_| NoReply::Slow)?
    }
}

async fn read(mut response: Response, provider: KeyProvider) -> Result<Reply, NoReply> {
    let organisation = match provider {
        KeyProvider::OpenAi => response.headers().get("openai-organization"),
        KeyProvider::Anthropic => response.headers().get("anthropic-organization-id"),
        _ => None,
    };
    let organisation = organisation
        .and_then(|value| value.to_str().ok())
        .and_then(wire::key_check::clean);
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| why(&error))? {
        if body.len() + chunk.len() > BODY_MAX_BYTES {
            return Err(NoReply::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply {
        status,
        body,
        organisation,
    })
}

fn why(error: &reqwest::Error) -> NoReply {
    match refused_in(error) {
        Some(refused) => NoReply::Refused(refused),
        None if error.is_timeout() => NoReply::Slow,
        None => NoReply::Unreachable,
    }
}
