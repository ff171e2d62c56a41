//! `POST /auth/oidc/logout/<id>`: a provider says that a session is over.
//!
//! Comes from a server and not from a page, so what proves it is the token alone. It stands outside of the
//! pages' guard, and reads no cookie.

use super::host::read_arrival;
use super::{headers, plain};
use crate::installation::Installation;
use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use contract::{ConnectionId, ErrorCode};
use std::net::SocketAddr;

/// Largest form that is read, in bytes.
const LONGEST: usize = 48 * 1024;

/// The route.
pub(super) fn routes(installation: Installation) -> Router {
    Router::new()
        .route("/auth/oidc/logout/{id}", post(log_out))
        .layer(super::catch_panics())
        .layer(DefaultBodyLimit::max(LONGEST))
        .with_state(installation)
}

async fn log_out(
    State(installation): State<Installation>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let mut response = answer(&installation, peer, &id, request).await;
    headers::complete(response.headers_mut());
    response
}

async fn answer(
    installation: &Installation,
    peer: SocketAddr,
    id: &str,
    request: Request,
) -> Response {
    let server = &installation.config().server;
    let (parts, body) = request.into_parts();
    let arrival = read_arrival(
        &parts.uri,
        &parts.headers,
        peer.ip(),
        &server.trusted_proxies,
        server.public_scheme,
    );
    let Some(arrival) = arrival else {
        return plain::misdirected();
    };
    let workspace = match installation.snapshots().of_host(&arrival.host).await {
        Ok(Some(workspace)) => workspace,
        Ok(None) => return plain::misdirected(),
        Err(error) => {
            let error = crate::fault::internal("finding the workspace of a host", error);
            return plain::unavailable(&error.reference);
        }
    };
    let Ok(id) = id.parse::<ConnectionId>() else {
        return plain::nowhere();
    };
    let refused = || (StatusCode::BAD_REQUEST, [(CACHE_CONTROL, "no-store")]).into_response();
    let Ok(bytes) = axum::body::to_bytes(body, LONGEST).await else {
        return refused();
    };
    let mut pairs = url::form_urlencoded::parse(&bytes).filter(|(name, _)| name == "logout_token");
    let (Some((_, token)), None) = (pairs.next(), pairs.next()) else {
        return refused();
    };
    let ended = installation
        .sign_on()
        .end_by_provider(workspace.id, id, &token)
        .await;
    match ended {
        Ok(ended) => {
            for session in ended {
                installation.live_brands().end(session);
            }
            (StatusCode::OK, [(CACHE_CONTROL, "no-store")]).into_response()
        }
        Err(error) if error.code == ErrorCode::NotFound => plain::nowhere(),
        Err(error) if error.code == ErrorCode::Invalid => refused(),
        Err(error) => plain::unavailable(&error.reference),
    }
}
