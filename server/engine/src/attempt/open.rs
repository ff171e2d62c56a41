//! Opening an answer: key, address, request, response head.
//!
//! Owns everything up to the first byte of a successful body, and the meaning of each way it can
//! fail. The key lives from here to the sent request and nowhere else.

use crate::admission::{Provider, TargetKey};
use crate::attempt::http::HttpAnswer;
use crate::attempt::upstream::Upstream;
use crate::credential::{CannotSign, Credential};
use crate::egress::{Egress, refused_in};
use crate::fault::Fault;
use crate::prompt::Written;
use crate::settle::Charge;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Method, Response, Url};
use secrecy::SecretString;
use std::time::{Duration, SystemTime};
use tokio::time::timeout;
use wire::chat::{ChatRequest, To};
use wire::{Dialect, Prefill, Refused, RetryAfter};

/// Largest error body read, in bytes.
const REFUSAL_MAX_BYTES: usize = 64 * 1024;
/// Longest time for reading one.
const REFUSAL_TIME: Duration = Duration::from_secs(5);

/// A request ready to be sent: everything that can be wrong without a network is checked.
pub(super) struct Request {
    client: Client,
    url: Url,
    headers: HeaderMap,
    body: Vec<u8>,
    dialect: Dialect,
    sent: Sent,
}

impl Request {
    /// What is sent, as far as the reader is told.
    pub(super) fn sent(&self) -> Sent {
        self.sent.clone()
    }
}

/// What became of the request on its way.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    /// It is handed on as it was written.
    pub(super) as_written: bool,
    /// What the target's language has no words for.
    pub(super) left_out: Vec<&'static str>,
}

/// What is asked, in every form there is.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) request: &'a ChatRequest,
    /// Its last line is the beginning of the answer, to be gone on with like this.
    pub(super) way: Option<Prefill>,
    /// As it was written.
    pub(super) written: Option<&'a Written>,
}

impl Asked<'_> {
    /// The body for a target of `dialect`: as it was written, where the target speaks that language.
    fn body(self, dialect: Dialect, to: To<'_>) -> Result<(Vec<u8>, Sent), Fault> {
        if let Some(written) = self.written {
            // What cannot be handed on was refused when it was read.
            let passed = written.door.pass(&written.body, dialect, to);
            if let Some(body) = passed.map_err(|_| Fault::BadRequest)? {
                let as_written = true;
                let left_out = Vec::new();
                return Ok((
                    body,
                    Sent {
                        as_written,
                        left_out,
                    },
                ));
            }
        }
        let mut encoded = dialect.encode(self.request, to);
        if let Some(way) = self.way {
            encoded = wire::prefill::mark(encoded, way);
        }
        for dropped in &encoded.dropped {
            tracing::warn!(
                what = dropped.0,
                ?dialect,
                "a request was sent without this"
            );
        }
        let sent = Sent {
            as_written: false,
            left_out: encoded.dropped.iter().map(|dropped| dropped.0).collect(),
        };
        Ok((encoded.body, sent))
    }
}

/// No answer was opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotOpened {
    pub(crate) fault: Fault,
    pub(crate) charge: Charge,
    pub(crate) retry_after: Option<Duration>,
}

impl NotOpened {
    /// The provider did no work.
    pub(crate) const fn free(fault: Fault) -> Self {
        Self {
            fault,
            charge: Charge::Nothing,
            retry_after: None,
        }
    }

    /// The provider may have worked.
    pub(crate) const fn used(fault: Fault) -> Self {
        Self {
            charge: Charge::Used,
            ..Self::free(fault)
        }
    }
}

/// Builds the request.
pub(super) fn prepare(
    egress: &Egress,
    key: &TargetKey,
    secret: &SecretString,
    asked: Asked<'_>,
    to: To<'_>,
) -> Result<Request, Fault> {
    let base = key.base_url.as_deref().unwrap_or_default();
    let Provider::Keyed(provider) = key.provider else {
        return Err(Fault::Internal);
    };
    let dialect = Dialect::of(provider);
    let (client, url) = egress
        .address(base, &dialect.path(&key.place, to))
        .map_err(|_| Fault::EgressRefused)?;
    let (body, sent) = asked.body(dialect, to)?;
    let credential = Credential {
        provider,
        place: &key.place,
        secret,
    };
    let mut headers = credential
        .headers((&Method::POST, &url, &body))
        .map_err(|CannotSign| Fault::KeyRejected)?;
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static(dialect.accept()));
    Ok(Request {
        client: client.clone(),
        headers,
        url,
        body,
        dialect,
        sent,
    })
}

/// Sends the request and waits for the head of a successful response.
pub(super) async fn send(request: Request, head: Duration) -> Result<Upstream, NotOpened> {
    let dialect = request.dialect;
    let sending = request
        .client
        .post(request.url)
        .headers(request.headers)
        .body(request.body)
        .send();
    let response = match timeout(head, sending).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => return Err(not_sent(&error)),
        Err(_) => {
            return Err(NotOpened::used(Fault::Timeout));
        }
    };
    if response.status().is_success() {
        Ok(Upstream::Http(Box::new(HttpAnswer::new(response, dialect))))
    } else {
        let read = |status, body: &[u8], told| dialect.read_refusal(status, body, told);
        Err(refused(response, read).await)
    }
}

/// What an error of the transport means.
pub(crate) fn not_sent(error: &reqwest::Error) -> NotOpened {
    if refused_in(error).is_some() {
        return NotOpened::free(Fault::EgressRefused);
    }
    let fault = if error.is_timeout() {
        Fault::Timeout
    } else {
        Fault::ProviderDown
    };
    let mut failure = NotOpened::free(fault);
    if !error.is_connect() {
        // The request may have been read before the connection broke.
        failure.charge = Charge::Used;
    }
    failure
}

/// Reads a response with a status other than success, in the words of its dialect.
pub(crate) async fn refused(
    mut response: Response,
    read: impl FnOnce(u16, &[u8], Option<RetryAfter>) -> Refused,
) -> NotOpened {
    let header = |name: &str| {
        let value = response.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let told = RetryAfter::parse(
        header("retry-after-ms").as_deref(),
        header("retry-after").as_deref(),
    );
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let reading = async {
        while let Ok(Some(bytes)) = response.chunk().await {
            if body.len() + bytes.len() > REFUSAL_MAX_BYTES {
                break;
            }
            body.extend_from_slice(&bytes);
        }
    };
    // What arrived in time is enough to judge by.
    let _ = timeout(REFUSAL_TIME, reading).await;
    let refused = read(status, &body, told);
    tracing::info!(status, code = refused.code.as_deref(), fault = ?refused.fault, "refused");
    NotOpened {
        fault: refused.fault.into(),
        charge: Charge::Nothing,
        retry_after: refused.retry_after.map(|at| at.from(SystemTime::now())),
    }
}
