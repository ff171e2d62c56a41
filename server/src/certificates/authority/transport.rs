//! The way to the authority: HTTPS with limits in time and size, and no redirects.

use super::AuthorityError;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

/// The longest wait for a connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// The longest a request takes.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// The largest answer that is read: a chain is a few thousand bytes.
const LARGEST_ANSWER: usize = 512 * 1024;

/// Asks the authority. Cloning is cheap.
#[derive(Clone)]
pub(super) struct Transport(reqwest::Client);

/// An answer is larger than anything an authority has to say.
#[derive(Debug, thiserror::Error)]
#[error("the answer is too large")]
struct TooLarge;

impl Transport {
    /// Trusts the system's authorities, and the certificate in `root_file` where there is one.
    pub(super) fn open(root_file: &Path) -> Result<Self, AuthorityError> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .https_only(true);
        if !root_file.as_os_str().is_empty() {
            let told = |error: String| AuthorityError::Root(root_file.display().to_string(), error);
            let pem = std::fs::read(root_file).map_err(|error| told(error.to_string()))?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem)
                .map_err(|_| told("it holds no certificate".to_owned()))?;
            builder = builder.tls_certs_only(roots);
        }
        let client = builder
            .build()
            .map_err(|error| AuthorityError::Http(error.to_string()))?;
        Ok(Self(client))
    }

    /// What the authority says of itself.
    pub(super) async fn directory(&self, url: &str) -> Result<Bytes, Error> {
        let request = http::Request::get(url).body(Bytes::new())?;
        let mut response = ask(self.0.clone(), request).await?;
        response.body.into_bytes().await.map_err(Error::Other)
    }
}

impl HttpClient for Transport {
    fn request(
        &self,
        request: http::Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let client = self.0.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body
                .collect()
                .await
                .map_err(|error| Error::Other(error.into()))?
                .to_bytes();
            ask(client, http::Request::from_parts(parts, body)).await
        })
    }
}

async fn ask(
    client: reqwest::Client,
    request: http::Request<Bytes>,
) -> Result<BytesResponse, Error> {
    let other = |error: reqwest::Error| Error::Other(Box::new(error));
    let (parts, body) = request.into_parts();
    let mut response = client
        .request(parts.method, parts.uri.to_string())
        .headers(parts.headers)
        .body(body)
        .send()
        .await
        .map_err(other)?;
    let mut answer = http::Response::builder().status(response.status());
    if let Some(headers) = answer.headers_mut() {
        headers.clone_from(response.headers());
    }
    let mut read = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(other)? {
        if read.len() + piece.len() > LARGEST_ANSWER {
            return Err(Error::Other(Box::new(TooLarge)));
        }
        read.extend_from_slice(&piece);
    }
    Ok(BytesResponse::from(
        answer.body(Full::new(Bytes::from(read)))?,
    ))
}
