//! The private listener: health, readiness, metrics, and what a proxy in front asks.

use crate::installation::Installation;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;
use std::fmt::Write as _;

/// Routes of the private listener.
pub fn router(installation: Installation) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/ask", get(ask))
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

#[derive(Deserialize)]
struct Asked {
    domain: String,
}

/// 200 where a proxy in front may get a certificate for this name: somebody here has it. 404 otherwise.
/// From memory for names that were asked for lately; nobody's records are looked up, and nothing is ordered.
async fn ask(State(installation): State<Installation>, Query(asked): Query<Asked>) -> Response {
    let Some(host) = super::host_name(&asked.domain) else {
        return (StatusCode::NOT_FOUND, "not a host name\n").into_response();
    };
    match installation.certificates().known().of(&host).await {
        Ok(Some(_)) => "ours\n".into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, "nobody has this name\n").into_response(),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
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
