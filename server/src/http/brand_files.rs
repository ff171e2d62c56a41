//! Icon, manifest and logos of the host's workspace.

use super::{RequestPlace, plain};
use crate::installation::Installation;
use axum::extract::{Extension, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

const SHORT: &str = "private, max-age=300";
/// A logo's address is its hash, so what it names never changes.
const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// `GET /favicon.svg`, `GET /favicon.ico`
pub(super) async fn favicon(Extension(place): Extension<RequestPlace>) -> Response {
    let Some(workspace) = place.workspace else {
        return plain::nowhere();
    };
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, SHORT)];
    (headers, workspace.favicon.to_string()).into_response()
}

/// `GET /manifest.webmanifest`
pub(super) async fn manifest(Extension(place): Extension<RequestPlace>) -> Response {
    let Some(workspace) = place.workspace else {
        return plain::nowhere();
    };
    let headers = [
        (CONTENT_TYPE, "application/manifest+json"),
        (CACHE_CONTROL, SHORT),
    ];
    (headers, workspace.manifest.to_string()).into_response()
}

/// `GET /brand/<sha256>.png`
pub(super) async fn logo(
    State(installation): State<Installation>,
    Extension(place): Extension<RequestPlace>,
    Path(file): Path<String>,
) -> Response {
    let Some(workspace) = place.workspace else {
        return plain::nowhere();
    };
    let Some(hash) = file.strip_suffix(".png").and_then(crate::brand::sha256_of) else {
        return plain::nowhere();
    };
    match installation.logo_of(workspace.id, hash).await {
        Ok(Some(bytes)) => (
            [(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, FOR_EVER)],
            bytes,
        )
            .into_response(),
        Ok(None) => plain::nowhere(),
        Err(error) => plain::unavailable(&error.reference),
    }
}

/// `GET /robots.txt`: nothing here is for search engines.
pub(super) async fn robots() -> Response {
    (
        [(CONTENT_TYPE, "text/plain")],
        "User-agent: *\nDisallow: /\n",
    )
        .into_response()
}
