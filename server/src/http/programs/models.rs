//! `GET /v1/models`: what this key may ask.

use super::{Place, json, refuse};
use crate::programs::models_for;
use crate::tenancy::AliasRoute;
use axum::extract::{Extension, Path};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json as object};
use wire::door::{Door, Trouble, TroubleKind};

/// Every model, in the order that people see them.
pub(super) async fn list(Extension(place): Extension<Place>, headers: HeaderMap) -> Response {
    let door = door_of(&headers);
    let models: Vec<Value> = models(&place).map(|model| shape(door, model)).collect();
    let ends = [models.first(), models.last()].map(name_of);
    let list = match door {
        Door::Anthropic => object!({
            "data": models,
            "has_more": false,
            "first_id": ends[0],
            "last_id": ends[1],
        }),
        _ => object!({"object": "list", "data": models}),
    };
    json(list.to_string().into_bytes())
}

/// One model by its name.
pub(super) async fn one(
    Extension(place): Extension<Place>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let door = door_of(&headers);
    let found = models(&place).find(|entry| entry.model.alias == id);
    match found {
        Some(entry) => json(shape(door, entry).to_string().into_bytes()),
        None => refuse(door, &Trouble::new(TroubleKind::ModelNotFound)),
    }
}

fn models(place: &Place) -> impl Iterator<Item = &AliasRoute> {
    models_for(&place.workspace, &place.program)
}

/// Both languages ask at the same address; one of them always names its version.
fn door_of(headers: &HeaderMap) -> Door {
    if headers.contains_key("anthropic-version") {
        Door::Anthropic
    } else {
        Door::OpenAi
    }
}

fn shape(door: Door, entry: &AliasRoute) -> Value {
    let (alias, label) = (&entry.model.alias, &entry.model.label);
    match door {
        // Neither language has a model without a date; these have none.
        Door::Anthropic => object!({
            "type": "model",
            "id": alias,
            "display_name": label,
            "created_at": "1970-01-01T00:00:00Z",
        }),
        _ => object!({
            "id": alias,
            "object": "model",
            "created": 0,
            "owned_by": "workspace",
        }),
    }
}

fn name_of(model: Option<&Value>) -> Value {
    model.map_or(Value::Null, |model| model["id"].clone())
}
