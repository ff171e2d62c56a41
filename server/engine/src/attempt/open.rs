//! Opening an answer: key, address, request, response head.
//!
//! Owns everything up to the first byte of a successful body, and the meaning of each way it can
//! fail. The key lives from here to the sent request and nowhere else.

use crate::admission::{Provider, Target};
use crate::attempt::http::HttpAnswer;
use crate::attempt::upstream::Upstream;
use crate::egress::{Egress, refused_in};
use crate::fault::Fault;
use crate::settle::Charge;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use std::time::{Duration, SystemTime};
use tokio::time::timeout;
use wire::RetryAfter;
use wire::openai::{ChatRequest, OutputLimit, Speaker, encode_request, read_refusal};

/// Largest error body read, in bytes.
const REFUSAL_MAX_BYTES: usize = 64 * 1024;
/// Longest time for reading one.
const REFUSAL_TIME: Duration = Duration::from_secs(5);

/// A request ready to be sent: everything that can be wrong without a network is checked.
pub(super) struct Request<'a> {
    client: &'a Client,
    url: Url,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// No answer was opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct NotOpened {
    pub(super) fault: Fault,
    pub(super) charge: Charge,
    pub(super) retry_after: Option<Duration>,
}

impl NotOpened {
    const fn free(fault: Fault) -> Self {
        Self {
            fault,
            charge: Charge::Nothing,
            retry_after: None,
        }
    }
}

/// Builds the request for `target`.
pub(super) fn prepare<'a>(
    egress: &'a Egress,
    target: &Target,
    secret: &SecretString,
    lines: &[(Speaker, &str)],
    max_output: Option<u32>,
) -> Result<Request<'a>, Fault> {
    let base = target.key.base_url.as_deref().unwrap_or_default();
    let (client, url) = egress
        .address(base, "chat/completions")
        .map_err(|_| Fault::EgressRefused)?;
    let body = encode_request(&ChatRequest {
        model: &target.model,
        lines,
        limit: max_output.map(|limit| output_limit(&url, limit)),
    })
    .map_err(|_| Fault::Internal)?;
    Ok(Request {
        client,
        headers: headers(target.key.provider, secret)?,
        url,
        body,
    })
}

/// `OpenAI` and Azure refuse the older name on newer models; everybody else knows it.
fn output_limit(url: &Url, limit: u32) -> OutputLimit {
    let host = url.host_str().unwrap_or_default();
    if host == "api.openai.com" || host.ends_with(".openai.azure.com") {
        OutputLimit::MaxCompletionTokens(limit)
    } else {
        OutputLimit::MaxTokens(limit)
    }
}

fn headers(provider: Provider, secret: &SecretString) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    if provider == Provider::OpenAiCompatible {
        let bearer = format!("Bearer {}", secret.expose_secret());
        // A key that cannot stand in a header cannot be right.
        let mut value = HeaderValue::from_str(&bearer).map_err(|_| Fault::KeyRejected)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

/// Sends the request and waits for the head of a successful response.
pub(super) async fn send(request: Request<'_>, head: Duration) -> Result<Upstream, NotOpened> {
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
            return Err(NotOpened {
                charge: Charge::Used,
                ..NotOpened::free(Fault::Timeout)
            });
        }
    };
    if response.status().is_success() {
        Ok(Upstream::Http(Box::new(HttpAnswer::new(response))))
    } else {
        Err(refused(response).await)
    }
}

fn not_sent(error: &reqwest::Error) -> NotOpened {
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

async fn refused(mut response: Response) -> NotOpened {
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
    let refused = read_refusal(status, &body, told);
    tracing::info!(status, code = refused.code.as_deref(), fault = ?refused.fault, "refused");
    NotOpened {
        fault: refused.fault.into(),
        charge: Charge::Nothing,
        retry_after: refused.retry_after.map(|at| at.from(SystemTime::now())),
    }
}
