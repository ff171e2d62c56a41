//! Answers that carry nobody's name: for hosts we do not know and requests that cannot be placed.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use contract::workspace::Deletion;

const NOWHERE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Not found</title>\
    <h1>Not found</h1><p>There is nothing at this address.</p></html>";

const MISDIRECTED: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Misdirected request</title>\
    <h1>Misdirected request</h1><p>Nothing is served at this address.</p></html>";

const REFUSED: &str = "The request did not come from a page of this site and was refused. \
    Nothing was changed.";

/// There is no such thing here.
pub(super) fn nowhere() -> Response {
    (StatusCode::NOT_FOUND, Html(NOWHERE)).into_response()
}

/// The request names no host, two hosts, an address, or a host that is nobody's: one answer for all of
/// them (RFC 9110, section 15.5.20; docs/adr/0011).
pub(super) fn misdirected() -> Response {
    (StatusCode::MISDIRECTED_REQUEST, Html(MISDIRECTED)).into_response()
}

/// The workspace of this address is no more. Names nobody: a moment later the address is nobody's.
pub(super) fn deleted(how: Deletion) -> Response {
    let left = match how {
        Deletion::Done => "Nothing of it is left on this server but the line that says so.",
        Deletion::GoingOn => {
            "It is closed to everybody. Removing what is in it takes a few minutes more; the server \
             does that by itself."
        }
    };
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Deleted</title>\
         <h1>Deleted</h1><p>The workspace was deleted, and everybody was signed out. {left}</p>\
         <p>From now on there is nothing at this address. You can close this page.</p></html>"
    );
    Html(page).into_response()
}

/// A change asked for from somewhere else.
pub(super) fn foreign_origin() -> Response {
    (StatusCode::FORBIDDEN, REFUSED).into_response()
}

/// The database cannot be asked right now.
pub(super) fn unavailable(reference: &str) -> Response {
    // The reference is made by us from a fixed alphabet; nothing of the request is repeated.
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Back in a moment</title>\
         <h1>Back in a moment</h1><p>The service is starting or busy. Nothing is lost. Reload in \
         a few seconds; if it stays, tell your administrator: {reference}</p></html>"
    );
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [("retry-after", "5")],
        Html(page),
    )
        .into_response()
}

/// A handler panicked: the request ends, the server goes on. The panic itself is in the log.
pub(super) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    let error = crate::fault::internal("answering a request", "a handler panicked");
    unavailable(&error.reference)
}
