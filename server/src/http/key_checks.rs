//! `GET /admin/keys/checks/<id>`, or below `/account/keys`: the page of a check, sent while the check runs.
//!
//! The page is made whole, cut at its two marks, and sent up to the first; then each step as it
//! happens, then the outcome, then the rest. Reading changes nothing: a check goes on unwatched,
//! and the same address shows it again from its beginning.

use super::forms::{App, Placed, said, status_of};
use super::key_forms::Desk;
use super::pages;
use crate::http::RequestPlace;
use crate::installation::Installation;
use crate::keys::CheckFollower;
use app::keys::{OUTCOME_HERE, STEPS_HERE, outcome, step_began, step_ended};
use app::request::PageNotice;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Extension, Path, Request, State};
use axum::http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use contract::keys::{CheckEvent, CheckSubject, StepState};
use contract::{AppError, ErrorCode, KeyId, KeysPort as _};
use futures_util::stream::{self, Stream, StreamExt as _};
use std::convert::Infallible;

/// No page is longer, in bytes.
const LONGEST_PAGE: usize = 1024 * 1024;
/// Tells a reverse proxy and our own compression not to hold the answer back.
pub(super) const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The handler.
pub(super) async fn follow(
    State(installation): App,
    Extension(place): Placed,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    match id.parse::<KeyId>() {
        Ok(id) if place.caller.is_some() => {
            let desk = Desk::of(request.uri().path());
            Box::pin(show(installation, place, desk, id, None)).await
        }
        _ => pages::page(State(installation), Extension(place), request).await,
    }
}

/// The page of check `id`, with what went wrong when it was to be sealed.
pub(super) async fn show(
    installation: Installation,
    place: RequestPlace,
    desk: Desk,
    id: KeyId,
    error: Option<AppError>,
) -> Response {
    let Some(caller) = place.caller.clone() else {
        return pages::see_other("/sign-in");
    };
    let keys = installation.keys().clone();
    let read = async {
        let subject = keys.subject(&caller, id).await?;
        Ok::<_, AppError>((subject, keys.follow(&caller, id).await?))
    };
    let path = desk.check(id);
    let (error, read) = match read.await {
        Ok(read) => (error, Some(read)),
        Err(gone) => (Some(error.unwrap_or(gone)), None),
    };
    let page = page(installation, place, &path, error, read.is_some()).await;
    match read {
        Some((subject, follower)) => send(page, subject, follower, desk).await,
        None => page,
    }
}

async fn page(
    installation: Installation,
    place: RequestPlace,
    path: &str,
    error: Option<AppError>,
    found: bool,
) -> Response {
    let headers = HeaderMap::new();
    let (notice, status) = match error {
        None => (None, StatusCode::OK),
        Some(error) => {
            let status = status_of(&error);
            let notice = if found && error.code != ErrorCode::NotFound {
                PageNotice::KeyRefused {
                    message: said(&error),
                }
            } else {
                PageNotice::Refused(error)
            };
            (Some(notice), status)
        }
    };
    pages::page_again(installation, place, &headers, path, notice, status).await
}

/// Sends `page` with the check in it.
async fn send(
    page: Response,
    subject: CheckSubject,
    follower: CheckFollower,
    desk: Desk,
) -> Response {
    let (mut head, body) = page.into_parts();
    let Ok(whole) = to_bytes(body, LONGEST_PAGE).await else {
        return pages::see_other(desk.path());
    };
    let whole = String::from_utf8_lossy(&whole).into_owned();
    let Some((before, rest)) = whole.split_once(STEPS_HERE) else {
        return Response::from_parts(head, Body::from(whole));
    };
    let (between, after) = rest.split_once(OUTCOME_HERE).unwrap_or((rest, ""));
    let parts = stream::once(std::future::ready(before.to_owned()))
        .chain(steps(subject, follower, desk, between.to_owned()))
        .chain(stream::once(std::future::ready(after.to_owned())))
        .map(|part| Ok::<_, Infallible>(Bytes::from(part)));
    head.headers.remove(CONTENT_LENGTH);
    head.headers
        .insert(UNBUFFERED, HeaderValue::from_static("no"));
    Response::from_parts(head, Body::from_stream(parts))
}

/// Every step as it begins and ends; `between`, then the outcome, after the last.
fn steps(
    subject: CheckSubject,
    follower: CheckFollower,
    desk: Desk,
    between: String,
) -> impl Stream<Item = String> + Send {
    stream::unfold((follower, false), |(mut follower, mut open)| async move {
        let events = follower.next().await?;
        let mut marked = Vec::with_capacity(events.len());
        for event in events {
            // A step that was skipped at the end was never begun.
            let begun = open;
            if let CheckEvent::Step { state, .. } = &event {
                open = *state == StepState::Running;
            }
            marked.push((event, begun));
        }
        Some((stream::iter(marked), (follower, open)))
    })
    .flatten()
    .map(move |(event, begun)| match event {
        CheckEvent::Step {
            step,
            state: StepState::Running,
            ..
        } => step_began(step),
        CheckEvent::Step {
            step,
            state,
            ms,
            note,
        } => {
            let opened = if begun {
                String::new()
            } else {
                step_began(step)
            };
            format!("{opened}{}", step_ended(state, ms, &note))
        }
        CheckEvent::Done(report) => {
            format!("{between}{}", outcome(&subject, &report, desk.path()))
        }
    })
}
