//! `POST /v1/messages/count_tokens`: how long a conversation is, before it is asked.
//!
//! Nobody is asked for it, so it costs nothing: the count is our own estimate, the one that budgets
//! are reserved by, and says so.

use super::{Place, add, body_of, json, refuse};
use crate::programs::models_for;
use axum::body::Body;
use axum::extract::Extension;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json as object};
use wire::door::{Door, Trouble, TroubleKind};

/// Most tokens an answer may have: no matter here, but the reader wants to be told.
const ANY: u32 = 1;

/// Counts.
pub(super) async fn count(
    Extension(place): Extension<Place>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let counted = async {
        let body = body_of(&headers, body).await?;
        let asked = Door::Anthropic.read("/v1/messages", &with_limit(&body))?;
        let mut models = models_for(&place.workspace, &place.program);
        let known = models.any(|entry| entry.model.alias == asked.alias);
        if !known {
            return Err(Trouble::new(TroubleKind::ModelNotFound));
        }
        Ok(engine::estimate_request(&asked.request))
    };
    match counted.await {
        Ok(tokens) => {
            let mut response = json(object!({"input_tokens": tokens}).to_string().into_bytes());
            add(response.headers_mut(), "x-estimated", "true");
            response
        }
        Err(trouble) => refuse(Door::Anthropic, &trouble),
    }
}

/// A question about length names no limit, and the reader of requests insists on one.
fn with_limit(body: &[u8]) -> Vec<u8> {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(mut fields)) => {
            fields.entry("max_tokens").or_insert(ANY.into());
            Value::Object(fields).to_string().into_bytes()
        }
        // Let the reader say what is wrong with it.
        _ => body.to_vec(),
    }
}
