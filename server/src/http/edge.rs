//! Places a request: host, origin, workspace, person. What cannot be placed goes no further.

use super::host::{Arrival, read_arrival};
use super::{cookie, headers, maintenance, origin, plain};
use crate::config::Scheme;
use crate::identity::token::Token;
use crate::installation::Installation;
use crate::tenancy::TenantSnapshot;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::{AppError, Caller, Language, Staff};
use std::net::SocketAddr;
use std::sync::Arc;

/// A request that has been placed.
#[derive(Clone)]
pub struct RequestPlace {
    /// How it reached us.
    pub arrival: Arrival,
    /// The workspace of the host; `None` on the platform's own host.
    pub workspace: Option<Arc<TenantSnapshot>>,
    /// Who is signed in on this host.
    pub caller: Option<Caller>,
    /// Who is signed in on the platform's own host; nobody on any other.
    pub staff: Option<Staff>,
    /// What they read: their own choice, otherwise what their browser asks for, otherwise English.
    pub language: Language,
}

/// The middleware in front of every route but the static files.
pub(super) async fn place_request(
    State(installation): State<Installation>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let server = &installation.config().server;
    let (mut parts, body) = request.into_parts();
    let arrival = read_arrival(
        &parts.uri,
        &parts.headers,
        peer.ip(),
        &server.trusted_proxies,
        server.public_scheme,
    );
    let over_tls = arrival.as_ref().and_then(host_over_tls);
    let mut response = match arrival {
        None => plain::misdirected(),
        Some(arrival) => match place(&installation, &parts, arrival).await {
            Ok(placed) => {
                parts.extensions.insert(placed);
                next.run(Request::from_parts(parts, body)).await
            }
            Err(refusal) => *refusal,
        },
    };
    if let Some(host) = over_tls
        && insists_on_tls(&installation, &host).await
    {
        headers::insist_on_tls(response.headers_mut());
    }
    headers::complete(response.headers_mut());
    response
}

/// The host of a request that came over TLS.
pub(super) fn host_over_tls(arrival: &Arrival) -> Option<String> {
    (arrival.scheme == Scheme::Https).then(|| arrival.host.clone())
}

/// Whether whoever has this host chose so. What cannot be found out is not insisted on.
pub(super) async fn insists_on_tls(installation: &Installation, host: &str) -> bool {
    let known = installation.certificates().known().of(host).await;
    known.ok().flatten().is_some_and(|row| row.hsts)
}

async fn place(
    installation: &Installation,
    request: &Parts,
    arrival: Arrival,
) -> Result<RequestPlace, Box<Response>> {
    let own_page = origin::comes_from_own_page(&request.method, &request.headers, &arrival);
    if !own_page && !super::demo_sign_in::may_cross(installation, request, &arrival) {
        return Err(Box::new(plain::foreign_origin()));
    }
    let language = super::choose_language::of(installation, &request.headers);
    if arrival.host == installation.config().server.platform_host {
        let staff = staff_of(installation, request, &arrival).await?;
        return Ok(RequestPlace {
            arrival,
            workspace: None,
            caller: None,
            staff,
            language,
        });
    }
    let workspace = match installation.snapshots().of_host(&arrival.host).await {
        Ok(Some(workspace)) => workspace,
        Ok(None) => return Err(Box::new(plain::misdirected())),
        Err(error) => {
            let error = crate::fault::internal("finding the workspace of a host", error);
            return Err(Box::new(
                plain::unavailable(&error.reference).into_response(),
            ));
        }
    };
    if let Some(there) = elsewhere(installation, request, &arrival, &workspace) {
        return Err(Box::new(there));
    }
    let caller = session_of(installation, request, &arrival, &workspace).await?;
    Ok(RequestPlace {
        arrival,
        workspace: Some(workspace),
        caller,
        staff: None,
        language,
    })
}

/// Readers at another host than the primary one, where the workspace sends them on. Only what is read:
/// what was posted is answered where it arrived.
fn elsewhere(
    installation: &Installation,
    request: &Parts,
    arrival: &Arrival,
    workspace: &TenantSnapshot,
) -> Option<Response> {
    let primary = workspace.redirect_to.as_deref()?;
    let path = request.uri.path();
    let stays = path.starts_with("/.well-known/");
    if primary == arrival.host || request.method != Method::GET || stays {
        return None;
    }
    let asked = request
        .uri
        .path_and_query()
        .map_or("/", |asked| asked.as_str());
    let there = format!(
        "{}{asked}",
        installation.config().server.address_of(primary)
    );
    Some((StatusCode::PERMANENT_REDIRECT, [(LOCATION, there)]).into_response())
}

async fn session_of(
    installation: &Installation,
    request: &Parts,
    arrival: &Arrival,
    workspace: &TenantSnapshot,
) -> Result<Option<Caller>, Box<Response>> {
    let token = cookie::session_token(&request.headers, arrival);
    let Some(token) = token.as_deref().and_then(Token::presented) else {
        return Ok(None);
    };
    let found = async {
        match installation
            .people()
            .caller_of(workspace.id, &token)
            .await?
        {
            Some(member) => Ok(Some(member)),
            None => installation.guests().caller_of(workspace.id, &token).await,
        }
    };
    found
        .await
        .map_err(|error: AppError| Box::new(maintenance::page(&workspace.brand, &error.reference)))
}

async fn staff_of(
    installation: &Installation,
    request: &Parts,
    arrival: &Arrival,
) -> Result<Option<Staff>, Box<Response>> {
    let token = cookie::session_token(&request.headers, arrival);
    let Some(token) = token.as_deref().and_then(Token::presented) else {
        return Ok(None);
    };
    let found = installation.roster().staff_of(&token).await;
    found.map_err(|error| Box::new(plain::unavailable(&error.reference)))
}
