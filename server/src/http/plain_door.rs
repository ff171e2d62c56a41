//! The plain listener of a program that ends TLS itself: answers certificate authorities, sends everybody
//! else on, and lets in who comes over TLS through a trusted proxy all the same.

use super::host::read_arrival;
use super::{headers, plain};
use crate::config::Scheme;
use crate::installation::Installation;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::SocketAddr;

/// Where an authority asks (RFC 8555, section 8.3).
const CHALLENGES: &str = "/.well-known/acme-challenge/";

/// The middleware in front of every route of the plain listener.
pub async fn let_in_or_send_on(
    State(installation): State<Installation>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let trusted = &installation.config().server.trusted_proxies;
    let headers = request.headers();
    let Some(arrival) = read_arrival(request.uri(), headers, peer.ip(), trusted, Scheme::Http)
    else {
        return plain::misdirected();
    };
    if arrival.scheme == Scheme::Https {
        return next.run(request).await;
    }
    let mut response = turn_away(&installation, &arrival.host, request.uri()).await;
    headers::complete(response.headers_mut());
    response
}

async fn turn_away(installation: &Installation, host: &str, uri: &Uri) -> Response {
    if let Some(token) = uri.path().strip_prefix(CHALLENGES) {
        return answer(installation, host, token).await;
    }
    match installation.certificates().known().of(host).await {
        Ok(Some(_)) => send_on(host, uri),
        Ok(None) => plain::nowhere(),
        Err(error) => {
            let error = crate::fault::internal("finding the workspace of a host", error);
            plain::unavailable(&error.reference)
        }
    }
}

async fn answer(installation: &Installation, host: &str, token: &str) -> Response {
    match installation.certificates().answer_http(host, token).await {
        Ok(Some(answer)) => (
            [
                (CONTENT_TYPE, "application/octet-stream"),
                (CACHE_CONTROL, "no-store"),
            ],
            answer,
        )
            .into_response(),
        Ok(None) => plain::nowhere(),
        Err(error) => {
            let error = crate::fault::internal("answering a certificate authority", error);
            plain::unavailable(&error.reference)
        }
    }
}

/// To the same page over TLS. The host is one of ours, so nobody is sent anywhere else.
fn send_on(host: &str, uri: &Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    // A path alone: a request in absolute form names its host in the target too.
    let path = if path.starts_with('/') { path } else { "/" };
    // 308 keeps the method and the body.
    let status = StatusCode::PERMANENT_REDIRECT;
    (status, [(LOCATION, format!("https://{host}{path}"))]).into_response()
}
