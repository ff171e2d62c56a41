//! Places a request: host, origin, workspace, person. What cannot be placed goes no further.

use super::host::{Arrival, read_arrival};
use super::{cookie, headers, maintenance, origin, plain};
use crate::identity::token::Token;
use crate::installation::Installation;
use crate::tenancy::TenantSnapshot;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::{AppError, Caller, Staff};
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
        &parts.headers,
        peer.ip(),
        &server.trusted_proxies,
        server.public_scheme,
    );
    let scheme = arrival
        .as_ref()
        .map_or(server.public_scheme, |arrival| arrival.scheme);
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
    headers::complete(response.headers_mut(), scheme);
    response
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
    if arrival.host == installation.config().server.platform_host {
        let staff = staff_of(installation, request, &arrival).await?;
        return Ok(RequestPlace {
            arrival,
            workspace: None,
            caller: None,
            staff,
        });
    }
    let workspace = match installation.snapshots().of_host(&arrival.host).await {
        Ok(Some(workspace)) => workspace,
        Ok(None) => return Err(Box::new(plain::nowhere())),
        Err(error) => {
            let error = crate::fault::internal("finding the workspace of a host", error);
            return Err(Box::new(
                plain::unavailable(&error.reference).into_response(),
            ));
        }
    };
    let caller = session_of(installation, request, &arrival, &workspace).await?;
    Ok(RequestPlace {
        arrival,
        workspace: Some(workspace),
        caller,
        staff: None,
    })
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
