//! `GET /turns/<answer>/frames`: an answer as it is written, as server-sent events.
//!
//! The same address serves the first view, a reload, a second tab and a reconnect: the first event
//! always carries everything so far. Reading changes nothing; closing the page stops nothing.

use super::RequestPlace;
use super::plain;
use crate::chat::Following;
use crate::installation::Installation;
use axum::extract::{Extension, Path, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderValue, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use contract::{Language, MessageId, StreamFrame};
use futures_util::stream::{self, Stream, StreamExt as _};
use std::convert::Infallible;
use std::time::Duration;

/// Silence after which a comment keeps proxies from closing the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The handler.
pub(super) async fn follow(
    State(installation): State<Installation>,
    Extension(place): Extension<RequestPlace>,
    Path(answer): Path<String>,
) -> Response {
    let Some(caller) = &place.caller else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Ok(answer) = answer.parse::<MessageId>() else {
        return plain::nowhere();
    };
    match installation.chat().follow(caller, answer).await {
        Ok(following) => {
            let events = events_of(following, place.language);
            let mut response = Sse::new(events)
                .keep_alive(KeepAlive::new().interval(HEARTBEAT))
                .into_response();
            // Asks a reverse proxy in front not to hold the stream back.
            response.headers_mut().insert(
                HeaderName::from_static("x-accel-buffering"),
                HeaderValue::from_static("no"),
            );
            response
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.code.status());
            status
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
                .into_response()
        }
    }
}

fn events_of(
    following: Following,
    language: Language,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(following, |mut following| async move {
        let frames = following.next().await?;
        Some((stream::iter(frames), following))
    })
    .flatten()
    .filter_map(move |frame: StreamFrame| async move {
        // A frame is plain data; serialising it cannot fail.
        let frame = frame.settled(language);
        Event::default().json_data(&frame).ok().map(Ok)
    })
}
