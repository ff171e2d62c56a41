//! The engine's guarded way out, as the AWS SDK wants its HTTP client.
//!
//! The address of a key service is a client's to name, so no other client may reach it.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use engine::Egress;
use engine::egress::refused_in;
use reqwest::Method;
use std::fmt;
use url::Url;

/// Most of an answer that is read, in bytes; a wrapped key is far below it.
const ANSWER_MAX_BYTES: usize = 64 * 1024;

/// Sends requests of the SDK. Time limits are the SDK's.
#[derive(Clone)]
pub(super) struct GuardedHttp(pub(super) Egress);

impl fmt::Debug for GuardedHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuardedHttp")
    }
}

impl HttpClient for GuardedHttp {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for GuardedHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let http = self.clone();
        HttpConnectorFuture::new(async move { http.send(request).await })
    }
}

impl GuardedHttp {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let url = Url::parse(request.uri()).map_err(|error| user(error.into()))?;
        let base = url.origin().ascii_serialization();
        let (client, _) = self
            .0
            .address(&base, "")
            .map_err(|error| user(error.into()))?;
        let method = request.method().parse::<Method>();
        let mut outgoing = client.request(method.map_err(|error| user(error.into()))?, url);
        for (name, value) in request.headers() {
            outgoing = outgoing.header(name, value);
        }
        let body = request.into_body();
        let bytes = body
            .bytes()
            .ok_or_else(|| user("a request of unknown length".into()))?;
        let mut answer = outgoing.body(bytes.to_vec()).send().await.map_err(failed)?;
        let status = StatusCode::try_from(answer.status().as_u16())
            .map_err(|error| ConnectorError::other(error.into(), None))?;
        let headers = answer.headers().clone();
        let mut read = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if read.len() + chunk.len() > ANSWER_MAX_BYTES {
                return Err(ConnectorError::other("the answer is too long".into(), None));
            }
            read.extend_from_slice(&chunk);
        }
        let mut response = HttpResponse::new(status, SdkBody::from(read));
        for (name, value) in &headers {
            if let Ok(value) = value.to_str() {
                response
                    .headers_mut()
                    .append(name.as_str().to_owned(), value.to_owned());
            }
        }
        Ok(response)
    }
}

/// Not to be tried again.
fn user(error: Box<dyn std::error::Error + Send + Sync>) -> ConnectorError {
    ConnectorError::user(error)
}

fn failed(error: reqwest::Error) -> ConnectorError {
    if refused_in(&error).is_some() {
        user(error.into())
    } else if error.is_timeout() {
        ConnectorError::timeout(error.into())
    } else {
        ConnectorError::io(error.into())
    }
}
