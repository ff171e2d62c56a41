//! One-click sign-in as a demo person. Exists only in demo mode and only for demo workspaces.

use super::RequestPlace;
use super::host::Arrival;
use super::{cookie, pages, plain};
use crate::installation::Installation;
use axum::extract::{Extension, Query, State};
use axum::http::header::{ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

/// The one address that a page of another host, the platform's own, may post to in demo mode.
const PATH: &str = "/demo/sign-in";

/// Who to be.
#[derive(Deserialize)]
pub(super) struct Wish {
    email: String,
}

/// Whether a request from another host's page is the landing page's.
pub(super) fn may_cross(installation: &Installation, request: &Parts, arrival: &Arrival) -> bool {
    let server = &installation.config().server;
    if !server.demo || request.method != Method::POST || request.uri.path() != PATH {
        return false;
    }
    let port = arrival
        .authority
        .rsplit_once(':')
        .map_or(String::new(), |(_, port)| format!(":{port}"));
    let expected = format!(
        "{}://{}{port}",
        arrival.scheme.as_str(),
        server.platform_host
    );
    request
        .headers
        .get(ORIGIN)
        .is_some_and(|origin| origin.as_bytes() == expected.as_bytes())
}

/// `POST /demo/sign-in?email=…`
pub(super) async fn enter(
    State(installation): State<Installation>,
    Extension(place): Extension<RequestPlace>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Response {
    let Some(workspace) = &place.workspace else {
        return plain::nowhere();
    };
    if !installation.config().server.demo || !workspace.demo {
        return plain::nowhere();
    }
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match installation
        .people()
        .sign_in_as_demo(workspace.id, &wish.email, agent)
        .await
    {
        Ok(Some(session)) => {
            match cookie::set_session(&place.arrival, &session.token, session.max_age_seconds) {
                Some(cookie) => ([(SET_COOKIE, cookie)], pages::see_other("/")).into_response(),
                None => plain::nowhere(),
            }
        }
        Ok(None) => plain::nowhere(),
        Err(error) => plain::unavailable(&error.reference),
    }
}
