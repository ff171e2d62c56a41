//! `/v1/responses/{id}`: an answer that was kept for this key.

use super::{Place, json, refuse};
use crate::installation::Installation;
use axum::extract::{Extension, Path, State};
use axum::response::Response;
use serde_json::json as object;
use wire::door::Door;

/// `GET`: the answer as it was given.
pub(super) async fn read(
    State(installation): State<Installation>,
    Extension(place): Extension<Place>,
    Path(id): Path<String>,
) -> Response {
    let programs = installation.programs();
    match programs.stored(&place.workspace, &place.program, &id).await {
        Ok(response) => json(response.to_string().into_bytes()),
        Err(trouble) => refuse(Door::Responses, &trouble),
    }
}

/// `DELETE`: it is gone, and nothing goes on from it any more.
pub(super) async fn delete(
    State(installation): State<Installation>,
    Extension(place): Extension<Place>,
    Path(id): Path<String>,
) -> Response {
    let programs = installation.programs();
    match programs.forget(&place.workspace, &place.program, &id).await {
        Ok(()) => {
            let gone = object!({"id": id, "object": "response", "deleted": true});
            json(gone.to_string().into_bytes())
        }
        Err(trouble) => refuse(Door::Responses, &trouble),
    }
}
