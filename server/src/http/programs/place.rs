//! Places a program's request: host, workspace, key. What cannot be placed goes no further.

use super::{door_at, refuse};
use crate::fault;
use crate::http::host::{Arrival, read_arrival};
use crate::http::{edge, headers, plain};
use crate::installation::Installation;
use crate::programs::not_recognised;
use crate::tenancy::TenantSnapshot;
use crate::virtual_keys::Program;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::time::Instant;
use wire::door::{Trouble, TroubleKind};

/// Where Anthropic's programs put their key.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A program's request that has been placed.
#[derive(Clone)]
pub(in crate::http) struct Place {
    /// The workspace of the host.
    pub workspace: Arc<TenantSnapshot>,
    /// Who asks.
    pub program: Arc<Program>,
    /// When the request came.
    pub since: Instant,
}

/// The middleware in front of every route of programs that needs a key.
pub(super) async fn place_program(
    State(installation): State<Installation>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let since = Instant::now();
    let arrival = arrive(&installation, &request, peer);
    let placed = place(&installation, arrival.as_ref(), request.headers()).await;
    let response = match placed {
        Ok((workspace, program)) => {
            let program = Arc::new(program);
            request.extensions_mut().insert(Place {
                workspace,
                program,
                since,
            });
            next.run(request).await
        }
        Err(unplaced) => unplaced.told(request.uri().path()),
    };
    complete(&installation, arrival.as_ref(), response).await
}

/// The middleware in front of what anybody may read who knows the host of a workspace.
pub(super) async fn place_anybody(
    State(installation): State<Installation>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let arrival = arrive(&installation, &request, peer);
    let response = match workspace_of(&installation, arrival.as_ref()).await {
        Ok(_) => next.run(request).await,
        Err(unplaced) => unplaced.told(request.uri().path()),
    };
    complete(&installation, arrival.as_ref(), response).await
}

fn arrive(installation: &Installation, request: &Request, peer: SocketAddr) -> Option<Arrival> {
    let server = &installation.config().server;
    read_arrival(
        request.uri(),
        request.headers(),
        peer.ip(),
        &server.trusted_proxies,
        server.public_scheme,
    )
}

async fn complete(
    installation: &Installation,
    arrival: Option<&Arrival>,
    mut response: Response,
) -> Response {
    if let Some(host) = arrival.and_then(edge::host_over_tls)
        && edge::insists_on_tls(installation, &host).await
    {
        headers::insist_on_tls(response.headers_mut());
    }
    headers::complete(response.headers_mut());
    response
}

/// Why a request has no place.
enum Unplaced {
    /// No host that can be read, or nobody's.
    Misdirected,
    /// A host without programs.
    Nowhere,
    /// Storage cannot be asked; a reference for the log.
    Unavailable(String),
    /// No key that counts here.
    Refused(Trouble),
}

impl Unplaced {
    /// The refusal, in the language that is spoken at `path`.
    fn told(self, path: &str) -> Response {
        match self {
            Self::Misdirected => plain::misdirected(),
            Self::Nowhere => plain::nowhere(),
            Self::Unavailable(reference) => plain::unavailable(&reference).into_response(),
            Self::Refused(trouble) => refuse(door_at(path), &trouble),
        }
    }
}

async fn workspace_of(
    installation: &Installation,
    arrival: Option<&Arrival>,
) -> Result<Arc<TenantSnapshot>, Unplaced> {
    let host = &arrival.ok_or(Unplaced::Misdirected)?.host;
    match installation.snapshots().of_host(host).await {
        Ok(Some(workspace)) => Ok(workspace),
        // The platform's own host is known, and has no programs.
        Ok(None) if *host == installation.config().server.platform_host => Err(Unplaced::Nowhere),
        Ok(None) => Err(Unplaced::Misdirected),
        Err(error) => {
            let error = fault::internal("finding the workspace of a host", error);
            Err(Unplaced::Unavailable(error.reference))
        }
    }
}

async fn place(
    installation: &Installation,
    arrival: Option<&Arrival>,
    headers: &HeaderMap,
) -> Result<(Arc<TenantSnapshot>, Program), Unplaced> {
    let workspace = workspace_of(installation, arrival).await?;
    let from = arrival.ok_or(Unplaced::Misdirected)?.address;
    let Some(presented) = presented(headers) else {
        let trouble = Trouble {
            message: "A key is needed: `Authorization: Bearer …` or `x-api-key: …`.".to_owned(),
            ..Trouble::new(TroubleKind::KeyRejected)
        };
        return Err(Unplaced::Refused(trouble));
    };
    let keys = installation.virtual_keys();
    let program = keys.recognise(&workspace, presented, from);
    let program = program.map_err(|why| Unplaced::Refused(not_recognised(&why)))?;
    Ok((workspace, program))
}

/// The key that a program sent, in whichever header its language has for it. Two are none: nobody
/// can tell which was meant.
fn presented(headers: &HeaderMap) -> Option<&str> {
    let mut bearers = headers.get_all(AUTHORIZATION).iter();
    let mut plain = headers.get_all(X_API_KEY).iter();
    let (first, second) = match (bearers.next(), plain.next()) {
        (Some(bearer), None) => (bearer.to_str().ok().and_then(bearer_of), bearers.next()),
        (None, Some(key)) => (key.to_str().ok(), plain.next()),
        (Some(bearer), Some(key))
            if bearer.to_str().ok().and_then(bearer_of) == key.to_str().ok() =>
        {
            (key.to_str().ok(), bearers.next().or(plain.next()))
        }
        _ => return None,
    };
    first.filter(|_| second.is_none())
}

/// The token behind the scheme, whose name has no case (RFC 9110, section 11.1).
fn bearer_of(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start())
}

#[cfg(test)]
mod tests {
    use super::presented;
    use axum::http::HeaderMap;

    fn from(pairs: &[(&'static str, &str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        presented(&headers).map(str::to_owned)
    }

    #[test]
    fn one_key_in_one_header_counts() {
        assert_eq!(from(&[("authorization", "Bearer a")]).as_deref(), Some("a"));
        assert_eq!(
            from(&[("authorization", "bearer  a")]).as_deref(),
            Some("a")
        );
        assert_eq!(from(&[("x-api-key", "a")]).as_deref(), Some("a"));
        let both = [("authorization", "Bearer a"), ("x-api-key", "a")];
        assert_eq!(from(&both).as_deref(), Some("a"), "one library sends both");
    }

    #[test]
    fn anything_else_is_none() {
        for pairs in [
            &[][..],
            &[("authorization", "Basic a")],
            &[("authorization", "a")],
            &[("authorization", "Bearer a"), ("authorization", "Bearer a")],
            &[("authorization", "Bearer a"), ("x-api-key", "b")],
            &[("x-api-key", "a"), ("x-api-key", "b")],
        ] {
            assert_eq!(from(pairs), None, "{pairs:?}");
        }
    }
}
