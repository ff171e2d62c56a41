//! `GET /admin/keys/<key>/check`: a check of a provider key as it is made, as server-sent events.
//!
//! Reading changes nothing: a check is begun by a server function and goes on without watchers.

use super::frames::event_stream;
use super::{RequestPlace, plain};
use crate::installation::Installation;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use contract::KeyId;
use futures_util::stream::{self, StreamExt as _};

/// The handler.
pub(super) async fn follow(
    State(installation): State<Installation>,
    Extension(place): Extension<RequestPlace>,
    Path(key): Path<String>,
) -> Response {
    let Some(caller) = &place.caller else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Ok(key) = key.parse::<KeyId>() else {
        return plain::nowhere();
    };
    match installation.keys().follow(caller, key).await {
        Ok(follower) => event_stream(
            stream::unfold(follower, |mut follower| async move {
                let events = follower.next().await?;
                Some((stream::iter(events), follower))
            })
            .flatten(),
        ),
        Err(error) => {
            let status = StatusCode::from_u16(error.code.status());
            status
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
                .into_response()
        }
    }
}
