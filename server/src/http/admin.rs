//! The private listener: health, readiness, metrics.

use crate::installation::Installation;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::fmt::Write as _;

/// Routes of the private listener.
pub fn router(installation: Installation) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(installation)
}

/// 200 when requests can be served: not stopping, and the database answers.
async fn ready(State(installation): State<Installation>) -> Response {
    if installation.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match installation.store().ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
                .into_response()
        }
    }
}

/// Prometheus text format, version 0.0.4. Numbers only, no workspace is named.
async fn metrics(State(installation): State<Installation>) -> Response {
    let counted = installation.chat().counted();
    let mut text = format!(
        "# HELP livery_live_turns Answers being written on this process.\n\
         # TYPE livery_live_turns gauge\nlivery_live_turns {}\n\
         # HELP livery_active_workspaces Workspaces in memory.\n\
         # TYPE livery_active_workspaces gauge\nlivery_active_workspaces {}\n\
         # HELP livery_limits_decided_alone_total Decisions by this process alone, Redis being lost.\n\
         # TYPE livery_limits_decided_alone_total counter\nlivery_limits_decided_alone_total {}\n",
        installation.live_turns().count(),
        installation.snapshots().count(),
        installation.counting().decided_alone(),
    );
    for (name, help, value) in [
        ("provider_attempts", "Calls to providers.", counted.attempts),
        (
            "provider_fallbacks",
            "Calls to another target after one that failed.",
            counted.fallbacks,
        ),
        (
            "provider_retries",
            "Calls to a target that was tried before in the same turn.",
            counted.retries,
        ),
        (
            "answers_restarted",
            "Half answers given up for a fresh one.",
            counted.restarts,
        ),
        (
            "answers_continued",
            "Half answers that another model went on with.",
            counted.continued,
        ),
        (
            "provider_events_skipped",
            "Events inside good streams that could not be read.",
            counted.skipped_events,
        ),
    ] {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "# HELP livery_{name}_total {help}\n# TYPE livery_{name}_total counter\n\
             livery_{name}_total {value}\n"
        );
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
