//! `POST /v1/embeddings`: texts as vectors.

use super::{Place, add, body_of, json, refuse};
use crate::installation::Installation;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use wire::door::{Door, Trouble};

/// Makes vectors.
pub(super) async fn embed(
    State(installation): State<Installation>,
    Extension(place): Extension<Place>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let embedded = async {
        let body = body_of(&headers, body).await?;
        let programs = installation.programs();
        let (body, told) = programs
            .embed((&place.workspace, &place.program), &body, place.since)
            .await?;
        let mut response = json(body);
        for (name, value) in told {
            add(response.headers_mut(), name, &value);
        }
        Ok::<_, Trouble>(response)
    };
    match embedded.await {
        Ok(response) => response,
        Err(trouble) => refuse(Door::OpenAi, &trouble),
    }
}
