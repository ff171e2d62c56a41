//! `GET /brand/live?seen=<version>`: tells an open page when its workspace has another look.
//!
//! What is told is what the sign-in page shows to everybody, so it needs no session; one that is there
//! bounds how many pages of it may listen, and ends them when it ends.

use super::RequestPlace;
use super::key_checks::UNBUFFERED;
use super::plain;
use crate::branding::{Listener, Place};
use crate::installation::Installation;
use axum::extract::{Extension, Query, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Silence after which a comment keeps proxies from closing the connection.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A page listens so long at a stretch, and begins again by itself.
const LONGEST: Duration = Duration::from_mins(10);
/// A page that lost its connection tries again after this time.
const AGAIN: Duration = Duration::from_secs(1);

/// What the page wears.
#[derive(Deserialize)]
pub(super) struct Wears {
    #[serde(default)]
    seen: String,
}

/// The handler.
pub(super) async fn follow(
    State(installation): State<Installation>,
    Extension(place): Extension<RequestPlace>,
    Query(wears): Query<Wears>,
) -> Response {
    let Some(workspace) = &place.workspace else {
        return plain::nowhere();
    };
    let from = match &place.caller {
        Some(caller) => Place::Session(caller.session()),
        None => Place::Address(place.arrival.address),
    };
    let Some(listener) = installation.live_brands().listen(workspace.id, from) else {
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "60")]).into_response();
    };
    let events = events(Page {
        installation,
        listener,
        seen: wears.seen,
        until: Instant::now() + LONGEST,
    });
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response();
    // Asks a reverse proxy in front not to hold the stream back.
    response
        .headers_mut()
        .insert(UNBUFFERED, HeaderValue::from_static("no"));
    response
}

struct Page {
    installation: Installation,
    listener: Listener,
    seen: String,
    until: Instant,
}

impl Page {
    /// The look of the workspace, when it is another one than the page wears.
    async fn another(&mut self) -> Option<Arc<str>> {
        let snapshots = self.installation.snapshots();
        // What cannot be read now is told with the next change, or when the page begins anew.
        let snapshot = snapshots.of_id(self.listener.tenant()).await.ok()??;
        if snapshot.brand.version == self.seen {
            return None;
        }
        self.seen.clone_from(&snapshot.brand.version);
        Some(Arc::clone(&snapshot.brand_now))
    }
}

fn events(page: Page) -> impl Stream<Item = Result<Event, Infallible>> {
    let begun = stream::iter([Ok(Event::default().retry(AGAIN).comment("listening"))]);
    let told = stream::unfold((page, true), |(mut page, mut first)| async move {
        loop {
            if !first {
                let heard = tokio::time::timeout_at(page.until, page.listener.next()).await;
                if heard != Ok(true) {
                    return None;
                }
            }
            first = false;
            if let Some(now) = page.another().await {
                let event = Event::default().event("brand").data(&*now);
                return Some((Ok(event), (page, false)));
            }
        }
    });
    futures_util::StreamExt::chain(begun, told)
}
